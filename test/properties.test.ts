import { existsSync, globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isError, type LocatedDiagnostic, locate, type Report, reporters } from "../src/diagnostics/index.ts";
import { check, formatObjects, outputFiles, render, renderPlatform } from "../src/pipeline.ts";
import { decodeSource, type SourceFile } from "../src/source/index.ts";

/** `PROPERTY_SEED` repeats a run, `PROPERTY_FACTOR` makes it longer. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const factor = Number(process.env.PROPERTY_FACTOR ?? 1);
console.info(`properties: PROPERTY_SEED=${seed}`);

const hostile = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|##(?:vso)?\[/;

/** Everything that is done with a stack before anything is touched; what has to hold of it whatever the text says. */
function checkEverything(texts: readonly string[]): void {
  const files = texts.map(
    (text, index): SourceFile => ({
      name: ["alien.yaml", "layer.yaml"][index] ?? `${index}.yaml`,
      text,
      bytesBefore: 0,
    }),
  );
  const { value, diagnostics, places } = check({ files, choose: stack => renderPlatform(stack, undefined) });
  const report = locate(diagnostics, places);
  for (const diagnostic of report.diagnostics) checkPlace(diagnostic, files);
  checkOrder(report, files);
  checkReporters(report);
  if (value === undefined || diagnostics.some(isError)) {
    if (!diagnostics.some(isError)) throw new Error("refused without a finding");
    return;
  }
  const rendered = render(value.stack);
  const objects = rendered.value.map(({ object }) => object);
  JSON.parse(formatObjects(objects, "json"));
  formatObjects(objects, "yaml");
  const names = outputFiles(objects, "yaml").map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  checkReporters(locate(rendered.diagnostics, places));
}

function checkPlace({ range, file, code, related, fixes }: LocatedDiagnostic, files: readonly SourceFile[]): void {
  if (range === undefined && file === undefined) throw new Error(`${code} has no place`);
  const ranges = [
    range,
    ...related.map(place => place.range),
    ...fixes.flatMap(({ edits }) => edits.map(edit => edit.range)),
  ];
  for (const found of ranges) {
    if (found === undefined) continue;
    const text = files.find(({ name }) => name === found.file)?.text;
    if (text === undefined) throw new Error(`${code} is in ${found.file}`);
    const { start, end } = found;
    const sound =
      start.offset >= 0 &&
      start.offset <= end.offset &&
      end.offset <= Buffer.byteLength(text) &&
      start.line >= 1 &&
      start.column >= 1 &&
      (start.line < end.line || (start.line === end.line && start.column <= end.column));
    if (!sound) throw new Error(`${code} has the range ${JSON.stringify(found)}`);
  }
}

function checkOrder({ diagnostics }: Report, files: readonly SourceFile[]): void {
  const rank = ({ range, file }: LocatedDiagnostic) =>
    files.findIndex(({ name }) => name === (range?.file ?? file)) * 2 ** 32 + (range?.start.offset ?? -1);
  const ranks = diagnostics.map(rank);
  if (ranks.some((current, index) => current < (ranks[index - 1] ?? -(2 ** 40)))) throw new Error(`unsorted: ${ranks}`);
}

function checkReporters(report: Report): void {
  for (const [name, reporter] of Object.entries(reporters)) {
    const text = reporter(report, { color: false, version: "0" });
    const [found] = hostile.exec(text) ?? [];
    if (found !== undefined) throw new Error(`${name} prints ${JSON.stringify(found)}`);
    if (!text.isWellFormed()) throw new Error(`${name} prints half a character`);
    if (name === "json" || name === "sarif") JSON.parse(text);
    if (name === "github" && text.split("\n").length - 1 !== report.diagnostics.length)
      throw new Error("github does not print a line for each finding");
  }
}

const property = (runs: number, documents: fc.Arbitrary<readonly string[]>): void =>
  fc.assert(fc.property(documents, checkEverything), {
    numRuns: runs * factor,
    seed,
    interruptAfterTimeLimit: 120_000,
  });

const words =
  "stack supportedPlatforms permissions profiles secrets resources commands platforms kubernetes local aws type daemon vault storage code image " +
  "environment links binding bindings service keys namespace pod networkPolicy env file secret managerUrl deploymentId token execution agent files db " +
  "ghcr.io/a/b:v1 vault/data-read * null ~ true 1 1.10 1e3 007 0x1f .inf text http://localhost:80 ${A} $(A) __proto__ constructor toString length";
const signs =
  ": ; \n; \n  ; \n    ; \n      ;\n- ; - ;, ;[;];{;};{ type: daemon };&a ;*a;<<: *a;<<: [*a, *a];? ;| \n;>-\n;\"text\";'text';\";';#;# c\n;---\n;...\n;!x ;!!str ;!!binary ;%YAML 1.1\n;\t;\r\n;\\;\\u0000;\0;\u0085;\u2028;\u202e;\ufeff;\u001b[31m;##[error];::error::x;é;😀;\ud800;: null;:\n;@;`;%";
const token = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...words.split(" ")) },
  { weight: 4, arbitrary: fc.constantFrom(...signs.split(";")) },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);

const bases = [
  ...globSync("examples/*/*.yaml"),
  ...globSync("fixtures/{diagnostics,render}/*/{alien,base,stack}.{yaml,json}"),
]
  .filter(path => existsSync(path))
  .map(path => decodeSource(path, readFileSync(path)).value?.text ?? "")
  .filter(text => text !== "" && text.length < 4000)
  .sort();

type Mutation = (text: string) => string;

const pick = <T>(items: readonly T[], at: number): T | undefined => items[at % Math.max(1, items.length)];
const splice = (text: string, [start, end]: readonly [number, number], by: string): string =>
  text.slice(0, start) + by + text.slice(end);
const spansOf = (text: string, pattern: RegExp): (readonly [number, number])[] =>
  Array.from(text.matchAll(pattern), found => [found.index, found.index + found[0].length]);

const characters = fc.tuple(fc.nat(), fc.nat(3), token).map(
  ([at, length, by]): Mutation =>
    text => {
      const start = at % (text.length + 1);
      return splice(text, [start, Math.min(text.length, start + length)], by);
    },
);
const lines = fc.tuple(fc.nat(), fc.nat(), fc.nat(4)).map(
  ([a, b, how]): Mutation =>
    text => {
      const all = text.split("\n");
      const from = a % all.length;
      const to = b % all.length;
      const line = all[from] ?? "";
      if (how === 0) return all.toSpliced(from, 1).join("\n");
      if (how === 1) return all.toSpliced(to, 0, line).join("\n");
      if (how === 2)
        return all
          .with(from, all[to] ?? "")
          .with(to, line)
          .join("\n");
      return all.with(from, how === 3 ? `  ${line}` : line.replace(/^ {2}/, "")).join("\n");
    },
);
const keys = fc.tuple(fc.nat(), fc.nat()).map(
  ([a, b]): Mutation =>
    text => {
      const spans = spansOf(text, /[\w-]+(?=\s*:)/g);
      const one = pick(spans, a);
      const other = pick(spans, b);
      return one && other ? splice(text, one, text.slice(...other)) : text;
    },
);
const values = fc.tuple(fc.nat(), token, fc.boolean()).map(
  ([at, by, whole]): Mutation =>
    text => {
      const span = pick(spansOf(text, whole ? /(?<=: ).*$/gm : /(?<=[:,[{-] )[\w./:-]+/g), at);
      return span ? splice(text, span, by) : text;
    },
);
const mutated = fc
  .tuple(fc.constantFrom(...bases), fc.array(fc.oneof(characters, lines, keys, values), { minLength: 1, maxLength: 6 }))
  .map(([text, mutations]) => mutations.reduce((current, mutation) => mutation(current), text));

const yamlish = fc.array(token, { maxLength: 40 }).map(parts => parts.join(""));

describe("whatever the text, there is an answer with sound places and nothing hostile in it", () => {
  test("arbitrary text", () => property(10_000, fc.tuple(fc.string({ unit: "binary", maxLength: 200 }))));
  test("words of YAML and of ours", () => property(15_000, fc.tuple(yamlish)));
  test("words of ours behind a sound beginning", () =>
    property(
      10_000,
      fc.tuple(yamlish.map(text => `stack: acme\nresources:\n  agent:\n    type: daemon\n    ${text}`)),
    ));
  test("mutated stacks", () => property(20_000, fc.tuple(mutated)));
  test("mutated layers", () => property(10_000, fc.tuple(fc.constantFrom(...bases), mutated)));
}, 180_000);

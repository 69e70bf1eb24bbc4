import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { type Printed, runMain } from "./cli/run-main.ts";

const cli = join(inject("dist"), "cli.js");
const directory = mkdtempSync(join(tmpdir(), "alien-compile-hostile-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a terminal or a GitHub runner would obey, each with a word that shows that it got through. */
const attacks: Readonly<Record<string, string>> = {
  escape: "\u001b[31mred\u001b]0;title\u0007",
  return: "fine\rgone",
  bell: "bell\u0007",
  backspace: "abc\b\b\bxyz",
  c1: "\u009b31mred\u0085next",
  bidi: "\u202e\u2066txt.exe\u2069",
  separator: "one\u2028two\u2029three",
  command: "x\n::error::injected",
  commandAfterReturn: "x\r\n::set-output name=a::injected",
  oldCommand: "##[error]injected",
  azureCommand: "##vso[task.setvariable variable=a]injected",
  percent: "%0A::error::injected",
  markdown: "[click](https://evil.example)",
  invisible: "a\u200bb\ufeffc\u00ad",
};

const quoted = (text: string): string => JSON.stringify(text);
/** The attack wherever text of the user's stands; each of them is wrong, so that it is reported. */
const stackWith = (attack: string): string => {
  const text = quoted(attack);
  return [
    `stack: ${text}`,
    `supportedPlatforms: [kubernetes, ${text}]`,
    `${text}: unknown`,
    "permissions:",
    `  profiles: { ${text}: { ${text}: [${text}] } }`,
    `secrets: { ${text}: { env: ${text} }, db: { env: ${text}, file: ${text} } }`,
    "resources:",
    `  ${text}: { type: ${text} }`,
    `  files: { type: storage, binding: { service: s3, bucketName: ${text}, ${text}: 1 } }`,
    "  agent:",
    "    type: daemon",
    `    code: { type: image, image: ${text} }`,
    `    environment: { ${text}: value, NAME: { secret: ${text} }, OTHER: { ${text}: 1 }, PLAIN: ${text} }`,
    `    links: [${text}, files, ${text}]`,
    `    permissions: ${text}`,
    `    ${text}: 1`,
    `    replicas: ${text}`,
    `platforms: { kubernetes: { namespace: ${text} } }`,
    "",
  ].join("\n");
};

/** As it stands in a file, without quotes: what is not allowed there is a finding, too. */
const rawStackWith = (attack: string): string => `stack: ${attack}\nresources: { ${attack}: 1 }\n${attack}: 1\n`;

let count = 0;
type Files = Readonly<Record<string, string>>;

function folderWith(files: Files): string {
  count += 1;
  const folder = join(directory, String(count));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const run = (words: readonly string[], files: Files): Promise<Printed> =>
  runMain(words, { directory: folderWith(files) });

/** The same as a process of the build. */
function runDist(words: readonly string[], files: Files): Printed {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...words], {
    cwd: folderWith(files),
    timeout: 30_000,
  });
  return { out: stdout.toString(), error: stderr.toString(), exitCode: status ?? -1 };
}

/** Controls, direction marks and what cannot be seen, but the end of a line. */
const hostile = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\ufffd/u;

function expectHarmless(text: string, { commands = false } = {}): void {
  expect(hostile.exec(text)).toBeNull();
  for (const line of text.split("\n")) {
    if (!commands) expect(line.trimStart()).not.toMatch(/^::/);
    expect(line).not.toMatch(/##(?:vso)?\[/);
  }
}

const names = Object.keys(attacks);
const fileName = (attack: string): string => `${attack.replaceAll("/", "_")}.yaml`;

describe.each(["text", "json", "github", "sarif"])("the %s report", format => {
  test.each(names)("shows %s in the content of a file", async name => {
    const attack = attacks[name] ?? "";
    for (const content of [stackWith(attack), rawStackWith(attack)]) {
      const { out, error, exitCode } = await run(["validate", "--format", format], { "alien.yaml": content });
      expect(exitCode).toBe(1);
      expectHarmless(error);
      expectHarmless(out, { commands: format === "github" });
      if (format === "json" || format === "sarif") JSON.parse(out);
      if (format !== "github") continue;
      const lines = out.trimEnd().split("\n");
      for (const line of lines) expect(line).toMatch(/^::(?:error|warning) file=alien\.yaml,line=\d+/);
      expect(lines.filter(line => line.includes("::injected") && /(?:\n|\r|^)::error::injected/.test(line))).toEqual(
        [],
      );
    }
  });

  test("as a process of the build shows nothing either", () => {
    const attack = Object.values(attacks).join("");
    const { out, error, exitCode } = runDist(["validate", "--format", format, "alien.yaml", `no ${attack}`], {
      "alien.yaml": stackWith(attack),
    });
    expect(exitCode).toBe(1);
    expectHarmless(error);
    expectHarmless(out, { commands: format === "github" });
    const content = runDist(["validate", "--format", format], { "alien.yaml": stackWith(attack) });
    expect(content.exitCode).toBe(1);
    expectHarmless(content.out, { commands: format === "github" });
  });

  test("shows them in names of files and in arguments", async () => {
    for (const attack of Object.values(attacks)) {
      const file = fileName(attack);
      for (const [words, files] of [
        [[file], { [file]: "stack: 1\n" }],
        [[`missing-${attack}`], {}],
        [["alien.yaml", "--image", `${attack}=a:1`], { "alien.yaml": stackWith("acme") }],
        [
          ["alien.yaml", "--image", `agent=${attack}`],
          { "alien.yaml": "stack: acme\nresources: { agent: { type: daemon } }\n" },
        ],
        [["alien.yaml", "--namespace", attack], { "alien.yaml": "stack: acme\nresources: {}\n" }],
      ] as const) {
        const { out, error, exitCode } = await run(["validate", "--format", format, ...words], files);
        expect(exitCode).not.toBe(0);
        expectHarmless(error);
        expectHarmless(out, { commands: format === "github" });
        if (format === "github")
          for (const line of out.trimEnd().split("\n")) expect(line).toMatch(/^::(?:error|warning)(?: |::)/);
      }
    }
  });
});

describe("what is said on standard error", () => {
  const sound =
    "stack: acme\nsupportedPlatforms: [kubernetes]\nresources:\n  agent: { type: daemon, code: { type: image, image: a/b:1 } }\n";

  test.each(names)("shows %s in wrong calls", async name => {
    const attack = attacks[name] ?? "";
    for (const words of [
      [attack],
      [`--${attack}`],
      ["--platform", attack],
      ["explain", attack],
      ["schema", attack],
      ["help", attack],
    ]) {
      const { out, error, exitCode } = await run(words, {});
      expect([1, 64]).toContain(exitCode);
      expect(out).toBe("");
      expectHarmless(error);
    }
  });

  test.each(names)("shows %s in good news", async name => {
    const attack = attacks[name] ?? "";
    const file = fileName(attack);
    const validated = await run(["validate", file], { [file]: sound });
    expect(validated.exitCode).toBe(0);
    expectHarmless(validated.error);
    const rendered = await run(["alien.yaml", "--output", `out-${fileName(attack)}`], { "alien.yaml": sound });
    expect(rendered.exitCode).toBe(0);
    expectHarmless(rendered.error);
  });
});

test.each(names)("manifests hold %s as data, never in a comment", async name => {
  const attack = attacks[name] ?? "";
  const content = [
    "stack: acme",
    "supportedPlatforms: [kubernetes]",
    "resources:",
    "  agent:",
    "    type: daemon",
    "    code: { type: image, image: a/b:1 }",
    `    environment: { TEXT: ${quoted(attack)} }`,
    "",
  ].join("\n");
  const { out, exitCode } = await run([], { "alien.yaml": content });
  expect(exitCode).toBe(0);
  const comments = out.split("\n").filter(line => line.trimStart().startsWith("#"));
  expect(comments).toEqual(["# made by alien-compile from stack acme; do not edit"]);
  const withoutBreaks = out.replaceAll("\n", "");
  expect(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.exec(withoutBreaks)).toBeNull();
});

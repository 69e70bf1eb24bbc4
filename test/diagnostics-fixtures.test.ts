import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue, type FindingName } from "../src/diagnostics/index.ts";
import { fixtures, read, reportOf } from "./diagnostics-fixtures.ts";
import { generated } from "./diagnostics-inputs.ts";

/** `UPDATE_FIXTURES=1` writes every `expected.txt` anew. */
const update = process.env.UPDATE_FIXTURES === "1";

const names = Object.keys(catalogue) as FindingName[];
const codeOf = (finding: string): string => catalogue[finding as FindingName].code;
const codesIn = (report: string): string[] =>
  [...report.matchAll(/^(?:error|warning)\[(AL\d{4})\]/gm)].map(m => m[1] ?? "");

describe("fixtures of the findings", () => {
  it.each(fixtures)("$name says what is expected", async fixture => {
    const report = await reportOf(fixture);
    const path = join(fixture.directory, "expected.txt");
    if (update) writeFileSync(path, report);
    expect(report).toBe(readFileSync(path, "utf8"));
  });

  it.each(fixtures)("$name is one finding, or says why not", fixture => {
    const codes = codesIn(read(fixture, "expected.txt") ?? "");
    expect(codes).toContain(codeOf(fixture.finding));
    if (read(fixture, "note.txt") === undefined) expect(codes).toHaveLength(1);
  });

  it("are there for every entry of the catalogue, and for nothing else", () => {
    expect([...new Set(fixtures.map(({ finding }) => finding))].sort()).toEqual([...names].sort());
    expect(fixtures.filter(({ name, finding }) => name === finding).map(({ name }) => name)).toEqual([...names].sort());
  });

  it("name their ids after themselves", () => {
    const foreign = fixtures.flatMap(fixture =>
      ["alien.yaml", "base.yaml", "layer.yaml"].flatMap(file => {
        const ids = [
          ...(read(fixture, file) ?? "").matchAll(/^ {2}([\w-]+-(?:agent|vault|files|db|cache|profile|password)):/gm),
        ];
        return ids.filter(([, id = ""]) => !id.startsWith(fixture.name)).map(([, id]) => `${fixture.name}: ${id}`);
      }),
    );
    expect(foreign).toEqual([]);
  });

  it("use every generated input", () => {
    const known = new Set(fixtures.map(({ name }) => name));
    expect(Object.keys(generated).filter(name => !known.has(name))).toEqual([]);
  });
});

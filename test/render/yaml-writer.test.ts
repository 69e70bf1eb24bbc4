import * as jsYaml from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";
import * as yaml from "yaml";
import { writeYaml, writeYamlStream } from "../../src/render/index.ts";
import { differences } from "./yaml-differences.ts";
import { everywhere, sampleStrings, sampleStructures } from "./yaml-samples.ts";

describe("writeYaml", () => {
  test("writes blocks in the order given, lists not indented", () => {
    const value = {
      b: { c: [1, { d: true, e: [] }, ["f", ["g"]], {}] },
      a: { nothing: undefined },
      text: "line\n\n  deeper\n",
      none: null,
      left: undefined,
    };
    expect(writeYaml(value)).toBe(`b:
  c:
  - 1
  - d: true
    e: []
  - - f
    - - g
  - {}
a: {}
text: |
  line

    deeper
none: null
`);
  });

  test("lets no line or character command a terminal or a CI runner that prints it", () => {
    const texts = ["a\n::error::x\n", "  ::set-output::\n", "a ##[group] b\n", "##vso[x]", "\u202ea\u2066", "\u200f"];
    const written = writeYaml({ texts });
    expect(written).not.toMatch(/^\s*::|##\[|##vso\[|[\u200f\u202e\u2066]/m);
    expect(yaml.parse(written)).toEqual({ texts });
  });

  test.each([
    ["kubernetes", "kubernetes"],
    ["ghcr.io/acme/connector:v1", "ghcr.io/acme/connector:v1"],
    ["1.10", '"1.10"'],
    ["yes", '"yes"'],
    ["", '""'],
    ["a: b", '"a: b"'],
    ['{"a":"it\'s"}', `'{"a":"it''s"}'`],
    ['"\u0085\ufeff', String.raw`"\"\u0085\ufeff"`],
    ["two\nlines", String.raw`"two\nlines"`],
    ["trailing \n", String.raw`"trailing \n"`],
    ["\ud800\n", String.raw`"\ud800\n"`],
    [1e21, "1.0e+21"],
    [-0, "0"],
    [false, "false"],
  ])("writes %j as %s", (value, expected) => {
    expect(writeYaml({ value })).toBe(`value: ${expected}\n`);
  });

  test("writes any value as a document", () => {
    expect([[], {}, null, "a", [["a"]], "a\nb\n"].map(writeYaml)).toEqual([
      "[]\n",
      "{}\n",
      "null\n",
      "a\n",
      "- - a\n",
      "|\n  a\n  b\n",
    ]);
    expect(writeYamlStream([{ a: 1 }, { b: 2 }])).toBe("a: 1\n---\nb: 2\n");
  });

  test("refuses what is not JSON data", () => {
    expect(() => writeYaml({ a: () => 1 })).toThrow(TypeError);
    expect(() => writeYaml([1n])).toThrow(TypeError);
  });

  test("does not take longer than it should", () => {
    const deployments = Array.from({ length: 1000 }, (_, index) => ({
      metadata: { name: `a-${index}`, labels: { a: "b" } },
      spec: {
        containers: [
          { env: Array.from({ length: 20 }, (_, n) => ({ name: `V${n}`, value: `{"a":"${"x".repeat(100)}"}` })) },
        ],
      },
    }));
    const start = performance.now();
    writeYamlStream(deployments);
    expect(performance.now() - start).toBeLessThan(1000);
    const hostile = writeYaml({ a: `a${":a".repeat(200_000)}: `, b: `${" \n".repeat(200_000)}x\n` });
    expect(hostile.length).toBeGreaterThan(800_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("readers get back what was written", () => {
  const seed = Number(process.env.ALIEN_FUZZ_SEED ?? Date.now() % 2 ** 31);
  const data = { ...everywhere(sampleStrings(25_000, seed)), structures: sampleStructures(2000, seed) };
  let text = "";

  beforeAll(() => {
    console.info(`ALIEN_FUZZ_SEED=${seed}`);
    text = writeYaml(data);
  });

  test.each([
    ["yaml, 1.2", (text: string): unknown => yaml.parse(text, { uniqueKeys: false })],
    ["yaml, 1.1", (text: string): unknown => yaml.parse(text, { uniqueKeys: false, version: "1.1" })],
    ["js-yaml", (text: string): unknown => jsYaml.load(text)],
  ])("%s", { timeout: 120_000 }, (_, read) => {
    expect(differences(read(text), data)).toEqual([]);
  });
});

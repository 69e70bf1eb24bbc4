import { expect, test } from "vitest";
import { readSource } from "../../src/source/index.ts";

const read = (text: string) => readSource([{ name: "alien.yaml", text, bytesBefore: 0 }]).diagnostics;
const found = (text: string): readonly string[] => read(text).map(({ name }) => name);

/** A mapping at the top is one level; what is inside `levels` of them is a text. */
const flow = (levels: number): string => `a: ${"[".repeat(levels - 1)}x${"]".repeat(levels - 1)}\n`;
const maps = (levels: number): string => `a: ${"{b: ".repeat(levels - 1)}x${"}".repeat(levels - 1)}\n`;
const block = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:${level === levels - 1 ? " x" : ""}\n`).join("");
const dashes = (levels: number): string => `a:\n  ${"- ".repeat(levels - 1)}x\n`;

test.each([
  ["lists in brackets", flow],
  ["mappings in braces", maps],
  ["indented mappings", block],
  ["lists of lists", dashes],
])("100 levels of %s are read, 101 are not", (_, nested) => {
  expect(found(nested(100))).toEqual([]);
  expect(found(nested(101))).toEqual(["too-deep"]);
});

test("many siblings are not deep", () => {
  expect(found(`a:\n${"  - [x, { y: z }]\n".repeat(1000)}`)).toEqual([]);
  expect(found(Array.from({ length: 1000 }, (_, n) => `a${n}: "text" # remark\n`).join(""))).toEqual([]);
});

test("the place is where it becomes too deep", () => {
  const [finding] = read(`a: ${"[".repeat(500)}`);
  expect(finding?.at).toEqual({ file: "alien.yaml", start: 103, end: 104 });
});

test("quoted texts, anchors and tags in their places are no errors, however many there are", () => {
  const line = (n: number) => `"a${n}": [&x${n} !!str "b", 'c', "d" , !!map &y${n} {"e": 'f'}]\n`;
  expect(found(Array.from({ length: 100 }, (_, n) => line(n)).join(""))).toEqual([]);
  expect(found(`a: >-\n${`  "quoted" "twice" 'thrice' &a !b &c\n`.repeat(50)}`)).toEqual([]);
  expect(found(`a: x${` "quoted" 'twice' &a !b &c`.repeat(50)}\n`)).toEqual([]);
  expect(found(`a: 'it''s ""fine""'\nb: "\\"\\""\n`)).toEqual([]);
});

test("a quote that is open at the end is found, even before an escaped one", () => {
  expect(found('a: "x\\"')).toEqual(["yaml-syntax"]);
  expect(found("a: '''")).toEqual(["yaml-syntax"]);
  expect(found('a: "x\\\\"')).toEqual([]);
  expect(found("a: ''''")).toEqual([]);
});

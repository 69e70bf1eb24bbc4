import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSource, limits, readSource } from "../../src/source/index.ts";

const namesIn = (text: string) =>
  readSource([{ name: "alien.yaml", text, bytesBefore: 0 }]).diagnostics.map(({ name }) => name);

const nested = (depth: number) => `a: ${"[".repeat(depth)}${"]".repeat(depth)}\n`;
const bytes = (text: string) => new TextEncoder().encode(text);
const decoded = (input: Uint8Array) => decodeSource("alien.yaml", input);

describe("limits", () => {
  it.each([
    ["99 levels below the top", nested(limits.depth - 1), []],
    ["101 levels below the top", nested(limits.depth + 1), ["too-deep"]],
    [
      "block lists too",
      "-\n".concat(...Array.from({ length: 102 }, (_, n) => `${" ".repeat(n + 1)}-\n`)),
      ["too-deep"],
    ],
    ["a value of 128 KiB", `a: "${"x".repeat(limits.valueBytes)}"\n`, []],
    ["one byte more", `a: "${"x".repeat(limits.valueBytes + 1)}"\n`, ["value-too-long"]],
    ["bytes count, not characters", `a: "${"é".repeat(limits.valueBytes / 2 + 1)}"\n`, ["value-too-long"]],
  ])("%s", (_, text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it("10 MiB are read, and one byte more is not", () => {
    expect(decoded(new Uint8Array(limits.inputBytes).fill(0x20)).diagnostics).toEqual([]);
    const { value, diagnostics } = decoded(new Uint8Array(limits.inputBytes + 1).fill(0x20));
    expect(value).toBeUndefined();
    expect(diagnostics.map(({ name }) => name)).toEqual(["too-large"]);
  });

  it("aliases may repeat much, and not without bounds", () => {
    const lines = (levels: number) =>
      ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"].concat(
        Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]`),
      );
    expect(namesIn(lines(3).join("\n"))).toEqual([]);
    expect(namesIn(lines(9).join("\n"))).toEqual(["alias-bomb"]);
  });
});

describe("bytes", () => {
  it.each([
    ["plain", bytes("a: 1"), "a: 1", 0],
    ["a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, ...bytes("a: 1")]), "a: 1", 3],
    ["nothing", new Uint8Array(), "", 0],
  ])("%s are text", (_, input, text, bytesBefore) => {
    expect(decoded(input)).toEqual({ value: { name: "alien.yaml", text, bytesBefore }, diagnostics: [] });
  });

  it.each([
    ["UTF-16, little end first", [0xff, 0xfe, 0x61, 0], "not-utf8"],
    ["UTF-16, big end first", [0xfe, 0xff, 0, 0x61], "not-utf8"],
    ["UTF-16 without a mark", [0x61, 0, 0x3a, 0], "not-utf8"],
    ["UTF-32", [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], "not-utf8"],
    ["Latin 1", [0x61, 0xe9, 0x62], "not-utf8"],
    ["an overlong form", [0xc0, 0xaf], "not-utf8"],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80], "not-utf8"],
    ["a NUL byte", [0x61, 0x62, 0x63, 0, 0x64], "binary-file"],
  ])("%s is refused", (_, input, name) => {
    const { value, diagnostics } = decoded(new Uint8Array(input));
    expect(value).toBeUndefined();
    expect(diagnostics.map(finding => finding.name)).toEqual([name]);
  });

  it("are never a reason to throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), input => void decoded(input)));
  });
});

describe("arbitrary text", () => {
  const fragment = fc.constantFrom(
    ..."a: b|- |\n|\n  |[|]|{|}|, |&x |*x |<<: |? |!t |\"|'|#|%YAML 1.1\n|---\n|...\n|\t||\\0|1e3: |null|: |é|😀|\ud800".split(
      "|",
    ),
  );
  it("never throws, and its findings lie inside it", () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), fragments => {
        const text = fragments.join("");
        for (const { at } of readSource([{ name: "a", text, bytesBefore: 0 }]).diagnostics) {
          if (!("start" in at)) continue;
          expect(at.start).toBeGreaterThanOrEqual(0);
          expect(at.end).toBeGreaterThanOrEqual(at.start);
          expect(at.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineIndex, utf8Length } from "../../src/diagnostics/index.ts";

const indexOf = (text: string, bytesBefore = 0) => createLineIndex({ text, bytesBefore });
const bytes = (text: string): number => new TextEncoder().encode(text).length;
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("\n", "\r\n", "\r", "é", "漢", "😀", "\ud800", "\udc00"), fc.string({ maxLength: 3 })),
  maxLength: 900,
});

describe("line index", () => {
  test("counts lines and columns from 1 and bytes from 0", () => {
    expect(indexOf("ab\ncd").position(0)).toEqual({ line: 1, column: 1, offset: 0 });
    expect(indexOf("ab\ncd").position(4)).toEqual({ line: 2, column: 2, offset: 4 });
    expect(indexOf("ab\ncd").position(5)).toEqual({ line: 2, column: 3, offset: 5 });
  });

  test("a line break of two characters is not part of the line", () => {
    const index = indexOf("a\r\nb\r\n\r\n");
    expect([1, 2, 3, 4].map(index.line)).toEqual(["a", "b", "", ""]);
    expect(index.lineCount).toBe(4);
    expect(index.position(3)).toEqual({ line: 2, column: 1, offset: 3 });
  });

  test("a carriage return alone does not end a line", () => {
    expect(indexOf("a\rb\r").line(1)).toBe("a\rb\r");
  });

  test("an astral character is one column and four bytes", () => {
    expect(indexOf("😀é漢x").position(4)).toEqual({ line: 1, column: 4, offset: 9 });
  });

  test("the bytes of a byte order mark count, its column does not", () => {
    expect(indexOf("a\nb", 3).position(2)).toEqual({ line: 2, column: 1, offset: 5 });
  });

  test("an offset outside the text is the nearest inside", () => {
    expect(indexOf("a\nb").position(99)).toEqual({ line: 2, column: 2, offset: 3 });
    expect(indexOf("a\nb").position(-1)).toEqual({ line: 1, column: 1, offset: 0 });
  });

  test("lines that are not there are empty", () => {
    const index = indexOf("a\nb");
    expect([index.line(0), index.line(3), index.slice(3, 1, 9)]).toEqual(["", "", ""]);
  });

  test("slices by code points, within the line", () => {
    const index = indexOf("x\r\na😀b漢\r\ny");
    expect(index.slice(2, 2, 4)).toBe("😀b");
    expect(index.slice(2, -5, 2)).toBe("a");
    expect(index.slice(2, 4, Number.POSITIVE_INFINITY)).toBe("漢");
    expect(index.slice(2, 5, 9)).toBe("");
  });

  test("agrees with TextEncoder and with counting code points, anywhere in any text", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(3), (text, seed, bytesBefore) => {
        const offset = seed % (text.length + 1);
        const before = text.slice(0, offset);
        const lineStart = before.lastIndexOf("\n") + 1;
        expect(indexOf(text, bytesBefore).position(offset)).toEqual({
          line: before.split("\n").length,
          column: Array.from(before.slice(lineStart)).length + 1,
          offset: bytesBefore + bytes(before),
        });
      }),
      { numRuns: 500 },
    );
  });

  test("lines and slices agree with splitting", () => {
    fc.assert(
      fc.property(anyText, fc.nat(900), fc.nat(900), (text, from, length) => {
        const index = indexOf(text);
        const lines = text.split("\n").map((line, at, all) => (at < all.length - 1 ? line.replace(/\r$/, "") : line));
        expect(lines.map((_, at) => index.line(at + 1))).toEqual(lines);
        expect(lines.map((_, at) => index.slice(at + 1, from + 1, from + 1 + length))).toEqual(
          lines.map(line =>
            Array.from(line)
              .slice(from, from + length)
              .join(""),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("utf8Length agrees with TextEncoder", () => {
    fc.assert(fc.property(anyText, text => utf8Length(text) === bytes(text)));
  });
});

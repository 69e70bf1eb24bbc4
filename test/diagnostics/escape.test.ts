import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/diagnostics/display-width.ts";
import {
  escapeWorkflowData,
  escapeWorkflowProperty,
  printable,
  printableCharacters,
  printableJson,
} from "../../src/diagnostics/escape.ts";
import { hostileCharacter, hostileText } from "./sample-report.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("#", "[", "vso", "a", "\u001b", "\ud800", "\udc00", "é", "\t", "\n") }),
);

describe("printable", () => {
  test("shows what is hostile", () => {
    expect(printable("a\u001b[0m\u009b\u202e\u2028\ufeff\u200b\ud800b")).toBe(
      "a\\u{1b}[0m\\u{9b}\\u{202e}\\u{2028}\\u{feff}\\u{200b}\\u{d800}b",
    );
  });

  test("escapes line breaks and tabs, unless told to keep them", () => {
    expect(printable("a\tb\r\n")).toBe("a\\u{9}b\\u{d}\\u{a}");
    expect(printable("a\tb\r\n", "\t\n")).toBe("a\tb\\u{d}\n");
  });

  test("leaves other writing alone", () => {
    const texts = ["plain `words`", "é 漢字 עברית", "👩‍💻 😀", "می‌خواهم", "c:\\path\\u{1b}", "# [comment]", ""];
    expect(texts.map(text => printable(text))).toEqual(texts);
  });

  test("breaks the old form of workflow commands, which counts anywhere in a line", () => {
    expect(printable("x ##[add-mask]y ##vso[task]")).toBe("x ##\\u{5b}add-mask]y ##vso\\u{5b}task]");
    expect(printable("###[x")).toBe("###\\u{5b}x");
  });

  test("lets nothing hostile through, whatever the text", () => {
    fc.assert(
      fc.property(anyText, text => !hostileCharacter.test(printable(text)) && !/##(vso)?\[/.test(printable(text))),
    );
  });

  test("by characters it is the same text, one for each code point", () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(printableCharacters(text).join("")).toBe(printable(text));
        expect(printableCharacters(text)).toHaveLength(Array.from(text).length);
      }),
    );
  });
});

describe("printableJson", () => {
  test("keeps the value and holds nothing hostile", () => {
    fc.assert(
      fc.property(anyText, text => {
        const json = printableJson({ [text]: [text] });
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
        expect(hostileCharacter.test(json)).toBe(false);
      }),
    );
    expect(printableJson("\u001b\u009b\u2028\u{e0041}##[")).toBe('"\\u001b\\u009b\\u2028\\udb40\\udc41##\\u005b"\n');
  });
});

describe("workflow commands", () => {
  test("escape what would end a text or a property", () => {
    expect(escapeWorkflowData("50%\r\n::x")).toBe("50%25%0D%0A::x");
    expect(escapeWorkflowProperty("a:b,c%\n")).toBe("a%3Ab%2Cc%25%0A");
  });
});

describe("displayWidth", () => {
  test.each([
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["漢字", 4],
    ["ｶﾅ", 2],
    ["Ａ", 2],
    ["한", 2],
    ["😀", 2],
    ["🇩🇪", 2],
    ["\u200d", 0],
    ["…", 1],
    ["𠀀", 2],
    [hostileText.slice(0, 1), 1],
  ])("%s takes %i columns", (text, width) => expect(displayWidth(text)).toBe(width));
});

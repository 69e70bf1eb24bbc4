import { expect, test } from "vitest";
import { createDocumentMask, createMask } from "../../src/targets/masking.ts";

const certificate = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nshort\nhkiG9w0BAQEFAASC\n-----END KEY-----\n";

test.each([
  ["whole", ["hunter22"], "the password is hunter22, or xhunter22x", "the password is ***, or x***x"],
  ["every time", ["abcd"], "abcd abcd", "*** ***"],
  ["the longer one first", ["pass", "password1"], "password1 pass", "*** ***"],
  ["lines of eight characters and more", [certificate], "MIIEvQIBADANBgkq and short", "*** and short"],
  ["a value of several lines as a whole", [certificate], `<${certificate}>`, "<***>"],
  ["without the newline at its end", ["tok\nen1\n"], "<tok\nen1>", "<***>"],
  ["in base64", ["hunter22"], Buffer.from("hunter22").toString("base64"), "***"],
  ["in JSON", ['quo"te\nline'], JSON.stringify({ a: 'quo"te\nline' }), '{"a":"***"}'],
  ["in a URL", ["p@ss/w ord"], `https://x:${encodeURIComponent("p@ss/w ord")}@host`, "https://x:***@host"],
  ["with what a pattern means otherwise", ["a.c*[x]$^|\\"], "abc a.c*[x]$^|\\", "abc ***"],
  ["short ones as whole words only", ["no"], "no, nothing, no_, is-no", "***, nothing, no_, is-***"],
  ["nothing for an empty value", [""], "all of this", "all of this"],
  ["nothing without values", [], "all of this", "all of this"],
  ["beside letters of other scripts", ["no"], "éno no", "éno ***"],
])("masks %s", (_, values, text, expected) => {
  expect(createMask(values)(text)).toBe(expected);
});

test("a mask is not changed by what it masked before", () => {
  const mask = createMask(["hunter22"]);
  expect([mask("hunter22"), mask("x hunter22"), mask("hunter22")]).toEqual(["***", "x ***", "***"]);
});

test("a value is masked however long it is", () => {
  const value = "AbC+/d9=".repeat(20_000);
  const mask = createMask([value, "short"]);
  expect(mask(`${value} and ${Buffer.from(value).toString("base64")} and short`)).toBe("*** and *** and ***");
});

test("a value that is no sound text is masked, too", () => {
  expect(createMask(["ab\ud800cd"])("<ab\ud800cd>")).toBe("<***>");
});

const secret = "correct horse+battery/staple";
const inBase64 = (before: string, after: string): string => Buffer.from(before + secret + after).toString("base64");

test.each([
  ["hex", Buffer.from(secret).toString("hex"), "***"],
  ["upper-case hex", Buffer.from(secret).toString("hex").toUpperCase(), "***"],
  ["base64 for URLs, without its end", Buffer.from(secret).toString("base64url"), "***"],
  ["JSON in JSON", JSON.stringify(JSON.stringify({ a: `${secret}"` })), `"{\\"a\\":\\"***\\\\\\"\\"}"`],
])("masks what is written as %s", (_, text, expected) => {
  expect(createMask([secret])(text)).toBe(expected);
});

test.each(["", "a", "ab", "abc"])("masks what a longer text's base64 tells of a value behind %j", before => {
  const masked = createMask([secret])(inBase64(before, "more"));
  expect(masked).toContain("***");
  const left = Buffer.from(masked.replace("***", ""), "base64").toString();
  expect(left).not.toContain(secret.slice(2, -2));
  expect(masked.length).toBeLessThan(15);
});

test("masks the value of a basic authorization", () => {
  const header = `authorization: Basic ${Buffer.from(`user:${secret}`).toString("base64")}`;
  expect(createMask([secret])(header)).toMatch(/^authorization: Basic \S{0,8}\*\*\*\S{0,4}$/);
});

test.each([
  ["a document's text", '{"a":"x hunter22 y"}', '{"a":"x *** y"}'],
  ["not a name", '{"hunter22":"no"}', '{"hunter22":"no"}'],
  ["not what a short value stands in by chance", '{"phase":"no"}', '{"phase":"no"}'],
  ["the rest as it was", '{ "n": 1.50, "a": "\\u0041" }', '{ "n": 1.50, "a": "\\u0041" }'],
  ["a list", '["hunter22", {"b": ["hunter22"]}]', '["***", {"b": ["***"]}]'],
  ["what only looks like a document", "{ hunter22", "{ ***"],
  ["text", "hunter22: no", "***: no"],
])("of whole documents: %s", (_, text, expected) => {
  expect(createDocumentMask(["hunter22", "no"])(text)).toBe(expected);
});

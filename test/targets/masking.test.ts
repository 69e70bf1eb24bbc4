import { expect, test } from "vitest";
import { createMask } from "../../src/targets/masking.ts";

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

test("a value that is no sound text is masked, too", () => {
  expect(createMask(["ab\ud800cd"])("<ab\ud800cd>")).toBe("<***>");
});

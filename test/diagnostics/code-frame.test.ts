import { describe, expect, test } from "vitest";
import { codeFrame } from "../../src/diagnostics/code-frame.ts";
import { painter } from "../../src/diagnostics/color.ts";
import { type Diagnostic, finding, locate } from "../../src/diagnostics/index.ts";
import { diagnosticAt, reportOf, spanOf, textPlaces } from "./sample-report.ts";

const stack = `stack: shop

resources:
  credentials:
    type: vault

  connector:
    type: daemon
    code:
      type: image
      image: shop/connector:1.2

    commandsEnabled: true
    links: [credentails]
`;

/** The frame of a diagnostic, after a line break, so that it reads well in a test. */
function frame(text: string, diagnostic: Diagnostic, color = false): string {
  const report = reportOf(text, diagnostic);
  return report.diagnostics.map(found => `\n${codeFrame(found, report, painter({ color })).join("\n")}\n`).join("");
}

const marked = (text: string, word: string, more: Partial<Diagnostic> = {}): string =>
  frame(text, diagnosticAt(spanOf(text, word), more));

describe("code frame", () => {
  test("is the one of the design", () => {
    const args = { daemon: "connector", id: "credentails", suggestion: "credentials" };
    expect(frame(stack, finding("unknown-link", spanOf(stack, "credentails"), args))).toBe(`
error[AL3001]: \`connector\` links to \`credentails\`, which is not declared
  --> alien.yaml:14:13
   |
14 |     links: [credentails]
   |             ^^^^^^^^^^^ did you mean \`credentials\`?
   = help: declare it under \`resources\`, or correct the name
`);
  });

  test("shows a near related place in the same frame, by line", () => {
    const text = "a: 1\nb: 2\nc: 3\na: 4\nd: 5\n";
    const at = spanOf(text, "a", { nth: 1 });
    const related = [
      { message: "first given here", at: spanOf(text, "a") },
      { message: "next", at: spanOf(text, "d") },
    ];
    expect(frame(text, diagnosticAt(at, { severity: "warning", label: "given again here", related }))).toBe(`
warning[AL3001]: something is wrong
 --> alien.yaml:4:1
  |
1 | a: 1
  | - first given here
...
4 | a: 4
  | ^ given again here
5 | d: 5
  | - next
`);
  });

  test("shows related places of the same line below each other", () => {
    const text = "{ a: 1, a: 2 }\n";
    const at = spanOf(text, "a", { nth: 1 });
    expect(
      frame(text, diagnosticAt(at, { label: "again", related: [{ message: "first", at: spanOf(text, "a") }] })),
    ).toBe(`
error[AL3001]: something is wrong
 --> alien.yaml:1:9
  |
1 | { a: 1, a: 2 }
  |         ^ again
  |   - first
`);
  });

  test("shows far places and other files in frames of their own", () => {
    const text = `a: 1\n${"#\n".repeat(10)}b: 2\n`;
    const places = textPlaces({ "alien.yaml": text, "prod.yaml": "x: 1\ny: 2\n" });
    const related = [
      { message: "far", at: spanOf(text, "a") },
      { message: "elsewhere", at: { file: "prod.yaml", start: 5, end: 6 } },
    ];
    const report = locate([diagnosticAt(spanOf(text, "b"), { related, help: "do this" })], places);
    const [found] = report.diagnostics;
    expect(`\n${found && codeFrame(found, report, painter({ color: false })).join("\n")}\n`).toBe(`
error[AL3001]: something is wrong
  --> alien.yaml:12:1
   |
12 | b: 2
   | ^
  ::: alien.yaml:1:1
   |
 1 | a: 1
   | - far
  ::: prod.yaml:2:1
   |
 2 | y: 2
   | - elsewhere
   = help: do this
`);
  });

  test("marks the first of several lines to its end", () => {
    expect(marked("a: |\r\n  one\r\n  two\r\nb: 1\r\n", "|\r\n  one\r\n  two")).toBe(`
error[AL3001]: something is wrong
 --> alien.yaml:1:4
  |
1 | a: |
  |    ^
`);
    expect(marked("abc:\n  d: 1\n", "bc:\n  d")).toContain("1 | abc:\n  |  ^^^\n");
  });

  test("shows an empty span as one caret, also at the end of a line and of the file", () => {
    const empty = (text: string, start: number): string =>
      frame(text, diagnosticAt({ file: "alien.yaml", start, end: start }));
    expect(empty("ab\ncd\n", 1)).toContain("1 | ab\n  |  ^\n");
    expect(empty("ab\ncd\n", 2)).toContain("1 | ab\n  |   ^\n");
    expect(empty("ab\ncd", 5)).toContain(":2:3\n  |\n2 | cd\n  |   ^\n");
    expect(empty("ab\ncd\n", 6)).toContain(":3:1\n  |\n3 |\n  | ^\n");
    expect(empty("", 0)).toContain(":1:1\n  |\n1 |\n  | ^\n");
    expect(empty("ab\ncd\n", 99)).toContain(":3:1\n  |\n3 |\n  | ^\n");
  });

  test("a span from the text to the end of the file", () => {
    expect(marked("ab: cd", "cd")).toContain("1 | ab: cd\n  |     ^^\n");
    expect(marked("ab: cd\n", "cd\n")).toContain("1 | ab: cd\n  |     ^^\n");
  });

  test("makes room for large line numbers", () => {
    expect(marked(`${"#\n".repeat(12_344)}wrong: 1\n`, "wrong", { help: "do this" })).toBe(`
error[AL3001]: something is wrong
     --> alien.yaml:12345:1
      |
12345 | wrong: 1
      | ^^^^^
      = help: do this
`);
  });

  test("without a place there is only the message, with only a file no line", () => {
    expect(frame("", diagnosticAt({ argument: "--x" }, { help: "do this" }))).toBe(`
error[AL3001]: something is wrong
  = help: do this
`);
    expect(frame("", diagnosticAt({ file: "gone.yaml" }, { help: "do this" }))).toBe(`
error[AL3001]: something is wrong
 --> gone.yaml
  = help: do this
`);
  });

  test("keeps carets below wide, combined and tabbed characters", () => {
    expect(marked("k: [漢字, 😀, here]", "here")).toContain("1 | k: [漢字, 😀, here]\n  |               ^^^^\n");
    expect(marked("k: 漢字", "漢字")).toContain("1 | k: 漢字\n  |    ^^^^\n");
    expect(marked("e\u0301te\u0301: x", "x")).toContain("1 | e\u0301te\u0301: x\n  |      ^\n");
    expect(marked("\ta:\tx", "x")).toContain("1 |     a:    x\n  |           ^\n");
  });

  test("counts escaped characters with what is shown of them", () => {
    expect(marked("a\u001bb: x", "x")).toContain("1 | a\\u{1b}b: x\n  |           ^\n");
    expect(marked("a: \u202e!", "\u202e")).toContain("1 | a: \\u{202e}!\n  |    ^^^^^^^^\n");
    expect(marked("a: \ud800!", "\ud800")).toContain("1 | a: \\u{d800}!\n  |    ^^^^^^^^\n");
    expect(marked("# ##[error]x", "x")).toContain("1 | # ##\\u{5b}error]x\n  |                 ^\n");
  });

  test("cuts a long line around the span", () => {
    const text = `key: [${"x".repeat(50_000)}, here, ${"y".repeat(50_000)}]\nend: 1\n`;
    expect(marked(text, "here", { label: "this" })).toBe(`
error[AL3001]: something is wrong
 --> alien.yaml:1:50009
  |
1 | …${"x".repeat(58)}, here, ${"y".repeat(54)}…
  | ${" ".repeat(61)}^^^^ this
`);
  });

  test("cuts only the side that is long", () => {
    const atStart = marked(`here: ${"y".repeat(200)}`, "here");
    expect(atStart).toContain(`1 | here: ${"y".repeat(114)}…\n  | ^^^^\n`);
    const atEnd = marked(`${"x".repeat(200)}here`, "here");
    expect(atEnd).toContain(`1 | …${"x".repeat(60)}here\n  | ${" ".repeat(61)}^^^^\n`);
    const whole = `${"x".repeat(116)}here`;
    expect(marked(whole, "here")).toContain(`1 | ${whole}\n  | ${" ".repeat(116)}^^^^\n`);
  });

  test("marks a span that is itself too long up to the cut", () => {
    const word = "w".repeat(100_000);
    expect(marked(`k: ${word}`, word)).toContain(`1 | k: ${"w".repeat(117)}…\n  |    ${"^".repeat(118)}\n`);
  });

  test("repeats a cut line for marks that do not fit together", () => {
    const text = `{ a: 1, ${"x".repeat(300)}: 2, a: 3 }`;
    const at = spanOf(text, "a", { nth: 1 });
    const lines = frame(text, diagnosticAt(at, { related: [{ message: "first", at: spanOf(text, "a") }] })).split("\n");
    expect(lines.filter(line => line.startsWith("1 |"))).toHaveLength(2);
    expect(lines.at(-2)).toBe("  |   - first");
  });

  test("tells a fix that neither label nor help tells", () => {
    const text = "links: [credentails]";
    const fixes = [
      { title: "write `credentials`", edits: [{ at: spanOf(text, "credentails"), newText: "credentials" }] },
    ];
    expect(marked(text, "credentails", { fixes })).toContain("  = fix: write `credentials`\n");
    expect(marked(text, "credentails", { fixes, label: "did you mean `credentials`?" })).not.toContain("fix:");
    expect(marked(text, "credentails", { fixes, help: "write `credentials`" })).not.toContain("fix:");
  });

  test("colours change nothing but the colours", () => {
    const diagnostic = diagnosticAt(spanOf(stack, "credentails"), {
      label: "label",
      help: "help",
      related: [{ message: "related", at: spanOf(stack, "credentials") }],
    });
    const colored = frame(stack, diagnostic, true);
    expect(colored).toContain("\u001b[1;31merror[AL3001]\u001b[0m");
    expect(colored.replaceAll(/\u001b\[[\d;]*m/g, "")).toBe(frame(stack, diagnostic));
  });
});

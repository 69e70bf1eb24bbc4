import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Diagnostic, locate, noPlaces, printable, type Report, reporters } from "../../src/diagnostics/index.ts";
import { diagnosticAt, hostileCharacter, hostileReport, hostileText, reportOf, spanOf } from "./sample-report.ts";

const options = { color: false, version: "1.2.3" };
const text = "stack: a\nlinks: [x]\n";
const help = "do this";
const sample = reportOf(
  text,
  diagnosticAt(spanOf(text, "x"), {
    label: "did you mean `y`?",
    help,
    related: [{ message: "declared here", at: spanOf(text, "a") }],
    fixes: [{ title: "write `y`", edits: [{ at: spanOf(text, "x"), newText: "y" }] }],
  }),
  diagnosticAt({ file: "alien.yaml" }, { severity: "warning", message: "odd" }),
);
const empty = locate([], noPlaces);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "::",
      "##[",
      "error",
      "%",
      "\n",
      "\r",
      ",",
      "\u001b",
      "\u009b",
      "\ud800",
      "\u202e",
      "]",
      "漢",
      "](",
    ),
  }),
);
const reports: fc.Arbitrary<Report> = fc.oneof(fc.constant(hostileText), anyText).map(hostileReport);

describe("text reporter", () => {
  test("prints frames, and the counts in the last line", () => {
    expect(`\n${reporters.text(sample, options)}`).toBe(`
warning[AL3001]: odd
 --> alien.yaml

error[AL3001]: something is wrong
 --> alien.yaml:2:9
  |
1 | stack: a
  |   - declared here
2 | links: [x]
  |         ^ did you mean \`y\`?
  = help: do this

1 error, 1 warning
`);
  });

  test("counts each severity that occurs", () => {
    const count = (...severities: readonly ("error" | "warning")[]): string | undefined => {
      const found = severities.map((severity, index) => diagnosticAt({ argument: `${index}` }, { severity }));
      return reporters.text(locate(found, noPlaces), options).trimEnd().split("\n").at(-1);
    };
    expect(count("error", "warning", "error")).toBe("2 errors, 1 warning");
    expect(count("error")).toBe("1 error");
    expect(count("warning", "warning")).toBe("2 warnings");
  });

  test("says nothing of nothing", () => expect(reporters.text(empty, options)).toBe(""));

  test("lets nothing hostile through", () => {
    fc.assert(
      fc.property(reports, report => {
        const printed = reporters.text(report, options);
        expect(printed).not.toMatch(hostileCharacter);
        expect(printed).not.toMatch(/##(vso)?\[/);
        for (const line of printed.split("\n"))
          expect(line).toMatch(/^(error\[|\d+ errors|[ \d]*(-->|:::|\||=)|\.\.\.|$)/);
      }),
    );
  });

  test("adds no escape sequences but its own colours", () => {
    const printed = reporters.text(hostileReport(hostileText), { ...options, color: true });
    expect(printed.replaceAll(/\u001b\[(?:0|1|1;3[134])m/g, "")).toBe(
      reporters.text(hostileReport(hostileText), options),
    );
  });
});

describe("json reporter", () => {
  test("has the documented format", () => {
    const range = (line: number, column: number, offset: number) => ({
      file: "alien.yaml",
      start: { line, column, offset },
      end: { line, column: column + 1, offset: offset + 1 },
    });
    const docsUrl = "https://github.com/alienplatform/alien-compile/blob/main/docs/errors.md#al3001";
    expect(JSON.parse(reporters.json(sample, options))).toStrictEqual({
      formatVersion: "1",
      valid: false,
      errorCount: 1,
      warningCount: 1,
      diagnostics: [
        {
          severity: "warning",
          code: "AL3001",
          name: "unknown-link",
          message: "odd",
          docsUrl,
          file: "alien.yaml",
          related: [],
          fixes: [],
        },
        {
          severity: "error",
          code: "AL3001",
          name: "unknown-link",
          message: "something is wrong",
          help,
          docsUrl,
          range: range(2, 9, 17),
          related: [{ message: "declared here", range: range(1, 3, 2) }],
          fixes: [{ title: "write `y`", edits: [{ range: range(2, 9, 17), newText: "y" }] }],
        },
      ],
    });
  });

  test("is valid without errors", () => {
    const warned = locate([diagnosticAt({ argument: "x" }, { severity: "warning" })], noPlaces);
    expect(JSON.parse(reporters.json(warned, options))).toMatchObject({ valid: true, errorCount: 0, warningCount: 1 });
    expect(JSON.parse(reporters.json(empty, options))).toMatchObject({ valid: true, diagnostics: [] });
  });

  test("keeps every text, and holds nothing hostile", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostileText), anyText), hostile => {
        const printed = reporters.json(hostileReport(hostile), options);
        expect(printed).not.toMatch(hostileCharacter);
        expect(printed).not.toMatch(/##(vso)?\[|^\s*::/m);
        for (const { message } of JSON.parse(printed).diagnostics) expect(message).toBe(hostile);
      }),
    );
  });
});

describe("github reporter", () => {
  test("prints one annotation a line", () => {
    expect(reporters.github(sample, options)).toBe(
      [
        "::warning file=alien.yaml,title=AL3001 unknown-link::odd\n",
        "::error file=alien.yaml,line=2,endLine=2,col=9,endColumn=9,title=AL3001 unknown-link::something is wrong",
        "%0Adid you mean `y`?%0Ado this%0Aalien.yaml:1:3: declared here\n",
      ].join(""),
    );
  });

  test("is the documented line for a finding with a help", () => {
    expect(reporters.github(reportOf(text, diagnosticAt(spanOf(text, "stack"), { help })), options)).toBe(
      "::error file=alien.yaml,line=1,endLine=1,col=1,endColumn=5,title=AL3001 unknown-link::something is wrong%0Ado this\n",
    );
  });

  test("gives columns only within one line, and counts no line of which nothing is meant", () => {
    const at = (start: number, end: number) => {
      const [line] = reporters
        .github(reportOf("ab\ncd\nef\n", diagnosticAt({ file: "alien.yaml", start, end })), options)
        .split(",title");
      return line;
    };
    expect(at(1, 4)).toBe("::error file=alien.yaml,line=1,endLine=2");
    expect(at(1, 6)).toBe("::error file=alien.yaml,line=1,endLine=2");
    expect(at(4, 4)).toBe("::error file=alien.yaml,line=2,endLine=2,col=2,endColumn=2");
    expect(at(9, 9)).toBe("::error file=alien.yaml,line=4,endLine=4,col=1,endColumn=1");
  });

  test("a finding without a place is an annotation of the workflow", () => {
    expect(reporters.github(locate([diagnosticAt({ argument: "--x" })], noPlaces), options)).toBe(
      "::error title=AL3001 unknown-link::something is wrong\n",
    );
    expect(reporters.github(empty, options)).toBe("");
  });

  test("escapes what would end the file's name or the text", () => {
    const odd = locate([diagnosticAt({ file: "a:b,c%.yaml" }, { message: "100%, a::b" })], noPlaces);
    expect(reporters.github(odd, options)).toBe(
      "::error file=a%3Ab%2Cc%25.yaml,title=AL3001 unknown-link::100%25, a::b\n",
    );
  });

  test("lets nothing hostile through; a runner reads back what was meant", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostileText), anyText), hostile => {
        const report = hostileReport(hostile);
        const printed = reporters.github(report, options);
        expect(printed).not.toMatch(hostileCharacter);
        const commands = printed.trimEnd().split("\n").map(runnerReads);
        expect(commands.map(({ name }) => name)).toEqual(report.diagnostics.map(({ severity }) => severity));
        expect(new Set(commands.flatMap(({ properties }) => properties.get("file") ?? []))).toEqual(
          new Set([printable(hostile)]),
        );
        for (const { data } of commands)
          expect(data.split("\n").slice(0, 3)).toEqual(Array(3).fill(printable(hostile)));
      }),
    );
  });
});

/** As the runner takes a line apart: trimmed, the command to the second `::`, its properties by comma. */
function runnerReads(line: string): { name: string; properties: ReadonlyMap<string, string>; data: string } {
  const end = line.indexOf("::", 2);
  const [name = "", ...rest] = line.slice(2, end).split(" ");
  const properties = rest
    .join(" ")
    .split(",")
    .map(pair => pair.split(/=(.*)/s));
  return {
    name,
    properties: new Map(properties.map(([key = "", value = ""]) => [key, unescaped(value)])),
    data: unescaped(line.slice(end + 2)),
  };
}

const unescaped = (escaped: string): string =>
  [
    ["%0D", "\r"],
    ["%0A", "\n"],
    ["%3A", ":"],
    ["%2C", ","],
    ["%25", "%"],
  ].reduce((text, [code = "", character = ""]) => text.replaceAll(code, character), escaped);

describe("details", () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  const long = `${"漢".repeat(199)}😀😀`;
  const detailed = (...details: NonNullable<Diagnostic["details"]>) =>
    locate([diagnosticAt({ argument: "x" }, { help, details })], noPlaces);

  test("stand whole under a finding, long lines cut", () => {
    const report = detailed(
      { title: "events", lines: ["5s ago  Failed", long, ""] },
      { title: "log", lines: ["a\u001bb"] },
    );
    expect(`\n${reporters.text(report, options)}`).toBe(`
error[AL3001]: something is wrong
  = help: do this
  = events:
  |   5s ago  Failed
  |   ${"漢".repeat(199)}😀…
  |
  = log:
  |   a\\u{1b}b

1 error
`);
    expect(JSON.parse(reporters.json(report, options)).diagnostics[0].details).toEqual([
      { title: "events", lines: ["5s ago  Failed", long, ""] },
      { title: "log", lines: ["a\u001bb"] },
    ]);
  });

  test("follow the text of an annotation and of a result in at most ten lines, the newest ones", () => {
    const told = (report: Report): readonly (readonly string[])[] => [
      runnerReads(reporters.github(report, options).trimEnd()).data.split("\n").slice(2),
      JSON.parse(reporters.sarif(report, options)).runs[0].results[0].message.text.split("\n").slice(2),
    ];
    for (const said of told(detailed({ title: "events", lines }))) {
      expect(said).toEqual(["events:", ...lines.slice(3).map(line => `  ${line}`)]);
    }
    const two = detailed({ title: "events", lines }, { title: "log", lines: ["a\r\nb"] });
    for (const said of told(two)) {
      expect(said).toEqual(["events:", ...lines.slice(8).map(line => `  ${line}`), "log:", "  a\\u{d}\\u{a}b"]);
    }
  });
});

describe("all reporters", () => {
  test("take ten thousand findings in stride, also in one line", () => {
    const count = 10_000;
    const line = "abcdé漢😀\u001b ".repeat(count);
    const found = Array.from({ length: count }, (_, index) =>
      diagnosticAt({ file: "alien.yaml", start: index * 10, end: index * 10 + 5 }, { label: "label", help }),
    );
    const report = reportOf(line, ...found);
    for (const reporter of Object.values(reporters)) expect(reporter(report, options).length).toBeGreaterThan(count);
  }, 5_000);

  test("are offered by name, in this order", () =>
    expect(Object.keys(reporters)).toEqual(["text", "json", "github", "sarif"]));
});

import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finding, locate, noPlaces, type Report } from "../../src/diagnostics/index.ts";
import { artifactUri } from "../../src/diagnostics/reporters/artifact-uri.ts";
import { reportSarif } from "../../src/diagnostics/reporters/index.ts";
import {
  diagnosticAt,
  hostileCharacter,
  hostileReport,
  hostileText,
  reportOf,
  spanOf,
  textPlaces,
} from "./sample-report.ts";

/** Of draft-04 the schema uses only what later drafts share, once these two are gone. */
const { $schema: _schema, id: _id, ...schema } = sarifSchema;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

function sarifOf(report: Report) {
  const log = JSON.parse(reportSarif(report, { version: "1.2.3" }));
  validate(log);
  expect(validate.errors).toBeNull();
  return log.runs[0];
}

const text = "stack: a\nlinks: [x]\n";

describe("sarif reporter", () => {
  test("the schema refuses what is not SARIF", () => {
    expect(validate({ version: "2.1.0", runs: [{ tool: {} }] })).toBe(false);
    expect(validate({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{}] }] })).toBe(false);
  });

  test("names the tool and the rules that occur", () => {
    const run = sarifOf(
      reportOf(
        text,
        finding("repeated-link", spanOf(text, "x"), { id: "x" }),
        finding("unused-secret", spanOf(text, "stack"), { id: "s" }),
        finding("repeated-link", spanOf(text, "a"), { id: "a" }),
      ),
    );
    expect(run.columnKind).toBe("unicodeCodePoints");
    expect(run.tool.driver).toMatchObject({ name: "alien-compile", version: "1.2.3" });
    expect(run.tool.driver.rules).toEqual([
      {
        id: "AL3018",
        name: "unused-secret",
        shortDescription: { text: "A secret without a reference is never read." },
        fullDescription: { text: "A secret without a reference is never read." },
        helpUri: "https://github.com/alienplatform/alien-compile/blob/main/docs/errors.md#al3018",
        defaultConfiguration: { level: "warning" },
      },
      expect.objectContaining({ id: "AL3004", defaultConfiguration: { level: "error" } }),
    ]);
    expect(
      run.results.map((result: { ruleId: string; ruleIndex: number }) => [result.ruleId, result.ruleIndex]),
    ).toEqual([
      ["AL3018", 0],
      ["AL3004", 1],
      ["AL3004", 1],
    ]);
  });

  test("describes a rule shortly by its first sentence", () => {
    const run = sarifOf(
      locate([finding("unknown-verb", { argument: "x" }, { name: "x", suggestion: undefined })], noPlaces),
    );
    expect(run.tool.driver.rules[0].shortDescription.text).toBe("The first word is a command, or the file to render.");
    const link = sarifOf(locate([finding("unexpanded-variable", { argument: "x" }, { text: "x" })], noPlaces));
    expect(link.tool.driver.rules[0].shortDescription.text).toBe(
      "`alien.yaml` has no templates: `${X}` reaches the daemon literally.",
    );
    const args = { daemon: "d", id: "x", suggestion: undefined };
    const two = sarifOf(locate([finding("unknown-link", { argument: "x" }, args)], noPlaces)).tool.driver.rules[0];
    expect(two.fullDescription.text.startsWith(`${two.shortDescription.text} `)).toBe(true);
  });

  test("gives message, place, related places and fixes", () => {
    const found = diagnosticAt(spanOf(text, "x"), {
      label: "did you mean `y`?",
      help: "do this",
      related: [{ message: "declared here", at: spanOf(text, "a") }],
      fixes: [{ title: "write `y`", edits: [{ at: spanOf(text, "x"), newText: "y" }] }],
    });
    const region = { startLine: 2, startColumn: 9, endLine: 2, endColumn: 10 };
    const artifactLocation = { uri: "alien.yaml" };
    expect(sarifOf(reportOf(text, found)).results).toEqual([
      {
        ruleId: "AL3001",
        ruleIndex: 0,
        level: "error",
        message: { text: "something is wrong\ndid you mean `y`?\ndo this" },
        locations: [{ physicalLocation: { artifactLocation, region } }],
        relatedLocations: [
          {
            physicalLocation: { artifactLocation, region: { startLine: 1, startColumn: 3, endLine: 1, endColumn: 4 } },
            message: { text: "declared here" },
          },
        ],
        fixes: [
          {
            description: { text: "write `y`" },
            artifactChanges: [
              { artifactLocation, replacements: [{ deletedRegion: region, insertedContent: { text: "y" } }] },
            ],
          },
        ],
      },
    ]);
  });

  test("puts the edits of a fix together by file", () => {
    const places = textPlaces({ "a.yaml": "one two", "b.yaml": "three" });
    const edit = (file: string, start: number) => ({ at: { file, start, end: start + 3 }, newText: "" });
    const fixes = [{ title: "all", edits: [edit("a.yaml", 0), edit("b.yaml", 0), edit("a.yaml", 4)] }];
    const [result] = sarifOf(locate([diagnosticAt({ file: "a.yaml", start: 0, end: 3 }, { fixes })], places)).results;
    const changes: { artifactLocation: { uri: string }; replacements: unknown[] }[] = result.fixes[0].artifactChanges;
    expect(changes.map(({ artifactLocation, replacements }) => [artifactLocation.uri, replacements.length])).toEqual([
      ["a.yaml", 2],
      ["b.yaml", 1],
    ]);
  });

  test("is valid without a place, with a file only, without findings, and for spans that are empty or at the end", () => {
    const at = (start: number, end: number) => diagnosticAt({ file: "alien.yaml", start, end });
    const run = sarifOf(
      reportOf(
        text,
        diagnosticAt({ argument: "x" }),
        diagnosticAt({ file: "x.yaml" }),
        at(0, 0),
        at(20, 20),
        at(3, 20),
      ),
    );
    expect(run.results.map((result: { locations: unknown[] }) => result.locations.length)).toEqual([0, 1, 1, 1, 1]);
    expect(sarifOf(locate([], noPlaces)).results).toEqual([]);
  });

  test("a finding that is not in the catalogue is still reported", () => {
    const odd = diagnosticAt({ argument: "x" }, { code: "AL0000", name: "constructor" });
    expect(sarifOf(locate([odd], noPlaces)).tool.driver.rules[0]).not.toHaveProperty("shortDescription");
  });

  test("text from the file makes no link", () => {
    const [result] = sarifOf(
      locate([diagnosticAt({ argument: "x" }, { message: "`[click](http://evil)`" })], noPlaces),
    ).results;
    expect(result.message.text).toBe("`\\[click\\](http://evil)`");
    const [plain] = sarifOf(locate([diagnosticAt({ argument: "x" }, { message: "expected `[a]`" })], noPlaces)).results;
    expect(plain.message.text).toBe("expected `[a]`");
  });

  test("stays valid and holds nothing hostile, whatever the texts", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostileText), fc.string({ unit: "binary" }), fc.string()), hostile => {
        const report = hostileReport(hostile);
        sarifOf(report);
        const printed = reportSarif(report, { version: "1.2.3" });
        expect(printed).not.toMatch(hostileCharacter);
        expect(printed).not.toMatch(/##(vso)?\[|^\s*::/m);
      }),
    );
  });
});

describe("artifact uri", () => {
  test.each([
    ["alien.yaml", "alien.yaml"],
    ["./deploy/alien.yaml", "deploy/alien.yaml"],
    ["../alien.yaml", "../alien.yaml"],
    ["a b/ü#?%.yaml", "a%20b/%C3%BC%23%3F%25.yaml"],
    ["deploy\\alien.yaml", "deploy/alien.yaml"],
    ["a:b.yaml", "a%3Ab.yaml"],
    ["/srv/alien.yaml", "file:///srv/alien.yaml"],
    ["C:\\srv\\alien.yaml", "file:///C:/srv/alien.yaml"],
    ["a\ud800b\u001b", "a%EF%BF%BDb%1B"],
  ])("%j is %s", (file, uri) => expect(artifactUri(file)).toBe(uri));
});

import { describe, expect, test } from "vitest";
import { key, locate, noPlaces, value } from "../../src/diagnostics/index.ts";
import { diagnosticAt, spanOf, textPlaces } from "./sample-report.ts";

const base = "stack: a\nresources:\n  one: { type: daemon }\n";
const layer = "resources:\n  one: { links: [two] }\n";
const places = textPlaces(
  { "base.yaml": base, "layer.yaml": layer },
  {
    "/resources/one key": spanOf(base, "one", { file: "base.yaml" }),
    "/resources/one/links/0 value": spanOf(layer, "two", { file: "layer.yaml" }),
  },
);
const messages = (...diagnostics: Parameters<typeof locate>[0]): readonly string[] =>
  locate(diagnostics, places).diagnostics.map(({ message }) => message);

describe("locate", () => {
  test("turns document paths into ranges", () => {
    const [found] = locate([diagnosticAt(value("/resources/one/links/0"))], places).diagnostics;
    expect(found?.range).toEqual({
      file: "layer.yaml",
      start: { line: 2, column: 18, offset: 28 },
      end: { line: 2, column: 21, offset: 31 },
    });
  });

  test("sorts by file in the order of layers, then by place; what has no file comes first", () => {
    const sorted = messages(
      diagnosticAt({ file: "other.yaml" }, { message: "6" }),
      diagnosticAt(value("/resources/one/links/0"), { message: "5" }),
      diagnosticAt(key("/resources/one"), { message: "4" }),
      diagnosticAt({ file: "base.yaml", start: 0, end: 8 }, { message: "3" }),
      diagnosticAt({ file: "base.yaml", start: 0, end: 5 }, { message: "2" }),
      diagnosticAt({ file: "base.yaml" }, { message: "1" }),
      diagnosticAt({ argument: "--flag" }, { message: "0" }),
    );
    expect(sorted).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  });

  test("keeps files together that are not layers", () => {
    const two = textPlaces({ a: "abc", b: "abc" });
    const at = (file: string, start: number) => diagnosticAt({ file, start, end: 3 }, { message: `${file}${start}` });
    const report = locate([at("b", 2), at("a", 1), at("b", 0), at("a", 0)], { ...two, files: [] });
    expect(report.diagnostics.map(({ message }) => message)).toEqual(["b0", "b2", "a0", "a1"]);
  });

  test("keeps the order of findings at one place", () => {
    expect(messages(...["x", "y", "z"].map(message => diagnosticAt(key("/resources/one"), { message })))).toEqual([
      "x",
      "y",
      "z",
    ]);
  });

  test("the same mistake at the same place is one finding, even by another path", () => {
    const span = spanOf(base, "one", { file: "base.yaml" });
    expect(
      messages(diagnosticAt(key("/resources/one")), diagnosticAt(span), diagnosticAt(key("/resources/one"))),
    ).toHaveLength(1);
    expect(
      messages(diagnosticAt({ argument: "a" }), diagnosticAt({ argument: "b" }), diagnosticAt({ argument: "a" })),
    ).toHaveLength(2);
  });

  test("counts errors and warnings", () => {
    const report = locate(
      [diagnosticAt({ argument: "a" }), diagnosticAt({ argument: "b" }, { severity: "warning" })],
      noPlaces,
    );
    expect([report.errorCount, report.warningCount]).toEqual([1, 1]);
  });

  test("a file stands in for a range only where there is none", () => {
    const report = locate(
      [diagnosticAt({ file: "base.yaml" }), diagnosticAt({ file: "base.yaml", start: 0, end: 1 })],
      places,
    );
    expect(report.diagnostics.map(({ file, range }) => [file, range?.file])).toEqual([
      ["base.yaml", undefined],
      [undefined, "base.yaml"],
    ]);
  });

  test("a span of a file that cannot be read keeps the file", () => {
    const [found] = locate([diagnosticAt({ file: "gone.yaml", start: 3, end: 4 })], places).diagnostics;
    expect([found?.file, found?.range]).toEqual(["gone.yaml", undefined]);
  });

  test("related places and fixes are located; a fix with an unknown place is left out as a whole", () => {
    const known = { at: value("/resources/one/links/0"), newText: "one" };
    const unknown = { at: value("/nowhere"), newText: "one" };
    const [found] = locate(
      [
        diagnosticAt(key("/resources/one"), {
          related: [
            { message: "known", at: known.at },
            { message: "unknown", at: unknown.at },
          ],
          fixes: [
            { title: "whole", edits: [known] },
            { title: "half", edits: [known, unknown] },
          ],
        }),
      ],
      places,
    ).diagnostics;
    expect(found?.related.map(({ message, range }) => [message, range.file, range.start.line])).toEqual([
      ["known", "layer.yaml", 2],
    ]);
    expect(found?.fixes.map(({ title, edits }) => [title, edits.map(({ range }) => range.start.column)])).toEqual([
      ["whole", [18]],
    ]);
  });

  test("gives reporters the lines of a file", () => {
    expect(locate([], places).lines("base.yaml")?.line(2)).toBe("resources:");
    expect(locate([], places).lines("gone.yaml")).toBeUndefined();
  });
});

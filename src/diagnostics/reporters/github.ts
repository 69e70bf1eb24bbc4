import { shortDetails } from "../detail-lines.ts";
import { escapeWorkflowData, escapeWorkflowProperty, printable } from "../escape.ts";
import type { LocatedDiagnostic, Range, Report } from "../locate.ts";
import { sentences } from "./sentences.ts";

/** For a GitHub workflow: one annotation a line. */
export const reportGithub = ({ diagnostics }: Report): string =>
  diagnostics.map(diagnostic => `${annotation(diagnostic)}\n`).join("");

function annotation(diagnostic: LocatedDiagnostic): string {
  const { severity, code, name, range, file, related } = diagnostic;
  const place = range === undefined ? (file === undefined ? [] : [["file", file]]) : placeOf(range);
  const properties = [...place, ["title", `${code} ${name}`]].map(
    ([property, text]) => `${property}=${escapeWorkflowProperty(printable(`${text}`))}`,
  );
  const said = [...sentences(diagnostic), ...related.map(elsewhere)].map(sentence => printable(sentence));
  const text = [...said, ...shortDetails(diagnostic.details)].join("\n");
  return `::${severity} ${properties.join(",")}::${escapeWorkflowData(text)}`;
}

const elsewhere = ({ message, range: { file, start } }: LocatedDiagnostic["related"][number]): string =>
  `${file}:${start.line}:${start.column}: ${message}`;

/** Annotations include their end, and GitHub takes columns only within one line. */
function placeOf({ file, start, end }: Range): readonly (readonly [string, string | number])[] {
  const lines = [
    ["file", file],
    ["line", start.line],
    ["endLine", lastLine({ start, end })],
  ] as const;
  if (start.line !== end.line) return lines;
  return [...lines, ["col", start.column], ["endColumn", Math.max(start.column, end.column - 1)]];
}

const lastLine = ({ start, end }: Pick<Range, "start" | "end">): number =>
  end.line > start.line && end.column === 1 ? end.line - 1 : end.line;

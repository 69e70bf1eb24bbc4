import { docsUrl } from "../docs-url.ts";
import { printableJson } from "../escape.ts";
import type { LocatedDiagnostic, Report } from "../locate.ts";

/** For programs: everything known of each finding, in a stable format. */
export function reportJson({ diagnostics, errorCount, warningCount }: Report): string {
  return printableJson({
    formatVersion: "1",
    valid: errorCount === 0,
    errorCount,
    warningCount,
    diagnostics: diagnostics.map(jsonDiagnostic),
  });
}

const jsonDiagnostic = ({ severity, code, name, message, help, range, file, ...rest }: LocatedDiagnostic) => ({
  severity,
  code,
  name,
  message,
  help,
  docsUrl: docsUrl(code),
  range,
  file: range === undefined ? file : undefined,
  related: rest.related.map(place => ({ message: place.message, range: place.range })),
  details: rest.details?.map(({ title, lines }) => ({ title, lines })),
  fixes: rest.fixes.map(({ title, edits }) => ({
    title,
    edits: edits.map(({ range: replaced, newText }) => ({ range: replaced, newText })),
  })),
});

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

const jsonDiagnostic = ({ severity, code, name, message, help, range, file, related, fixes }: LocatedDiagnostic) => ({
  severity,
  code,
  name,
  message,
  help,
  docsUrl: docsUrl(code),
  range,
  file: range === undefined ? file : undefined,
  related: related.map(place => ({ message: place.message, range: place.range })),
  fixes: fixes.map(({ title, edits }) => ({
    title,
    edits: edits.map(({ range: replaced, newText }) => ({ range: replaced, newText })),
  })),
});

import { type Diagnostic, finding, type Span, utf8Length } from "../diagnostics/index.ts";
import { limits } from "./limits.ts";

/** What no process or manifest can carry of a text, as a finding that still wants its place. */
export function checkScalar(text: string): ((span: Span, path: string) => Diagnostic) | undefined {
  const character = unusable(text);
  if (character !== undefined) {
    return (span, path) => finding("forbidden-character", span, { character }, { poisons: [path] });
  }
  if (text.length * 3 <= limits.valueBytes) return undefined;
  const bytes = utf8Length(text);
  if (bytes <= limits.valueBytes) return undefined;
  const args = { size: kibibytes(bytes), limit: kibibytes(limits.valueBytes) };
  return (span, path) => finding("value-too-long", beginning(span), args, { poisons: [path] });
}

const beginning = (span: Span): Span => ({ ...span, end: Math.min(span.end, span.start + 80) });

const kibibytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`;

function unusable(text: string): string | undefined {
  if (text.includes("\0")) return "a NUL character";
  return text.isWellFormed() ? undefined : "a lone surrogate";
}

import { type Diagnostic, finding, type Span, utf8Length } from "../diagnostics/index.ts";
import { limits } from "./limits.ts";

/** Refuses text that no process or manifest can carry. */
export function checkScalar(value: unknown, span: Span, path: string, diagnostics: Diagnostic[]): void {
  if (typeof value !== "string") return;
  const character = unusable(value);
  if (character !== undefined) {
    diagnostics.push(finding("forbidden-character", span, { character }, { poisons: [path] }));
  }
  if (value.length * 3 > limits.valueBytes && utf8Length(value) > limits.valueBytes) {
    const args = { size: kibibytes(utf8Length(value)), limit: kibibytes(limits.valueBytes) };
    diagnostics.push(
      finding("value-too-long", { ...span, end: Math.min(span.end, span.start + 80) }, args, { poisons: [path] }),
    );
  }
}

const kibibytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`;

function unusable(value: string): string | undefined {
  if (value.includes("\0")) return "a NUL character";
  return value.isWellFormed() ? undefined : "a lone surrogate";
}

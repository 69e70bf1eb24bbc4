import {
  type Diagnostic,
  locate,
  type Place,
  type Places,
  type Report,
  type Span,
} from "../../src/diagnostics/index.ts";

/** Places over plain texts: only spans, unless document paths are given. */
export const textPlaces = (
  files: Readonly<Record<string, string>>,
  paths: Readonly<Record<string, Span>> = {},
): Places => ({
  files: Object.keys(files),
  span: ({ path, on }) => paths[`${path} ${on}`],
  source: file => (Object.hasOwn(files, file) ? { text: files[file] ?? "", bytesBefore: 0 } : undefined),
});

/** The span of the nth (from 0) occurrence of a word. */
export function spanOf(text: string, word: string, { nth = 0, file = "alien.yaml" } = {}): Span {
  let start = text.indexOf(word);
  for (let count = 0; count < nth; count += 1) start = text.indexOf(word, start + 1);
  if (start === -1) throw new Error(`the text does not hold ${word}`);
  return { file, start, end: start + word.length };
}

export const diagnosticAt = (at: Place, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "AL3001",
  name: "unknown-link",
  severity: "error",
  message: "something is wrong",
  at,
  related: [],
  fixes: [],
  poisons: [],
  ...more,
});

export const reportOf = (text: string, ...diagnostics: readonly Diagnostic[]): Report =>
  locate(diagnostics, textPlaces({ "alien.yaml": text }));

/** Everything that could fool a terminal, a log or a workflow. */
export const hostileText =
  "a\u001b[31mred\r\n::error::pwned\n  ::stop-commands::x\n##[stop-commands]x ##vso[task]\u0000\u0007\u007f\u009b2J\u0085\u202e\u2066\u2069\u200e\u200f\u061c\u2028\u2029\ufeff\ud800 \udc00\u200b\u{e0041}\t%0A::error::z";

/** What must not be in any output: every control but the line feed, what is invisible or turns the reading direction, half pairs. */
export const hostileCharacter =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/u;

/** A diagnostic whose every text is the given one. */
export const hostileDiagnostic = (text: string, at: Place): Diagnostic =>
  diagnosticAt(at, {
    message: text,
    label: text,
    help: text,
    related: [{ message: text, at }],
    details: [{ title: text, lines: [text, `${text}${text}`] }],
    fixes: [{ title: text, edits: [{ at, newText: text }] }],
  });

/** A report in which the given text is the source, the name of the file and every sentence. */
export const hostileReport = (text: string): Report =>
  locate(
    [
      hostileDiagnostic(text, { file: text, start: 0, end: text.length }),
      hostileDiagnostic(text, { file: text, start: text.length, end: text.length }),
      hostileDiagnostic(text, { file: text }),
      hostileDiagnostic(text, { argument: text }),
    ],
    textPlaces({ [text]: text }),
  );

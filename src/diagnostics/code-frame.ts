import type { Paint, Style } from "./color.ts";
import { detailLine } from "./detail-lines.ts";
import { printable } from "./escape.ts";
import { excerpt } from "./excerpt.ts";
import type { LocatedDiagnostic, Range, Report } from "./locate.ts";

interface Mark {
  readonly range: Range;
  readonly label: string | undefined;
  readonly sign: "^" | "-";
  readonly style: Style;
}

/** Marks of one file, by line; what stands above them is the place of `head`. */
interface Frame {
  readonly arrow: "-->" | ":::";
  readonly head: Mark;
  readonly marks: readonly Mark[];
}

interface Drawing {
  readonly paint: Paint;
  /** As many blanks as line numbers have digits. */
  readonly pad: string;
}

/** Related places as near as this to the finding are shown in its own frame. */
const nearLines = 5;

/** The lines of one finding: what is wrong, where, and what to do. */
export function codeFrame(
  diagnostic: LocatedDiagnostic,
  { lines }: Pick<Report, "lines">,
  paint: Paint,
): readonly string[] {
  const { severity, code, message, file } = diagnostic;
  const frames = framesOf(diagnostic);
  const pad = " ".repeat(digits(frames));
  return [
    paint(severity, `${severity}[${code}]`) + paint("strong", `: ${printable(message)}`),
    ...(file === undefined ? [] : [`${pad}${paint("frame", "-->")} ${printable(file)}`]),
    ...frames.flatMap(frame => [...placeLines(frame, { paint, pad }), ...sourceLines(frame, lines, { paint, pad })]),
    ...notes(diagnostic).map(
      ([word, text]) => `${pad} ${paint("frame", "=")} ${paint("strong", word)}: ${printable(text)}`,
    ),
    ...detailBlocks(diagnostic, { paint, pad }),
  ];
}

function framesOf({ severity, range, label, related }: LocatedDiagnostic): readonly Frame[] {
  const others = related.map(
    (place): Mark => ({ range: place.range, label: place.message, sign: "-", style: "frame" }),
  );
  const main: Mark | undefined = range && { range, label, sign: "^", style: severity };
  const far = others.filter(other => main === undefined || !near(main, other));
  return [
    ...(main
      ? [{ arrow: "-->", head: main, marks: byLine([main, ...others.filter(other => near(main, other))]) } as const]
      : []),
    ...far.map((head): Frame => ({ arrow: ":::", head, marks: [head] })),
  ];
}

const near = ({ range: a }: Mark, { range: b }: Mark): boolean =>
  a.file === b.file && Math.abs(a.start.line - b.start.line) <= nearLines;

const byLine = (marks: readonly Mark[]): readonly Mark[] =>
  marks.toSorted((a, b) => a.range.start.line - b.range.start.line);

function digits(frames: readonly Frame[]): number {
  let last = 1;
  for (const { marks } of frames) for (const { range } of marks) last = Math.max(last, range.start.line);
  return String(last).length;
}

function placeLines({ arrow, head: { range } }: Frame, { paint, pad }: Drawing): readonly string[] {
  const place = `${printable(range.file)}:${range.start.line}:${range.start.column}`;
  return [`${pad}${paint("frame", arrow)} ${place}`, `${pad} ${paint("frame", "|")}`];
}

function sourceLines({ marks }: Frame, lines: Report["lines"], { paint, pad }: Drawing): readonly string[] {
  const result: string[] = [];
  let shown = { line: 0, text: "" };
  for (const mark of marks) {
    const { line, from, to } = columns(mark.range);
    const index = lines(mark.range.file);
    if (index === undefined) continue;
    const { text, before, marked } = excerpt(index, line, { from, to });
    if (shown.line > 0 && line - shown.line > 1) result.push(paint("frame", "..."));
    if (shown.line !== line || shown.text !== text) {
      result.push(`${paint("frame", `${String(line).padStart(pad.length)} |`)} ${text}`.trimEnd());
    }
    const signs = paint(mark.style, mark.sign.repeat(marked) + (mark.label ? ` ${printable(mark.label)}` : ""));
    result.push(`${pad} ${paint("frame", "|")} ${" ".repeat(before)}${signs}`);
    shown = { line, text };
  }
  return result;
}

/** What is marked of a range: of several lines, the first to its end. */
const columns = ({ start, end }: Range): { readonly line: number; readonly from: number; readonly to: number } => ({
  line: start.line,
  from: start.column,
  to: end.line > start.line ? Number.POSITIVE_INFINITY : end.column,
});

function notes({ help, label, fixes }: LocatedDiagnostic): readonly (readonly ["help" | "fix", string])[] {
  const said = [label, help].filter(text => text !== undefined);
  const news = fixes.filter(fix => !said.some(text => says(text, fix)));
  return [
    ...(help === undefined ? [] : [["help", help] as const]),
    ...news.map(({ title }) => ["fix", title] as const),
  ];
}

const detailBlocks = ({ details = [] }: LocatedDiagnostic, { paint, pad }: Drawing): readonly string[] =>
  details.flatMap(({ title, lines }) => [
    `${pad} ${paint("frame", "=")} ${paint("strong", printable(title))}:`,
    ...lines.map(line => `${pad} ${paint("frame", "|")}   ${detailLine(line)}`.trimEnd()),
  ]);

/** Whether a sentence already tells a fix: by its title, or by the text that it would write. */
const says = (text: string, { title, edits }: LocatedDiagnostic["fixes"][number]): boolean =>
  text === title || edits.some(({ newText }) => newText.trim() !== "" && text.includes(newText.trim()));

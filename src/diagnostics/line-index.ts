import type { SourceText } from "./places.ts";

/** `line` and `column` from 1, column in Unicode code points; `offset` in UTF-8 bytes from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface LineIndex {
  /** The position of a UTF-16 offset; one outside the text counts as the nearest inside. */
  position(offset: number): Position;
  /** The text of a line (from 1), without its line break. */
  line(number: number): string;
  /** The part of a line between two columns, `to` exclusive, both cut to the line. */
  slice(number: number, from: number, to: number): string;
  readonly lineCount: number;
}

type Stretch = { readonly start: number; readonly end: number };

const hide = (text: string, { start, end }: Stretch): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, "*") + text.slice(end);

/** How much of a text lies before a UTF-16 offset. */
interface Measure {
  readonly codePoints: number;
  readonly bytes: number;
}

/** A measure is kept every so many UTF-16 units, so that a place in a very long line is found without walking the line. */
const stride = 256;

/** Lines of a text; what is `hidden` (UTF-16 offsets) is shown as asterisks, and counts as what it is. */
export function createLineIndex({ text, bytesBefore }: SourceText, hidden: readonly Stretch[] = []): LineIndex {
  const shown = hidden.reduce(hide, text);
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const kept = keepMeasures(text);
  const keptCodePoints = kept.map(({ codePoints }) => codePoints);

  const measure = (offset: number): Measure => {
    const index = Math.floor(offset / stride);
    return advance(text, index * stride, { to: offset, measure: kept[index] ?? nothing });
  };
  const start = (line: number): number => (line < 1 ? 0 : (starts[line - 1] ?? text.length));
  const end = (line: number): number => start(line + 1) - lineBreakBefore(text, start(line), start(line + 1));
  const offsetOf = (line: number, column: number): number => {
    if (column <= 1) return start(line);
    const wanted = measure(start(line)).codePoints + column - 1;
    let at = Math.max(start(line), lastAtOrBefore(keptCodePoints, wanted) * stride);
    let count = measure(at).codePoints;
    for (; at < end(line) && (count < wanted || isTrail(text, at)); at += 1) if (!isTrail(text, at)) count += 1;
    return Math.min(at, end(line));
  };

  return {
    lineCount: starts.length,
    line: number => shown.slice(start(number), end(number)),
    slice: (number, from, to) => shown.slice(offsetOf(number, from), offsetOf(number, to)),
    position: offset => {
      const inside = Math.min(Math.max(offset, 0), text.length);
      const index = lastAtOrBefore(starts, inside);
      const { codePoints, bytes } = measure(inside);
      return {
        line: index + 1,
        column: codePoints - measure(start(index + 1)).codePoints + 1,
        offset: bytesBefore + bytes,
      };
    },
  };
}

const nothing: Measure = { codePoints: 0, bytes: 0 };

function keepMeasures(text: string): readonly Measure[] {
  const kept = [nothing];
  for (let at = stride; at <= text.length; at += stride) {
    kept.push(advance(text, at - stride, { to: at, measure: kept.at(-1) ?? nothing }));
  }
  return kept;
}

function advance(text: string, from: number, { to, measure }: { to: number; measure: Measure }): Measure {
  let { codePoints, bytes } = measure;
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    const trail = unit >= 0xdc00 && isTrail(text, at);
    if (!trail) codePoints += 1;
    bytes += unit < 0x80 || trail ? 1 : unit < 0x800 ? 2 : 3;
  }
  return { codePoints, bytes };
}

/** Whether the second half of a surrogate pair stands at an offset. */
const isTrail = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

/** The length of the line break that ends at `end`, in a line from `start`. */
function lineBreakBefore(text: string, start: number, end: number): number {
  if (end <= start || text[end - 1] !== "\n") return 0;
  return end - start > 1 && text[end - 2] === "\r" ? 2 : 1;
}

function lastAtOrBefore(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The length of a text in UTF-8 bytes. */
export const utf8Length = (text: string): number => advance(text, 0, { to: text.length, measure: nothing }).bytes;

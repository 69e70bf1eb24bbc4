import { displayWidth } from "./display-width.ts";
import { printableCharacters } from "./escape.ts";
import type { LineIndex } from "./line-index.ts";

/** A line as it is printed, cut to what is around a mark if it is long; in terminal columns. */
export interface Excerpt {
  readonly text: string;
  readonly before: number;
  readonly marked: number;
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

const maxWidth = 120;
const maxBefore = 60;

/** The line with the mark from one column (of code points, from 1) to another, `to` exclusive. */
export function excerpt(
  lines: LineIndex,
  line: number,
  { from, to }: { readonly from: number; readonly to: number },
): Excerpt {
  const first = from > maxWidth ? from - maxBefore : 1;
  const after = from + maxWidth + 1;
  const cells = printableCharacters(lines.slice(line, first, after), "\t").map(cell);
  const start = Math.min(from - first, cells.length);
  const [left, right] = visiblePart(cells, start);
  const cutBefore = first + left > 1;
  const cutAfter = right < cells.length || cells.length === after - first;
  const end = Math.min(Math.max(to - first, start), right);
  const shown = cells.slice(left, right).map(({ text }) => text);
  return {
    text: `${cutBefore ? "…" : ""}${shown.join("")}${cutAfter ? "…" : ""}`,
    before: Number(cutBefore) + widthOf(cells, left, start),
    marked: Math.max(1, widthOf(cells, start, end) + Number(cutAfter && to - first > right)),
  };
}

/** The first and last cell (exclusive) that are shown: at most half of the room goes to what stands before the mark. */
function visiblePart(cells: readonly Cell[], start: number): readonly [number, number] {
  if (widthOf(cells, 0, cells.length) <= maxWidth) return [0, cells.length];
  let left = start;
  for (let room = maxBefore; left > 0 && room >= (cells[left - 1]?.width ?? 0); left -= 1)
    room -= cells[left - 1]?.width ?? 0;
  let right = left;
  for (let room = maxWidth; right < cells.length && room >= (cells[right]?.width ?? 0); right += 1)
    room -= cells[right]?.width ?? 0;
  return [left, right];
}

const cell = (character: string): Cell => {
  const text = character === "\t" ? "    " : character;
  return { text, width: displayWidth(text) };
};

function widthOf(cells: readonly Cell[], from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += cells[at]?.width ?? 0;
  return sum;
}

import type { Detail } from "./diagnostic.ts";
import { printable } from "./escape.ts";

const longest = 200;

/** A line that is not ours, safe to print and cut to what people read. */
export function detailLine(line: string): string {
  // A code point has at most two units, so enough is left to cut from.
  const characters = Array.from(printable(line.slice(0, 2 * longest + 2)));
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("");
}

const mostLines = 10;

/** The same in few lines, for formats that have one text for a finding: of each the end, which is the newest. */
export function shortDetails(details: readonly Detail[] = []): readonly string[] {
  const each = Math.floor(mostLines / Math.max(1, details.length)) - 1;
  return details.flatMap(({ title, lines }) =>
    each < 1 ? [] : [`${printable(title)}:`, ...lines.slice(-each).map(line => `  ${detailLine(line)}`)],
  );
}

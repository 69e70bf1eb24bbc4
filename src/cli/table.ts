import { displayWidth, printable } from "../diagnostics/index.ts";

/** Rows of text as columns, two blanks apart, with nothing behind the last one. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map(row => row.map(cell => printable(cell)));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map(row => displayWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join("  ")
      .trimEnd();
  return cells.map(row => `${line(row)}\n`).join("");
}

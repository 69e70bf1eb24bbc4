import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "RESULTS.md");

/** The text before the first heading of level 2, and what stands under each. */
function read(): readonly string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split(/^(?=## )/m) : [];
}

const isSection = (text: string): boolean => text.startsWith("## ");

const write = (parts: readonly string[]): void => writeFileSync(file, parts.map(part => `${part.trim()}\n`).join("\n"));

/** Writes what stands before the sections, and keeps these. */
export function writeMeasurements(text: string): void {
  write([text, ...read().filter(isSection)]);
}

/** Writes one section, and keeps everything else. */
export function writeSection(heading: string, text: string): void {
  const isOther = (part: string): boolean => !part.startsWith(`## ${heading}\n`);
  write([...read().filter(isOther), `## ${heading}\n\n${text}`]);
}

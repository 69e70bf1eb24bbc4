import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "./system-code.ts";

/**
 * Makes a directory of the user's alone, and those above it. Says whether it was missing. Node's own way to do so never
 * ends where the system makes no directories, as in `/proc`.
 */
export function makeDirectory(directory: string): boolean {
  if (statSync(directory, { throwIfNoEntry: false }) !== undefined) return false;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (cause) {
    if (systemCode(cause) !== "EEXIST") throw cause;
    return false;
  }
}

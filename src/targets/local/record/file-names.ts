import { digestOf } from "../../index.ts";

/** Windows takes these for devices, whatever stands behind a dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const plain = /^[a-z0-9_-]{1,64}$/;

/** The directory of an engine: its id may be anything. */
export const engineDirectoryName = (engine: string): string => digestOf(engine).slice(0, 16);

/**
 * The start of the names of a stack's files. Stacks that differ only in case have different ones on a file system that
 * does not see the difference; `~` is in no stack's name.
 */
export function stackFileName(stack: string): string {
  if (plain.test(stack) && !devices.test(stack)) return stack;
  const readable = stack
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "_")
    .slice(0, 64);
  return `${readable}~${digestOf(stack).slice(0, 8)}`;
}

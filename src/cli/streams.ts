import { fstatSync, writeSync } from "node:fs";
import { codeOf } from "./inputs.ts";

/** Standard output or standard error, by file descriptor. */
type Descriptor = 1 | 2;

/**
 * Writes all of a text. Node's own streams load its network code, a twelfth of a cold start, so they are used only
 * where a pipe is full and cannot be waited for.
 */
export function write(descriptor: Descriptor, text: string): void {
  const bytes = Buffer.from(text);
  if (queued.has(descriptor)) {
    writeLater(descriptor, bytes);
    return;
  }
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (cause) {
      const code = codeOf(cause);
      if (code === "EPIPE") endQuietly();
      if (code !== "EAGAIN") throw cause;
      writeLater(descriptor, bytes.subarray(written));
      return;
    }
  }
}

/** A reader that went away, as `| head` does, wants no more: that is no failure of ours. */
const endQuietly = (): never => process.exit();

/** Whether nothing waits to be written: then the process may end at once. */
export const isWritten = (): boolean => queued.size === 0;

/** What is written through Node's stream once goes on there, so that nothing overtakes what waits in it. */
const queued = new Set<Descriptor>();

function writeLater(descriptor: Descriptor, bytes: Uint8Array): void {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (!queued.has(descriptor)) {
    stream.on("error", cause => {
      if (codeOf(cause) === "EPIPE") endQuietly();
      throw cause;
    });
  }
  queued.add(descriptor);
  stream.write(bytes);
}

/** Asked only of what could be a terminal, because the answer loads Node's terminal code. */
export const isTerminal = (descriptor: 0 | Descriptor): boolean =>
  fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor);

/** All of standard input, or nothing when it is longer than `limit` bytes. */
export async function readStdin(limit: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

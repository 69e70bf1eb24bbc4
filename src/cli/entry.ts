import { main } from "./main.ts";
import { exit, type World } from "./world.ts";

/** Runs the command line of this process. */
export async function run(version: string): Promise<void> {
  process.stdout.on("error", endQuietly);
  process.stderr.on("error", endQuietly);
  process.exitCode = await main(nodeWorld(version));
}

/** A reader that went away, as `| head` does, wants no more: that is no failure of ours. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? exit.ok);
  throw error;
}

const nodeWorld = (version: string): World => ({
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  environment: process.env,
  version,
  stdin: readStdin,
  out: text => void (text !== "" && process.stdout.write(text)),
  error: text => void (text !== "" && process.stderr.write(text)),
  outIsTerminal: process.stdout.isTTY === true,
  errorIsTerminal: process.stderr.isTTY === true,
});

async function readStdin(limit: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

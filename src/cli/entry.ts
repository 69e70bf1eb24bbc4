import { restoreCompilers, tuneCompilers } from "./compilers.ts";
import { main } from "./main.ts";
import { isTerminal, isWritten, readStdin, write } from "./streams.ts";
import type { World } from "./world.ts";

/** Runs the command line of this process, and says whether all its output is written. */
export async function run(version: string): Promise<boolean> {
  process.exitCode = await main(nodeWorld(version));
  restoreCompilers();
  return isWritten();
}

const nodeWorld = (version: string): World => ({
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  environment: process.env,
  version,
  expectWork: tuneCompilers,
  stdin: readStdin,
  get stdinIsTerminal() {
    return isTerminal(0);
  },
  out: text => write(1, text),
  error: text => write(2, text),
  get outIsTerminal() {
    return isTerminal(1);
  },
  get errorIsTerminal() {
    return isTerminal(2);
  },
  columns: () => process.stderr.columns || 80,
});

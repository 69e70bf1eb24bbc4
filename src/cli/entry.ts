import { restoreCompilers, tuneCompilers } from "./compilers.ts";
import { main } from "./main.ts";
import { isTerminal, isWritten, readStdin, write } from "./streams.ts";
import type { World } from "./world.ts";

/** How a run went. */
export interface Ran {
  /** Whether all its output is written. */
  readonly isWritten: boolean;
  /** The parts of the code that it loaded, of those that not every run needs. */
  readonly loaded: readonly string[];
}

/** Runs the command line of this process. */
export async function run(version: string, build: string): Promise<Ran> {
  const loaded: string[] = [];
  process.exitCode = await main(nodeWorld({ version, build, onLoad: part => loaded.push(part) }));
  restoreCompilers();
  return { isWritten: isWritten(), loaded };
}

const nodeWorld = (given: Pick<World, "version" | "build" | "onLoad">): World => ({
  ...given,
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  environment: process.env,
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

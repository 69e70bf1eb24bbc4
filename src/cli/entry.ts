import { main } from "./main.ts";
import { isTerminal, readStdin, write } from "./streams.ts";
import type { World } from "./world.ts";

/** Runs the command line of this process. */
export async function run(version: string): Promise<void> {
  process.exitCode = await main(nodeWorld(version));
}

const nodeWorld = (version: string): World => ({
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  environment: process.env,
  version,
  stdin: readStdin,
  out: text => write(1, text),
  error: text => write(2, text),
  get outIsTerminal() {
    return isTerminal(1);
  },
  get errorIsTerminal() {
    return isTerminal(2);
  },
});

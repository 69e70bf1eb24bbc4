import manifest from "../../package.json" with { type: "json" };
import { main } from "../../src/cli/main.ts";
import type { World } from "../../src/cli/world.ts";

export interface Printed {
  readonly out: string;
  readonly error: string;
  readonly exitCode: number;
}

/** Runs a command line in this process, in a directory and an environment of its own. */
export async function runMain(
  words: readonly string[],
  {
    directory,
    environment = {},
    input = new Uint8Array(),
    world = {},
  }: {
    readonly directory: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly input?: Uint8Array;
    /** What is otherwise in this world. */
    readonly world?: Partial<World>;
  },
): Promise<Printed> {
  let out = "";
  let error = "";
  const exitCode = await main({
    arguments: words,
    directory,
    environment,
    version: manifest.version,
    stdin: async limit => (input.length > limit ? undefined : input),
    out: text => {
      out += text;
    },
    error: text => {
      error += text;
    },
    outIsTerminal: false,
    errorIsTerminal: false,
    ...world,
  });
  return { out, error, exitCode };
}

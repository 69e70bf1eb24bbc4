import manifest from "../../package.json" with { type: "json" };
import { main } from "../../src/cli/main.ts";

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
  }: {
    readonly directory: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly input?: Uint8Array;
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
  });
  return { out, error, exitCode };
}

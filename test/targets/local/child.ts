import { type ChildProcess, spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { until } from "../until.ts";

/** Modules that a script of a child imports, by the names it knows them by. */
const urlOf = (path: string): string => pathToFileURL(`${import.meta.dirname}/../../../${path}`).href;

const prelude = `
import { realEffects as effects } from ${JSON.stringify(urlOf("test/targets/effects.ts"))};
import { createStateStore } from ${JSON.stringify(urlOf("src/targets/local/record/state-files.ts"))};
const [directory, stack, ...more] = process.argv.slice(1);
const signal = new AbortController().signal;
const open = (engine = "engine-1") => createStateStore(directory, engine, { effects, signal });
const say = text => process.stdout.write(text + "\\n");
`;

export interface Child {
  readonly process: ChildProcess;
  /** What it wrote to standard output so far. */
  lines(): readonly string[];
  errors(): string;
  said(line: string): Promise<void>;
  /** How it ended: its exit code, or the signal. */
  ended(): Promise<number | string>;
}

interface ChildOptions {
  readonly uid?: number | undefined;
  readonly flags?: readonly string[];
}

/** Another process with a state store at hand: `open()`, `directory`, `stack`, `more`, `effects`, `say(line)`. */
export function startChild(script: string, words: readonly string[], { uid, flags = [] }: ChildOptions = {}): Child {
  const child = spawn(process.execPath, [...flags, "--input-type=module", "--eval", prelude + script, "--", ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: "/",
  });
  let [out, error] = ["", ""];
  child.stdout.on("data", data => (out += data));
  child.stderr.on("data", data => (error += data));
  const end = new Promise<number | string>(resolve => {
    child.on("close", (code, signal) => resolve(signal ?? code ?? -1));
  });
  const lines = () => out.split("\n").slice(0, -1);
  return {
    process: child,
    lines,
    errors: () => error,
    said: async line => {
      await until(() => lines().includes(line) || child.exitCode !== null, 20_000);
      if (!lines().includes(line)) throw new Error(`it ended without saying ${line}: ${error}`);
    },
    ended: () => end,
  };
}

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a run of the built command ended. */
export interface LiveRun {
  readonly out: string;
  readonly error: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly milliseconds: number;
}

export interface Running {
  readonly done: Promise<LiveRun>;
  /** What was written so far, both streams. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface LiveOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly limit?: number;
  /** What stands on standard input; nothing by default. */
  readonly input?: string;
}

/** A directory with a stack, from which the built command runs. */
export interface Workplace {
  readonly directory: string;
  write(name: string, text: string): void;
  start(words: readonly string[], options?: LiveOptions): Running;
  run(words: readonly string[], options?: LiveOptions): Promise<LiveRun>;
  remove(): void;
}

/** Runs `cli.js` of a build that stands in `dist`. */
export function openWorkplace(dist: string, files: Readonly<Record<string, string>>): Workplace {
  const directory = mkdtempSync(join(tmpdir(), "alien-compile-live-"));
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const start: Workplace["start"] = (words, options = {}) => startCli({ dist, directory }, words, options);
  return {
    directory,
    write,
    start,
    run: (words, options) => start(words, options).done,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

interface Place {
  readonly dist: string;
  readonly directory: string;
}

function startCli(
  { dist, directory }: Place,
  words: readonly string[],
  { environment = {}, limit = 170_000, input = "" }: LiveOptions,
): Running {
  const started = performance.now();
  const { PATH = "", HOME = "", KUBECONFIG = "", XDG_CACHE_HOME = "" } = process.env;
  const env = { PATH, HOME, KUBECONFIG, XDG_CACHE_HOME, ...environment };
  const child = spawn(process.execPath, [join(dist, "cli.js"), ...words], {
    cwd: directory,
    env,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  // Whoever is killed reads no more.
  child.stdin.on("error", () => undefined).end(input);
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", text => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", text => {
    error += text;
  });
  const done = new Promise<LiveRun>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) =>
      resolve({ out, error, exitCode, signal, milliseconds: performance.now() - started }),
    );
  });
  return { done, output: () => out + error, kill: signal => void child.kill(signal) };
}

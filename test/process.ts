import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { join } from "node:path";

/** How a run of the built command ended. */
export interface Ran {
  readonly out: string;
  readonly error: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly milliseconds: number;
  /** Peak of its memory, unless it was killed. */
  readonly mebibytes: number;
}

export interface RunOptions extends Pick<SpawnSyncOptions, "cwd" | "env" | "input" | "uid" | "gid" | "timeout"> {
  /** Arguments of Node, before the script. */
  readonly node?: readonly string[];
  readonly execPath?: string;
}

/** Runs before the command and tells its peak memory when it ends. Not as a file, so that a child without rights can load it. */
const measure = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));',
)}`;

/** Runs `cli.js` of a build as a process of its own; with `measured`, its memory too. */
export function runDist(dist: string, words: readonly string[], options: RunOptions = {}): Ran {
  const { node = [], execPath = process.execPath, ...rest } = options;
  const started = performance.now();
  const result = spawnSync(execPath, ["--import", measure, ...node, join(dist, "cli.js"), ...words], {
    timeout: 30_000,
    maxBuffer: 1024 ** 3,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    killSignal: "SIGKILL",
    input: "",
    ...rest,
  });
  const milliseconds = performance.now() - started;
  const text = (index: number): string => result.output?.[index]?.toString() ?? "";
  return {
    out: text(1),
    error: text(2),
    exitCode: result.status,
    signal: result.signal,
    milliseconds,
    mebibytes: Number(text(3) || Number.NaN) / 1024,
  };
}

/** The codes of findings in a report for people. */
export const codesIn = (report: string): string[] =>
  Array.from(report.matchAll(/^(?:error|warning)\[(AL\d{4})\]/gm), ([, code = ""]) => code);

import { execFileSync, spawnSync } from "node:child_process";

export interface Command {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly seconds: number;
  /** Of a Node process that was asked for it. */
  readonly peakMiB: number;
}

/** One line of the table of results. */
export interface Result {
  readonly what: string;
  readonly figures: string;
  readonly ratio: number;
  readonly limit: number;
  readonly unit: "×" | "MiB";
}

export const seconds = (value: number): string =>
  value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;

/** What a command writes to standard output. */
export const output = ({ command, arguments: words }: Command): string =>
  execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 30 });

/** Runs a command once, its output thrown away; fails if the command does. */
export function run({ command, arguments: words, directory, environment }: Command): Run {
  const start = performance.now();
  const { status, error, output } = spawnSync(command, words, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 1 << 30,
  });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined || status !== 0) throw new Error(`${command} ${words.join(" ")}: ${error ?? output?.[2]}`);
  return { seconds, peakMiB: Number(output?.[3]?.toString() || 0) / 1024 };
}

/** A Node option that reports a process's peak memory, in KiB, on file descriptor 3. */
export const reportPeak =
  "--import=data:text/javascript,process.on('exit',()=>process.getBuiltinModule('fs').writeSync(3,String(process.resourceUsage().maxRSS)))";

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/** Runs two commands in turn, after one warm-up each: medians, and the median of the ratios of each turn. */
export function inTurn(ours: Command, theirs: Command, times: number): Pair {
  run(ours);
  run(theirs);
  const turns = Array.from({ length: times }, () => ({ ours: run(ours).seconds, theirs: run(theirs).seconds }));
  return {
    ours: median(turns.map(turn => turn.ours)),
    theirs: median(turns.map(turn => turn.theirs)),
    ratio: median(turns.map(turn => turn.ours / turn.theirs)),
  };
}

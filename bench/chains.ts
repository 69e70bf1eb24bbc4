import type { Point } from "../test/live/strike.ts";
import type { Phase, PhaseResult } from "../test/live/torture.ts";

export type Points = Readonly<Partial<Record<Phase, Point>>>;

export interface ChainOptions {
  readonly chains: number;
  readonly seed: number;
  /** Applies, updates, fails to update and deletes a stack, and kills each of these at its point. */
  run(points: Points): Promise<readonly PhaseResult[]>;
  /** Where a kill comes some time after a write: how many writes, and how many milliseconds, stand behind that time. */
  readonly later: { readonly writes: number; readonly atMost: number };
  say(text: string): void;
}

export interface Chains {
  /** Of a run that nobody killed. */
  readonly unharmed: readonly PhaseResult[];
  readonly killed: readonly PhaseResult[];
}

const atOnce = 5;
const moments = ["received", "forwarded", "answered"] as const;

/** Kills at random points, several chains at a time. */
export async function runChains(options: ChainOptions): Promise<Chains> {
  const { chains, run, say } = options;
  const unharmed = await run({});
  for (const { phase, writes, problems } of unharmed)
    say(`${phase}: ${writes} writes${problems.map(text => `, ${text}`)}`);
  const pointBelow = createPoints(options);
  const all = Array.from({ length: chains }, () =>
    Object.fromEntries(unharmed.map(({ phase, writes }) => [phase, pointBelow(writes)])),
  );
  return { unharmed, killed: await runAll(all, options) };
}

/** One in five is killed a while after a write: while it waits, or while it goes back. */
function createPoints({ seed, later }: ChainOptions): (writes: number) => Point {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return writes => {
    const early = writes - later.writes;
    if (below(5) === 0 && early > 0)
      return { write: 1 + below(early), moment: "answered", later: 100 + below(later.atMost - 100) };
    return { write: 1 + below(writes), moment: moments[below(moments.length)] ?? "received" };
  };
}

/** Mulberry32: numbers in [0, 1) that a seed repeats. */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Several chains at a time, in their order. */
async function runAll(all: readonly Points[], { run, say }: ChainOptions): Promise<readonly PhaseResult[]> {
  const results: (readonly PhaseResult[])[] = [];
  const waiting = [...all.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, points] = next;
      const found = await run(points);
      results[index] = found;
      for (const result of found) say(rowOf(result));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results.flat();
}

/** One row of a table. */
export function rowOf({ phase, point, struck, problems }: PhaseResult): string {
  const later = point?.later === undefined ? "" : ` and ${point.later} ms`;
  const where = point === undefined ? "" : `write ${point.write} ${point.moment}${later}: ${struck ?? "not reached"}`;
  return `| ${phase} | ${where} | ${problems.length === 0 ? "converged" : problems.join("; ").replaceAll(/\s+/g, " ")} |`;
}

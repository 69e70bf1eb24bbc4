// Kills applies and deletes at random writes to a real cluster, and looks whether the next run converges.
// `npm run torture`; SEED repeats a run, CHAINS makes it shorter (four points each), ALIEN_COMPILE_DIST names the build.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kubectlRun } from "../test/live/namespace.ts";
import type { Point } from "../test/live/strike.ts";
import { type Phase, type PhaseResult, torture } from "../test/live/torture.ts";
import { openWorkplace } from "../test/live/workplace.ts";
import { writeSection } from "./results.ts";

const here = import.meta.dirname;
const kubeconfig = process.env.KUBECONFIG ?? "";
const dist = process.env.ALIEN_COMPILE_DIST ?? join(here, "../dist");
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const chains = Number(process.env.CHAINS ?? 10);
const atOnce = 5;
const phases: readonly Phase[] = ["first", "update", "failing", "delete"];
const moments = ["received", "forwarded", "answered"] as const;

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

const random = createRandom(seed);
const below = (limit: number): number => Math.floor(random() * limit);

/** One in five is killed a while after a write: while it waits, or while it goes back. */
function pointBelow(writes: number): Point {
  if (below(5) === 0) return { write: 1 + below(writes - 3), moment: "answered", later: 100 + below(2000) };
  return { write: 1 + below(writes), moment: moments[below(moments.length)] ?? "received" };
}

const run = (points: Readonly<Partial<Record<Phase, Point>>>) =>
  torture({ kubeconfig, phases, points, open: files => openWorkplace(dist, files) });

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const words = ({ phase, point, struck, problems }: PhaseResult): string => {
  const later = point?.later === undefined ? "" : ` and ${point.later} ms`;
  const where = point === undefined ? "" : `write ${point.write} ${point.moment}${later}: ${struck ?? "not reached"}`;
  return `| ${phase} | ${where} | ${problems.length === 0 ? "converged" : problems.join("; ").replaceAll(/\s+/g, " ")} |`;
};

/** Several chains at a time, in their order. */
async function runAll(all: readonly Readonly<Record<Phase, Point>>[]): Promise<readonly PhaseResult[]> {
  const results: (readonly PhaseResult[])[] = [];
  const waiting = [...all.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, points] = next;
      const found = await run(points);
      results[index] = found;
      for (const result of found) say(words(result));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results.flat();
}

function report(results: readonly PhaseResult[], server: string): string {
  const { version } = JSON.parse(readFileSync(join(here, "../package.json"), "utf8")) as { version: string };
  const converged = results.filter(({ problems }) => problems.length === 0).length;
  return `Applies and deletes of two daemons with Secrets, a Role and a NetworkPolicy, killed with SIGKILL at a random write to the API
server: when it was received and not forwarded, forwarded and not answered, answered, or some time after that. The next run has to
converge: no orphan, never two processes of a daemon, the record readable and its last good revision able to come back, the values
of the Secret that is wanted, nothing left after a delete. Made by \`npm run torture\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}.

- Node: ${process.version}
- alien-compile: ${version} (${commit})
- Kubernetes: ${server}

**${converged} of ${results.length} converged.**

| killed in | where | |
|---|---|---|
${results.map(words).join("\n")}`;
}

say(`seed ${seed}`);
// Before anything is measured: others may commit meanwhile.
const describe = ["describe", "--always", "--dirty"];
const commit = spawnSync("git", describe, { cwd: here, encoding: "utf8" }).stdout.trim();
const server = /Server Version: .*?(v\d+\.\d+\.\d+)/s.exec(await kubectlRun(["version"]))?.[1] ?? "unknown";
const unharmed = await run({});
for (const { phase, writes, problems } of unharmed)
  say(`${phase}: ${writes} writes${problems.map(text => `, ${text}`)}`);
const all = Array.from({ length: chains }, () =>
  Object.fromEntries(unharmed.map(({ phase, writes }) => [phase, pointBelow(writes)])),
) as Readonly<Record<Phase, Point>>[];
const results = await runAll(all);
const text = report(results, server);
if (results.length >= 40) writeSection("Torture", text);
say(text);
process.exitCode = [...unharmed, ...results].every(({ problems }) => problems.length === 0) ? 0 : 1;

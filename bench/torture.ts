// Kills applies and deletes at random writes to a real cluster and to a real Docker engine, and looks whether the next run
// converges. `npm run torture` does both, `npm run torture kubernetes` or `npm run torture local` one of them; SEED repeats
// a run, CHAINS makes it shorter (four points each), ALIEN_COMPILE_DIST names the build.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildScriptImage, docker } from "../test/live/docker.ts";
import { tortureLocally } from "../test/live/local-torture.ts";
import { kubectlRun } from "../test/live/namespace.ts";
import { type Phase, torture } from "../test/live/torture.ts";
import { openWorkplace } from "../test/live/workplace.ts";
import { type ChainOptions, type Chains, rowOf, runChains } from "./chains.ts";
import { writeSection } from "./results.ts";

const here = import.meta.dirname;
const dist = process.env.ALIEN_COMPILE_DIST ?? join(here, "../dist");
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const chains = Number(process.env.CHAINS ?? 10);

interface Part extends Pick<ChainOptions, "run" | "later"> {
  readonly heading: string;
  /** What is killed, and what has to be so then. */
  readonly about: string;
  /** Name and version of where it is done. */
  place(): Promise<string>;
}

const common = {
  phases: ["first", "update", "failing", "delete"] satisfies readonly Phase[],
  open: (files: Readonly<Record<string, string>>) => openWorkplace(dist, files),
};

const parts: Readonly<Record<string, Part>> = {
  kubernetes: {
    heading: "Torture",
    about: `Applies and deletes of two daemons with Secrets, a Role and a NetworkPolicy, killed with SIGKILL at a random write to the API
server: when it was received and not forwarded, forwarded and not answered, answered, or some time after that. The next run has to
converge: no orphan, never two processes of a daemon, the record readable and its last good revision able to come back, the values
of the Secret that is wanted, nothing left after a delete.`,
    run: points => torture({ ...common, points, kubeconfig: process.env.KUBECONFIG ?? "" }),
    later: { writes: 3, atMost: 2100 },
    place: async () =>
      `Kubernetes: ${/Server Version: .*?(v\d+\.\d+\.\d+)/s.exec(await kubectlRun(["version"]))?.[1] ?? "unknown"}`,
  },
  local: {
    heading: "Torture on Local",
    about: `The same on a Docker engine, with two daemons, a secret and a volume. The next run has to converge: exactly the wanted containers,
running, of the wanted version and with the wanted value of the secret, never two processes of a daemon, nothing of what was
replaced, the record good, the data untouched, nothing but data left after a delete. A point that is not reached counts as a failure.`,
    run: points => tortureLocally({ ...common, points }),
    // It runs for at least so long after the last of its writes before that.
    later: { writes: 5, atMost: 900 },
    place: async () => {
      buildScriptImage();
      return `Docker Engine: ${docker("version", "--format", "{{.Server.Version}}")}`;
    },
  },
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
// Before anything is measured: others may commit meanwhile.
const commit = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: here, encoding: "utf8" }).stdout.trim();

function report({ about }: Part, { killed }: Chains, place: string): string {
  const { version } = JSON.parse(readFileSync(join(here, "../package.json"), "utf8")) as { version: string };
  const converged = killed.filter(({ problems }) => problems.length === 0).length;
  return `${about} Made by \`npm run torture\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}.

- Node: ${process.version}
- alien-compile: ${version} (${commit})
- ${place}

**${converged} of ${killed.length} converged.**

| killed in | where | |
|---|---|---|
${killed.map(rowOf).join("\n")}`;
}

/** Whether everything converged. */
async function runPart(part: Part): Promise<boolean> {
  const place = await part.place();
  say(`${place}, seed ${seed}`);
  const found = await runChains({ ...part, chains, seed, say });
  const text = report(part, found, place);
  if (found.killed.length >= 40) writeSection(part.heading, text);
  say(text);
  return [...found.unharmed, ...found.killed].every(({ problems }) => problems.length === 0);
}

const chosen = process.argv[2];
process.exitCode = 0;
for (const [name, part] of Object.entries(parts)) {
  if ((chosen === undefined || chosen === name) && !(await runPart(part))) process.exitCode = 1;
}

import { type Diagnostic, DiagnosticError, finding, type Staged, suggest } from "../../diagnostics/index.ts";
import { containerName, localLabels, manager } from "../../render/index.ts";
import type { DeploymentRecord } from "../../state/index.ts";
import { createGate, type DaemonStatus, type StackStatus, stateOfStatuses } from "../index.ts";
import type { Container, ContainerSummary, Engine } from "./api/engine.ts";
import type { Host } from "./host.ts";
import { labelsOf, parallel } from "./observe.ts";
import { historyAtSight } from "./rollout/history.ts";
import { judge, type Verdict } from "./rollout/judge.ts";

/** How the daemons of a stack are. Works without what is remembered of it. */
export async function stackStatus(host: Host, stack: string): Promise<Staged<StackStatus | undefined>> {
  const { engine } = host;
  const [{ id }, listed] = await Promise.all([engine.info(), engine.containers(labelsOf(stack))]);
  const good = (await readRecord(host, id, stack))?.good;
  const containers = await inspect(engine, listed);
  const daemons = daemonsOf(stack, containers, good?.ir.daemons.map(daemon => daemon.id) ?? []);
  if (daemons.length === 0) return { value: undefined, diagnostics: [await notFound(engine, stack)] };
  const revision = good === undefined ? {} : { revision: good.number };
  return {
    value: { stack, ...revision, daemons, state: stateOfStatuses(stack, "local", daemons) },
    diagnostics: [],
  };
}

/** The stack is not there; perhaps another with a similar name is. */
export async function notFound(engine: Engine, stack: string): Promise<Diagnostic> {
  const ours = await engine.containers([`${localLabels.manager}=${manager}`]);
  const names = new Set(ours.flatMap(({ labels }) => labels[localLabels.stack] ?? []));
  return finding("stack-not-found", { argument: "--stack" }, { stack, suggestion: suggest(stack, names) });
}

/** What cannot be relied on is told by whoever wants to change something. */
async function readRecord(host: Host, engineId: string, stack: string): Promise<DeploymentRecord | undefined> {
  try {
    return await host.stateOf(engineId).read(stack);
  } catch (cause) {
    if (cause instanceof DiagnosticError) return undefined;
    throw cause;
  }
}

async function inspect(engine: Engine, listed: readonly ContainerSummary[]): Promise<readonly Container[]> {
  const gate = createGate(parallel);
  const found = await Promise.all(listed.map(({ id }) => gate(() => engine.container(id))));
  return found.filter(container => container !== undefined);
}

/** The daemons by id: those that have a container, and those that should have one. */
export function daemonsOf(
  stack: string,
  containers: readonly Container[],
  wanted: readonly string[],
): readonly DaemonStatus[] {
  const byDaemon = Map.groupBy(containers, ({ labels }) => labels[localLabels.daemon]);
  byDaemon.delete(undefined);
  const ids = new Set([...byDaemon.keys(), ...wanted].filter(id => id !== undefined));
  return [...ids].sort().map(id => statusOf(stack, id, newestOf(byDaemon.get(id) ?? [], containerName(stack, id))));
}

/** While a container is replaced there are several: the one with the daemon's name counts. */
export const newestOf = <C extends Pick<Container, "name" | "createdAt">>(
  containers: readonly C[],
  name: string,
): C | undefined =>
  containers.toSorted((a, b) => Number(b.name === name) - Number(a.name === name) || b.createdAt - a.createdAt)[0];

function statusOf(stack: string, daemon: string, container: Container | undefined): DaemonStatus {
  const daemonName = containerName(stack, daemon);
  if (container === undefined) return { daemon, daemonName, running: false, phase: "missing", restarts: 0 };
  const history = historyAtSight(container);
  const verdict = judge(container, { now: Number.POSITIVE_INFINITY, settle: 0, history });
  const { restarts, runningSince, detail } = verdict;
  return {
    daemon,
    daemonName: container.name,
    running: verdict.phase === "ready",
    phase: phaseOf(container, verdict),
    image: container.image,
    restarts,
    ...(runningSince === undefined ? {} : { since: new Date(runningSince).toISOString() }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function phaseOf({ state }: Container, { phase }: Verdict): DaemonStatus["phase"] {
  if (state.status === "removing" || state.status === "dead") return "deleting";
  if (phase === "ready") return "running";
  return phase === "failing" && state.status !== "created" ? "failing" : "starting";
}

import { type Diagnostic, isError } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { labelValue, objectName, stackLabel } from "../../render/index.ts";
import type { StackState } from "../../state/index.ts";
import type { Cluster } from "./api/cluster.ts";
import type { LiveObject } from "./api/live-object.ts";
import { reportFailures } from "./logs/report-failures.ts";
import { type DaemonState, stateOf } from "./record/record-of.ts";
import { type AwaitedDaemon, type DaemonResult, waitForDaemons } from "./rollout/index.ts";
import { openStore } from "./watch/store.ts";

export interface SettleInput {
  readonly stack: StackIr;
  /** The server's clock when it started, in milliseconds since 1970; what happened before does not count. */
  readonly since: number;
  /** The generations that Deployments were written in, by name. */
  readonly generations?: ReadonlyMap<string, number>;
  /** Whether to wait until the daemons run, or to tell at once how they are. */
  readonly wait: boolean;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** How the daemons of a stack are. */
export interface Settled {
  readonly isReady: boolean;
  readonly state: StackState;
  readonly diagnostics: readonly Diagnostic[];
}

/** Waits until every daemon runs or one cannot; or tells at once. */
export const settle = (cluster: Cluster, input: SettleInput): Promise<Settled> =>
  input.wait ? waitUntilReady(cluster, input) : look(cluster, input);

/** What a rollout is judged by. Who may not read events is told less. */
const watched = (labels: string) =>
  [
    { kind: "Deployment", selector: { labels } },
    { kind: "ReplicaSet", selector: { labels } },
    { kind: "Pod", selector: { labels } },
    { kind: "Event", optional: true },
  ] as const;

async function waitUntilReady(cluster: Cluster, { stack, since, mask, generations }: SettleInput): Promise<Settled> {
  const store = await openStore(cluster, watched(selector(stack.stack)));
  try {
    const { timing, effects, onProgress } = cluster;
    const daemons = stack.daemons.map(({ id }) => awaited(id, objectName(stack.stack, id), generations));
    const results = await waitForDaemons({ store, daemons, timing, effects, since, onProgress });
    const diagnostics = await reportFailures(results, { cluster, stack, since, mask, now: store.serverTime() });
    const states = new Map(results.map(result => [result.daemon, stateAfter(result, diagnostics)]));
    const state = stateOf(stack, daemon => states.get(daemon) ?? { status: "pending", running: false });
    return { isReady: results.every(({ end }) => end === "ready"), state, diagnostics };
  } finally {
    store.stop();
  }
}

function awaited(id: string, name: string, generations: SettleInput["generations"]): AwaitedDaemon {
  const generation = generations?.get(name);
  return { id, name, ...(generation === undefined ? {} : { generation }) };
}

function stateAfter({ end, verdict }: DaemonResult, diagnostics: readonly Diagnostic[]): DaemonState {
  if (end === "ready") return { status: "running", running: true };
  const problem = end === "pending" ? undefined : diagnostics.find(isError);
  const error = problem && { code: problem.code, message: problem.message };
  return {
    status: end === "pending" ? "updating" : "update-failed",
    running: verdict.phase === "ready",
    ...(error ? { error } : {}),
  };
}

const selector = (stack: string): string => `${stackLabel}=${labelValue(stack)}`;

async function look(cluster: Cluster, { stack }: SettleInput): Promise<Settled> {
  const { items } = await cluster.list("Deployment", { labels: selector(stack.stack) });
  const byName = new Map(items.map(item => [item.metadata.name, item]));
  const states = new Map(stack.daemons.map(({ id }) => [id, byName.get(objectName(stack.stack, id))]));
  const isReady = [...states.values()].every(isAvailable);
  const state = stateOf(stack, daemon => (isAvailable(states.get(daemon)) ? up : starting));
  return { isReady, state, diagnostics: [] };
}

const up: DaemonState = { status: "running", running: true };
const starting: DaemonState = { status: "updating", running: false };

interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}

export function isAvailable(deployment: LiveObject | undefined): boolean {
  if (deployment === undefined) return false;
  const { observedGeneration = 0, updatedReplicas, availableReplicas } = (deployment.status ?? {}) as DeploymentStatus;
  return (
    observedGeneration >= (deployment.metadata.generation ?? 0) && updatedReplicas === 1 && availableReplicas === 1
  );
}

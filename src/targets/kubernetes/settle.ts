import type { Diagnostic } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { objectName } from "../../render/index.ts";
import type { DaemonState, StackState } from "../../state/index.ts";
import type { Cluster } from "./api/cluster.ts";
import type { LiveObject } from "./api/live-object.ts";
import { labelled } from "./api/selector.ts";
import { reportFailures } from "./logs/report-failures.ts";
import { stateOf } from "./record/record-of.ts";
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
const watched = (stack: string) => {
  const selector = labelled(stack);
  return [
    { kind: "Deployment", selector },
    { kind: "ReplicaSet", selector },
    { kind: "Pod", selector },
    { kind: "Event", optional: true },
  ] as const;
};

async function waitUntilReady(cluster: Cluster, { stack, since, mask, generations }: SettleInput): Promise<Settled> {
  const store = await openStore(cluster, watched(stack.stack));
  try {
    const { timing, effects, onProgress } = cluster;
    const daemons = stack.daemons.map(({ id }) => awaited(id, objectName(stack.stack, id), generations));
    const results = await waitForDaemons({ store, daemons, timing, effects, since, onProgress });
    const failures = await reportFailures(results, { cluster, stack, since, mask, now: store.serverTime() });
    const states = new Map(results.map(result => [result.daemon, stateAfter(result, failures.get(result.daemon))]));
    const state = stateOf(stack, daemon => states.get(daemon) ?? { status: "pending", running: false });
    return { isReady: results.every(({ end }) => end === "ready"), state, diagnostics: [...failures.values()] };
  } finally {
    store.stop();
  }
}

function awaited(id: string, name: string, generations: SettleInput["generations"]): AwaitedDaemon {
  const generation = generations?.get(name);
  return { id, name, ...(generation === undefined ? {} : { generation }) };
}

function stateAfter({ end, verdict }: DaemonResult, failure: Diagnostic | undefined): DaemonState {
  if (end === "ready") return { status: "running", running: true };
  const error = failure && { code: failure.code, message: failure.message };
  return {
    status: end === "pending" ? "updating" : "update-failed",
    running: verdict.phase === "ready",
    ...(error ? { error } : {}),
  };
}

async function look(cluster: Cluster, { stack }: SettleInput): Promise<Settled> {
  const { items } = await cluster.list("Deployment", labelled(stack.stack));
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

function isAvailable(deployment: LiveObject | undefined): boolean {
  if (deployment === undefined) return false;
  const { observedGeneration = 0, updatedReplicas, availableReplicas } = (deployment.status ?? {}) as DeploymentStatus;
  return (
    observedGeneration >= (deployment.metadata.generation ?? 0) && updatedReplicas === 1 && availableReplicas === 1
  );
}

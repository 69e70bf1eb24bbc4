import { DiagnosticError } from "../../diagnostics/index.ts";
import { stackAnnotation } from "../../render/index.ts";
import type { Cluster } from "./api/cluster.ts";
import type { LiveObject } from "./api/live-object.ts";
import { labelled } from "./api/selector.ts";
import { stuck } from "./remove.ts";

const firstPause = 100;
const longestPause = 1000;

/**
 * Waits until no process of these Deployments is stopping any more. `Recreate` does not: a Deployment that gets an earlier
 * template back, as in a rollback, starts a process beside the one of that template which is still stopping.
 */
export async function awaitStopped(cluster: Cluster, deployments: readonly LiveObject[]): Promise<void> {
  const stack = deployments[0]?.metadata.annotations?.[stackAnnotation];
  if (stack === undefined) return;
  const uids = new Set(deployments.map(({ metadata }) => metadata.uid));
  const deadline = cluster.effects.now() + cluster.timing.timeout;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const stopping = await stoppingOf(cluster, stack, uids);
    if (stopping.length === 0) return;
    if (cluster.effects.now() >= deadline) throw new DiagnosticError(stopping.map(stuck));
    await cluster.effects.sleep(pause, cluster.signal);
  }
}

/** Pods that stop, and what has yet to be scaled down by its controller. */
async function stoppingOf(cluster: Cluster, stack: string, uids: ReadonlySet<string>): Promise<readonly LiveObject[]> {
  const selector = labelled(stack);
  // In this order: a controller that is seen to have seen what we wrote has written what it made of it.
  const deployments = (await cluster.list("Deployment", selector)).items.filter(({ metadata }) =>
    uids.has(metadata.uid),
  );
  const replicaSets = (await cluster.list("ReplicaSet", selector)).items.filter(one => isOwned(one, uids));
  const owners = new Set(replicaSets.map(({ metadata }) => metadata.uid));
  const pods = (await cluster.list("Pod", selector)).items.filter(one => isOwned(one, owners));
  return [...deployments.filter(isUnseen), ...replicaSets.filter(isShrinking), ...pods.filter(isStopping)];
}

interface Counts {
  readonly replicas?: number;
  readonly observedGeneration?: number;
  readonly phase?: string;
}

const countsOf = (section: unknown): Counts => (section ?? {}) as Counts;

const isOwned = ({ metadata: { ownerReferences = [] } }: LiveObject, uids: ReadonlySet<string>): boolean =>
  ownerReferences.some(({ uid }) => uids.has(uid));

const isUnseen = ({ metadata: { generation = 0 }, status }: LiveObject): boolean =>
  (countsOf(status).observedGeneration ?? 0) < generation;

const isShrinking = (replicaSet: LiveObject): boolean =>
  countsOf(replicaSet.spec).replicas === 0 && (isUnseen(replicaSet) || (countsOf(replicaSet.status).replicas ?? 0) > 0);

const isStopping = ({ metadata: { deletionTimestamp }, status }: LiveObject): boolean =>
  deletionTimestamp !== undefined && !["Succeeded", "Failed"].includes(countsOf(status).phase ?? "");

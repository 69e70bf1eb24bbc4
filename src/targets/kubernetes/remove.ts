import { type Diagnostic, DiagnosticError, finding, key } from "../../diagnostics/index.ts";
import { daemonLabel } from "../../render/index.ts";
import type { ObjectRef } from "../index.ts";
import type { Cluster, RemoveOptions } from "./api/cluster.ts";
import { isStatus, unlessForbidden } from "./api/error.ts";
import { isKind } from "./api/kinds.ts";
import type { LiveObject } from "./api/live-object.ts";
import { labelled } from "./api/selector.ts";
import type { Lock } from "./lock/lock.ts";
import type { Deletion } from "./work.ts";

/** Waits until an object is gone, or another one has its name; throws when it is not gone in time. */
export async function awaitGone(cluster: Cluster, ref: ObjectRef, uid: string): Promise<void> {
  const deadline = cluster.effects.now() + cluster.timing.timeout;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const live = await cluster.get(ref);
    if (live?.metadata.uid !== uid) return;
    if (cluster.effects.now() >= deadline) throw new DiagnosticError([stuck(live)]);
    await cluster.effects.sleep(pause, cluster.signal);
  }
}

const firstPause = 50;
const longestPause = 1000;

export interface RemoveInput {
  readonly stack: string;
  readonly deletions: readonly Deletion[];
  /** Whether to wait until everything is gone, processes too. */
  readonly wait: boolean;
}

/** Deletes what is ours, daemons before what they use; what does not go away in time is found. */
export async function removeObjects(cluster: Cluster, lock: Lock, input: RemoveInput): Promise<readonly Diagnostic[]> {
  for (const group of [input.deletions.filter(isDaemon), input.deletions.filter(deletion => !isDaemon(deletion))]) {
    await Promise.all(group.map(deletion => removeObject(cluster, lock, deletion)));
    const stuck = input.wait ? await awaitAll(cluster, input.stack, group) : [];
    if (stuck.length > 0) return stuck;
  }
  return [];
}

const isDaemon = ({ change: { object } }: Deletion): boolean => object.kind === "Deployment";

async function removeObject(cluster: Cluster, lock: Lock, { live, change: { object } }: Deletion): Promise<void> {
  lock.check();
  const propagation = object.kind === "Deployment" ? "Foreground" : "Background";
  if (live.metadata.deletionTimestamp === undefined)
    await removeOnce(cluster, object, { uid: live.metadata.uid, propagation });
  cluster.onProgress({ kind: "written", action: "delete", object });
}

/** Where another object has the name by now, the one that is meant is gone. */
async function removeOnce(cluster: Cluster, ref: ObjectRef, options: RemoveOptions): Promise<void> {
  try {
    await cluster.remove(ref, options);
  } catch (cause) {
    if (!isStatus(cause, 409) || (await cluster.get(ref))?.metadata.uid === options.uid) throw cause;
  }
}

/** A daemon is gone when its Deployment is: it goes after its pods. */
async function awaitAll(
  cluster: Cluster,
  stack: string,
  deletions: readonly Deletion[],
): Promise<readonly Diagnostic[]> {
  const deadline = cluster.effects.now() + cluster.timing.timeout;
  const uids = new Set(deletions.map(({ live }) => live.metadata.uid));
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const left = (await leftOver(cluster, stack, deletions)).filter(({ metadata }) => uids.has(metadata.uid));
    if (left.length === 0) return [];
    if (cluster.effects.now() >= deadline) return (await heldBack(cluster, stack, left)).map(stuck);
    await cluster.effects.sleep(pause, cluster.signal);
  }
}

async function leftOver(
  cluster: Cluster,
  stack: string,
  deletions: readonly Deletion[],
): Promise<readonly LiveObject[]> {
  const kinds = [...new Set(deletions.flatMap(({ live: { kind } }) => (isKind(kind) ? [kind] : [])))];
  return (await Promise.all(kinds.map(kind => cluster.list(kind, labelled(stack))))).flatMap(({ items }) => items);
}

/** A Deployment waits for its pods: what holds those back says more. */
async function heldBack(cluster: Cluster, stack: string, left: readonly LiveObject[]): Promise<readonly LiveObject[]> {
  const pods = left.some(({ kind }) => kind === "Deployment") ? await podsOf(cluster, stack) : [];
  return left.flatMap(live => {
    const daemon = live.metadata.labels?.[daemonLabel];
    const own = live.kind === "Deployment" ? pods.filter(pod => pod.metadata.labels?.[daemonLabel] === daemon) : [];
    return own.length > 0 ? own : [live];
  });
}

/** None where they may not be listed. */
const podsOf = async (cluster: Cluster, stack: string): Promise<readonly LiveObject[]> =>
  (await unlessForbidden(cluster.list("Pod", labelled(stack)), undefined))?.items ?? [];

/** What does not go away, as a finding. */
export const stuck = ({ kind, metadata: { name, finalizers = [] } }: LiveObject): Diagnostic =>
  finding("delete-stuck", key("/stack"), {
    kind,
    name,
    finalizers: finalizers.filter(text => text !== "foregroundDeletion"),
  });

import { DiagnosticError } from "../../diagnostics/index.ts";
import type { Cluster } from "./api/cluster.ts";
import { keyOf } from "./api/kinds.ts";
import type { LiveObject } from "./api/live-object.ts";
import type { Decision } from "./compare/decision.ts";
import { takeOverFields } from "./compare/managed-fields.ts";
import { isGrantRefusal, isRefusal, refusalFinding } from "./compare/refusals.ts";
import type { Lock } from "./lock/lock.ts";
import { awaitGone } from "./remove.ts";
import { awaitStopped } from "./stopping.ts";

/** Writes every object that is to change, kind after kind, and returns them by key. */
export async function writeObjects(
  cluster: Cluster,
  lock: Lock,
  decisions: readonly Decision[],
): Promise<ReadonlyMap<string, LiveObject>> {
  const written = new Map<string, LiveObject>();
  const changing = decisions.filter(({ change }) => change.action !== "unchanged");
  for (const group of Map.groupBy(changing, ({ change: { object } }) => object.kind).values()) {
    await awaitStopped(cluster, group.flatMap(stopsFirst));
    const results = await Promise.allSettled(group.map(decision => writeObject(cluster, lock, decision)));
    group.forEach(({ change: { object } }, index) => {
      const result = results[index];
      if (result?.status === "fulfilled") written.set(keyOf(object), result.value);
    });
    throwFirst(results);
  }
  return written;
}

/** The daemon whose process is stopped before another one is started. */
const stopsFirst = ({ change: { action, object }, live }: Decision): readonly LiveObject[] =>
  object.kind === "Deployment" && action === "update" && live !== undefined ? [live] : [];

/** Refusals of several objects are told together; anything else ends it as it is. */
function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const causes = results.flatMap(result => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (causes.length === 0) return;
  const refusals = causes.filter(cause => cause instanceof DiagnosticError);
  if (refusals.length < causes.length) throw causes.find(cause => !(cause instanceof DiagnosticError));
  throw new DiagnosticError(refusals.flatMap(({ diagnostics }) => diagnostics));
}

async function writeObject(cluster: Cluster, lock: Lock, decision: Decision): Promise<LiveObject> {
  const { change, desired, live, force } = decision;
  const { action, object: ref } = change;
  try {
    if (action === "replace" && live !== undefined) {
      lock.check();
      await cluster.remove(ref, { uid: live.metadata.uid, propagation: "Foreground" });
      await awaitGone(cluster, ref, live.metadata.uid);
    }
    if (action === "adopt" && live !== undefined) await takeOverFields(cluster, lock, live);
    lock.check();
    const uid = action === "replace" ? undefined : live?.metadata.uid;
    const { object } = await cluster.apply(desired.object, { force, ...(uid === undefined ? {} : { uid }) });
    if (action !== "unchanged") cluster.onProgress({ kind: "written", action, object: ref });
    return object;
  } catch (cause) {
    if (isGrantRefusal(cause) || isRefusal(cause))
      throw new DiagnosticError([refusalFinding(cause, desired)], { cause });
    throw cause;
  }
}

import { DiagnosticError } from "../../diagnostics/index.ts";
import { daemonChanges, type KnownDaemons, type WatchEvent } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { unlessForbidden } from "./api/error.ts";
import { labelled } from "./api/selector.ts";
import { driftPlan } from "./drift.ts";
import { saysStack } from "./record/ownership.ts";
import { isRemembered } from "./record/record-store.ts";
import { daemonsOf, notFound } from "./status.ts";
import { openStore, type Store } from "./watch/store.ts";

/** How often health is told, in milliseconds. */
const interval = 5000;

/**
 * Health every 5 seconds and each change at once, until the signal ends it or the stack is deleted. With `drift`, tells
 * only how the daemons differ from what is recorded. The first look throws where there is nothing to watch.
 */
export async function* watchStack(
  cluster: Cluster,
  stack: string,
  { drift }: { readonly drift: boolean },
): AsyncIterable<WatchEvent> {
  const at = () => cluster.effects.date().toISOString();
  if (drift) {
    yield { kind: "drift", at: at(), plan: await driftPlan(cluster, stack) };
    return;
  }
  const store = await openStore(cluster, watched(stack));
  try {
    let known = look(store, stack);
    if (known.size === 0) throw new DiagnosticError([notFound(cluster, stack, store.objects("Deployment"))]);
    for (let next = cluster.effects.now(); ; ) {
      if (cluster.effects.now() >= next) {
        yield { kind: "health", at: at(), daemons: [...known.values()] };
        next = Math.max(next + interval, cluster.effects.now());
      }
      await store.changed(Math.max(1, next - cluster.effects.now()));
      const now = look(store, stack);
      for (const event of daemonChanges(known, now)) yield { ...event, at: at() };
      known = now;
      if (known.size === 0 && (await isForgotten(cluster, stack))) {
        yield { kind: "gone", at: at() };
        return;
      }
    }
  } finally {
    store.stop();
  }
}

/** The record goes last. Who may not read it cannot tell a stack that was deleted from one that is made anew. */
const isForgotten = async (cluster: Cluster, stack: string): Promise<boolean> =>
  !(await unlessForbidden(isRemembered(cluster, stack), true));

const watched = (stack: string) => {
  const selector = labelled(stack);
  return [
    { kind: "Deployment", selector },
    { kind: "ReplicaSet", selector },
    { kind: "Pod", selector },
  ] as const;
};

/** As `status` says it: how long a daemon has to run is for who waits for it to decide. */
function look(store: Store, stack: string): KnownDaemons {
  const observation = {
    deployments: store.objects("Deployment").filter(live => saysStack(live, stack)),
    replicaSets: store.objects("ReplicaSet"),
    pods: store.objects("Pod"),
    events: [],
    date: store.serverTime(),
  };
  return new Map(daemonsOf(observation, 0).map(status => [status.daemon, status]));
}

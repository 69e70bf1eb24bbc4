import { DiagnosticError } from "../../diagnostics/index.ts";
import { daemonChanges, type KnownDaemons, type WatchEvent } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { labelled } from "./api/selector.ts";
import { driftPlan } from "./drift.ts";
import { saysStack } from "./record/ownership.ts";
import { daemonsOf, notFound } from "./status.ts";
import { openStore, type Store } from "./watch/store.ts";

/** How often health is told, in milliseconds. */
const interval = 5000;

/** Health every 5 seconds and each change at once, until the signal ends it; with `drift`, first whether it has drifted. */
export async function* watchStack(
  cluster: Cluster,
  stack: string,
  { drift }: { readonly drift: boolean },
): AsyncIterable<WatchEvent> {
  const at = () => cluster.effects.date().toISOString();
  if (drift) yield { kind: "drift", at: at(), plan: await driftPlan(cluster, stack) };
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
    }
  } finally {
    store.stop();
  }
}

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

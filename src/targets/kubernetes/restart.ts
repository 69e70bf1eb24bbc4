import { DiagnosticError } from "../../diagnostics/index.ts";
import type { Outcome } from "../index.ts";
import { type Cluster, fieldManager } from "./api/cluster.ts";
import { objectPath } from "./api/kinds.ts";
import type { LiveObject } from "./api/live-object.ts";
import { labelled } from "./api/selector.ts";
import { acquireLock, type LockOptions } from "./lock/lock.ts";
import { idOf, unknownDaemon } from "./logs/logs.ts";
import { demandRights, restartRights } from "./probe/rights.ts";
import { saysStack } from "./record/ownership.ts";
import { type Settled, settle } from "./settle.ts";
import { notFound } from "./status.ts";
import { unknownStack } from "./unknown-stack.ts";

export interface RestartInput extends LockOptions {
  /** Ids; all where there are none. */
  readonly daemons: readonly string[];
  readonly wait: boolean;
}

/** Starts daemons anew: the old process is stopped before the new one starts. */
export async function restartDaemons(cluster: Cluster, input: RestartInput): Promise<Outcome> {
  const { stack, wait } = input;
  await demandRights(cluster, restartRights);
  const { items, date } = await cluster.list("Deployment", labelled(stack));
  const ours = items.filter(live => saysStack(live, stack));
  if (ours.length === 0) throw new DiagnosticError([notFound(cluster, stack, items)]);
  const chosen = choose(ours, input.daemons);
  const lock = await acquireLock(cluster, input);
  try {
    const locked = cluster.until(lock.signal, () => lock.check());
    const written = await Promise.all(chosen.map(live => restart(locked, live, () => lock.check())));
    const generations = new Map(written.map(({ metadata: { name, generation = 0 } }) => [name, generation]));
    const settled = await settle(locked, {
      stack: unknownStack(stack, chosen),
      since: date,
      wait,
      generations,
      mask: text => text,
    });
    return outcome(settled, wait);
  } finally {
    await lock.release();
  }
}

function choose(ours: readonly LiveObject[], daemons: readonly string[]): readonly LiveObject[] {
  const ids = ours.map(idOf);
  const unknown = daemons.filter(id => !ids.includes(id));
  if (unknown.length > 0) throw new DiagnosticError(unknown.map(id => unknownDaemon(id, ids)));
  return daemons.length === 0 ? ours : ours.filter(live => daemons.includes(idOf(live)));
}

/** A change of the pod's annotations is a rollout. Under another field manager, so that the next apply leaves it alone. */
async function restart(cluster: Cluster, live: LiveObject, check: () => void): Promise<LiveObject> {
  const annotations = { "alien.dev/restarted-at": cluster.effects.date().toISOString() };
  check();
  const { body } = await cluster.call({
    method: "PATCH",
    path: objectPath({ kind: "Deployment", name: live.metadata.name }, cluster.namespace),
    query: { fieldManager: `${fieldManager}-restart` },
    contentType: "application/strategic-merge-patch+json",
    body: { metadata: { uid: live.metadata.uid }, spec: { template: { metadata: { annotations } } } },
  });
  return body as LiveObject;
}

const outcome = ({ isReady, state, diagnostics }: Settled, wait: boolean): Outcome => ({
  result: isReady ? "ready" : wait ? "failed" : "applied",
  state,
  diagnostics,
});

import type { StackIr } from "../../../ir/index.ts";
import { objectName } from "../../../render/index.ts";
import {
  type DaemonState,
  type DeploymentRecord,
  type InventoryEntry,
  observedState,
  recordVersion,
  type StackState,
} from "../../../state/index.ts";
import { keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { Decision } from "../compare/decision.ts";
import type { Deletion, Work } from "../work.ts";
import { inventoryOf } from "./ownership.ts";

/** The state of a stack on Kubernetes. */
export const stateOf = (stack: StackIr, states: (daemon: string) => DaemonState): StackState =>
  observedState("kubernetes", stack, id => ({ ...states(id), daemonName: objectName(stack.stack, id) }));

/** The record before anything is written: everything that is there, and everything that is about to be. */
export function intentsOf(work: Work, state: StackState): DeploymentRecord {
  const { stored, decisions, deletions, revision } = work;
  const known = inventoryOf(stored?.record);
  const kept = deletions.map(deletion => going(deletion, known.get(keyOf(deletion.change.object))));
  const wanted = decisions.map(decision => intent(decision, known.get(decision.desired.key)));
  return recordOf(work, {
    state,
    inventory: [...wanted, ...kept],
    ...(stored?.record.good === undefined ? {} : { good: stored.record.good }),
    ...(revision === undefined ? {} : { pending: revision }),
  });
}

/** An object that will be created anew has no uid yet. */
function intent({ change: { object, action }, live }: Decision, known: InventoryEntry | undefined): InventoryEntry {
  const digest = action === "unchanged" && known?.digest !== undefined ? { digest: known.digest } : {};
  return live === undefined || action === "replace" ? object : { ...object, uid: live.metadata.uid, ...digest };
}

/** It stays as it was sent: a rollback may keep it. */
const going = (
  { live: { metadata }, change: { object } }: Deletion,
  known: InventoryEntry | undefined,
): InventoryEntry => (known?.uid === metadata.uid ? known : { ...object, uid: metadata.uid });

/** The entries of objects that were written. */
export const writtenEntries = (
  decisions: readonly Decision[],
  written: ReadonlyMap<string, LiveObject>,
): readonly InventoryEntry[] =>
  decisions.flatMap(({ change: { object }, desired: { digest }, live }) => {
    const uid = (written.get(keyOf(object)) ?? live)?.metadata.uid;
    return uid === undefined ? [object] : [{ ...object, uid, digest }];
  });

export const recordOf = (
  { stack, desired, stored }: Pick<Work, "stack" | "desired" | "stored">,
  content: Omit<DeploymentRecord, "formatVersion" | "stack" | "source">,
): DeploymentRecord => {
  const source = desired?.source ?? stored?.record.source;
  return { formatVersion: recordVersion, stack, ...(source === undefined ? {} : { source }), ...content };
};

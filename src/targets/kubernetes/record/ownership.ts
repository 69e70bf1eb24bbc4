import { manager, managerLabel, stackAnnotation } from "../../../render/index.ts";
import type { DeploymentRecord, InventoryEntry } from "../../../state/index.ts";
import { keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";

/** What the record says of the objects of a stack, by key. */
export type Inventory = ReadonlyMap<string, InventoryEntry>;

export const inventoryOf = (record: DeploymentRecord | undefined): Inventory =>
  new Map((record?.inventory ?? []).map(entry => [keyOf(entry), entry]));

/** What a record would say of objects that are there. */
export const inventoryFrom = (objects: readonly LiveObject[]): Inventory =>
  new Map(
    objects.map(({ apiVersion, kind, metadata: { name, uid } }) => [
      keyOf({ kind, name }),
      { apiVersion, kind, name, uid },
    ]),
  );

/** Ours is what the record lists, with the same uid, and what still says so itself. */
export function isOurs(live: LiveObject, stack: string, inventory: Inventory): boolean {
  const entry = inventory.get(keyOf({ kind: live.kind, name: live.metadata.name }));
  return saysStack(live, stack) && entry !== undefined && (entry.uid ?? live.metadata.uid) === live.metadata.uid;
}

/** Whether an object says that it belongs to a stack. */
export const saysStack = ({ metadata: { labels, annotations } }: LiveObject, stack: string): boolean =>
  labels?.[managerLabel] === manager && annotations?.[stackAnnotation] === stack;

/** It fills in what is missing of everybody's objects. */
const controller = "kube-controller-manager";

/** Who an object belongs to, in a few words that are names. */
export function ownerOf({ metadata }: LiveObject, stack: string): string {
  const { labels = {}, annotations = {}, managedFields = [] } = metadata;
  const other = annotations[stackAnnotation];
  if (other !== undefined && other !== stack) return `stack ${other}`;
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined) return `Helm release ${release}`;
  const made = labels[managerLabel];
  if (made !== undefined && made !== manager) return made;
  const makers = managedFields.filter(
    ({ manager, subresource }) => subresource === undefined && manager !== controller,
  );
  return makers[0]?.manager ?? "unknown";
}

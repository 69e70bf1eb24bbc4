import { idAnnotation } from "../../../render/index.ts";
import type { InventoryEntry, Revision } from "../../../state/index.ts";
import type { Change, Reason } from "../../index.ts";
import { keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { Deletion } from "../work.ts";
import { type Inventory, isOurs } from "./ownership.ts";

export interface Wanted {
  readonly stack: string;
  readonly inventory: Inventory;
  readonly observed: ReadonlyMap<string, LiveObject>;
  /** Keys of what stays. */
  readonly keep: ReadonlySet<string>;
  /** Ids of the daemons that stay. */
  readonly daemons: ReadonlySet<string>;
}

/** What is ours and no longer wanted: daemons first, then what they used. */
export function deletionsOf({ stack, inventory, observed, keep, daemons }: Wanted): readonly Deletion[] {
  const found = [...inventory.values()].flatMap((entry): Deletion[] => {
    const live = observed.get(keyOf(entry));
    if (live === undefined || keep.has(keyOf(entry)) || !isOurs(live, stack, inventory)) return [];
    return [{ live, change: deletion(entry, live, daemons) }];
  });
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function deletion({ apiVersion, kind, name }: InventoryEntry, live: LiveObject, daemons: ReadonlySet<string>) {
  const daemon = live.metadata.annotations?.[idAnnotation];
  const isSuperseded = kind === "Secret" && daemon !== undefined && daemons.has(daemon);
  const reason: Reason = { kind: isSuperseded ? "superseded" : "no-longer-declared" };
  return {
    action: "delete" as const,
    object: { apiVersion, kind, name },
    uid: live.metadata.uid,
    path: "/stack",
    ...(daemon === undefined ? {} : { daemon }),
    reason,
    fields: [],
  };
}

/** Whether a revision could not come back without the Secret that a change is about. */
export const isNeeded = ({ object: { kind, name } }: Change, revision: Revision | undefined): boolean =>
  kind === "Secret" && Object.values(revision?.secrets ?? {}).includes(name);

const rank = ({ change: { object } }: Deletion): number => (object.kind === "Deployment" ? 0 : 1);

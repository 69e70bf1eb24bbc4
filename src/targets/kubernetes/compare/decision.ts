import type { StackIr } from "../../../ir/index.ts";
import type { Action, Change, FieldChange, Reason } from "../../index.ts";
import { fieldManager } from "../api/cluster.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { Inventory } from "../record/ownership.ts";
import type { DesiredObject } from "./desired.ts";
import type { RawChange } from "./diff.ts";
import { describeFields } from "./fields.ts";

/** What will be done with one object that the document wants. */
export interface Decision {
  readonly change: Change;
  readonly desired: DesiredObject;
  readonly live: LiveObject | undefined;
  /** Whether fields of others are taken over. */
  readonly force: boolean;
}

export function decisionOf(
  action: Action,
  reason: Reason,
  { desired, live, fields, force }: Omit<Decision, "change"> & { readonly fields: readonly FieldChange[] },
): Decision {
  const { apiVersion, kind, metadata } = desired.object;
  const change: Change = {
    action,
    object: { apiVersion, kind, name: metadata.name },
    ...(live === undefined ? {} : { uid: live.metadata.uid }),
    path: desired.path,
    ...(desired.daemon === undefined ? {} : { daemon: desired.daemon }),
    reason,
    fields,
  };
  return { change, desired, live, force };
}

/** Differences of one object in the user's words. */
export const fieldsOf = (raw: readonly RawChange[], desired: DesiredObject, stack: StackIr): readonly FieldChange[] => {
  const daemon = stack.daemons.find(({ id }) => id === desired.daemon);
  const object = { kind: desired.object.kind, name: desired.object.metadata.name };
  return describeFields(raw, { object, stack, ...(daemon === undefined ? {} : { daemon }) });
};

/** The same as was sent last, and yet different there: then somebody else changed it. */
export function whyUpdated({ key: objectKey, digest }: DesiredObject, live: LiveObject, inventory: Inventory): Reason {
  const entry = inventory.get(objectKey);
  if (entry !== undefined && entry.uid === undefined) return { kind: "interrupted" };
  if (entry?.digest !== digest) return { kind: "declared" };
  const managers = (live.metadata.managedFields ?? []).filter(
    ({ manager, subresource }) =>
      manager !== fieldManager && manager !== "kube-controller-manager" && subresource === undefined,
  );
  return { kind: "drifted", managers: [...new Set(managers.map(({ manager = "unknown" }) => manager))] };
}

import type { JsonObject } from "../../../ir/index.ts";
import { type Cluster, fieldManager } from "../api/cluster.ts";
import { objectPath } from "../api/kinds.ts";
import type { LiveObject, ManagedFields } from "../api/live-object.ts";
import type { Lock } from "../lock/lock.ts";
import type { RawChange } from "./diff.ts";
import { isMap } from "./list-items.ts";
import { type ObjectPath, type PathSegment, valueAtPath } from "./object-path.ts";

/** Who writes what a person asked for, with kubectl or Helm. Controllers keep what is theirs. */
const byHand = /^(kubectl|helm|Helm|alien-compile|before-first-apply)/;

/**
 * Hands the fields that a person set with another tool over to us. Otherwise they would stay owned by that tool, and
 * what the document no longer says would never go away.
 */
export async function takeOverFields(cluster: Cluster, lock: Lock, live: LiveObject): Promise<void> {
  const all = live.metadata.managedFields ?? [];
  const taken = all.filter(isTaken);
  if (taken.length === 0) return;
  const fieldsV1 = fieldsOf(taken);
  const ours = {
    manager: fieldManager,
    operation: "Apply",
    apiVersion: live.apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1,
  };
  const managedFields = [
    ...all.filter(fields => !isTaken(fields)),
    { ...ours, time: cluster.effects.date().toISOString() },
  ];
  lock.check();
  await cluster.call({
    method: "PATCH",
    path: objectPath({ kind: live.kind, name: live.metadata.name }, cluster.namespace),
    contentType: "application/json-patch+json",
    body: [
      { op: "test", path: "/metadata/uid", value: live.metadata.uid },
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    ],
  });
}

/** What goes away when the fields are ours: the document does not say them. */
export const leavingFields = (live: LiveObject, desired: JsonObject): readonly RawChange[] =>
  leaving(fieldsOf((live.metadata.managedFields ?? []).filter(isTaken)), { live, desired, path: [] });

interface Walk {
  readonly live: LiveObject;
  readonly desired: JsonObject;
  readonly path: ObjectPath;
}

function leaving(fields: JsonObject, { live, desired, path }: Walk): readonly RawChange[] {
  return Object.entries(fields).flatMap(([name, node]): readonly RawChange[] => {
    const segment = segmentOf(name);
    if (segment === undefined) return [];
    const here = [...path, segment];
    if (valueAtPath(desired, here) !== undefined) {
      return isMap(node) ? leaving(node, { live, desired, path: here }) : [];
    }
    const before = valueAtPath(live, here);
    return before === undefined ? [] : [{ path: here, before }];
  });
}

/** A field, or the item of a list with that name; nothing for other keys. */
function segmentOf(name: string): PathSegment | undefined {
  if (name.startsWith("f:")) return name.slice(2);
  const key: unknown = name.startsWith("k:") ? JSON.parse(name.slice(2)) : undefined;
  return isMap(key) && typeof key.name === "string" ? { name: key.name } : undefined;
}

const fieldsOf = (managed: readonly ManagedFields[]): JsonObject =>
  managed.reduce<JsonObject>((merged, { fieldsV1 = {} }) => union(merged, fieldsV1), {});

const isTaken = ({ manager = "", subresource }: ManagedFields): boolean =>
  subresource === undefined && byHand.test(manager);

function union(a: JsonObject, b: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map(key => [key, union((a[key] ?? {}) as JsonObject, (b[key] ?? {}) as JsonObject)]));
}

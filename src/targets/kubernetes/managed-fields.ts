import type { JsonObject } from "../../ir/index.ts";
import { type Cluster, fieldManager } from "./cluster.ts";
import { objectPath } from "./kinds.ts";
import type { LiveObject, ManagedFields } from "./live-object.ts";
import type { Lock } from "./lock.ts";

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
  const fieldsV1 = taken.reduce<JsonObject>((merged, { fieldsV1: fields = {} }) => union(merged, fields), {});
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

const isTaken = ({ manager = "", subresource }: ManagedFields): boolean =>
  subresource === undefined && byHand.test(manager);

function union(a: JsonObject, b: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map(key => [key, union((a[key] ?? {}) as JsonObject, (b[key] ?? {}) as JsonObject)]));
}

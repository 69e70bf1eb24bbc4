import type { LiveObject } from "../api/live-object.ts";
import { isMap } from "./list-items.ts";
import type { ObjectPath } from "./object-path.ts";

/** The managers that set a field of an object, as the server notes them. */
export function fieldOwners({ metadata }: LiveObject, path: ObjectPath): readonly string[] {
  const owners = (metadata.managedFields ?? []).filter(
    ({ subresource, fieldsV1 }) => subresource === undefined && setsValue(nodeAt(fieldsV1, path)),
  );
  return [...new Set(owners.map(({ manager = "unknown" }) => manager))];
}

const nodeAt = (fields: unknown, path: ObjectPath): unknown =>
  path.reduce<unknown>((node, segment) => {
    const name = typeof segment === "string" ? `f:${segment}` : `k:${JSON.stringify(segment)}`;
    return isMap(node) ? node[name] : undefined;
  }, fields);

/** Who only notes that an item of a list is there does not say what is in it. */
const setsValue = (node: unknown): boolean =>
  isMap(node) &&
  (Object.keys(node).length === 0 || Object.keys(node).some(name => name.startsWith("f:") && name !== "f:name"));

import type { JsonObject } from "../../../ir/index.ts";
import { isAbsent, isEmpty, isMap, type NamedItems, namedItems, reordered, variableContent } from "./list-items.ts";
import type { ObjectPath } from "./object-path.ts";
import { sameQuantity } from "./quantity.ts";

/** One difference, as deep as it goes. It may hold values of a Secret: `describeFields` makes it fit to be shown. */
export interface RawChange {
  readonly path: ObjectPath;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What the server and its controllers write; the last two are a ServiceAccount's, filled in a moment after it is made. */
const serverSections = ["status", "secrets", "imagePullSecrets"];
const serverMetadata = ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"];
const serverAnnotations = ["deployment.kubernetes.io/revision"];

/** Every difference between two objects as the server stores them, or would: what it adds is equal on both sides. */
export const diffObjects = (before: JsonObject | undefined, after: JsonObject): readonly RawChange[] =>
  differences(before && withoutKind(declared(before)), withoutKind(declared(after)), []);

/**
 * Whether everything that is wanted is there. True only if it is; where that is hard to tell it says false.
 * It says nothing of what was wanted once and is not any more.
 */
export const coversDesired = (desired: JsonObject, live: JsonObject): boolean =>
  approximateChanges(desired, live).length === 0;

/** What of the wanted is not there like that, for those who may not ask the server. */
export function approximateChanges(desired: JsonObject, live: JsonObject): readonly RawChange[] {
  const found = { apiVersion: desired.apiVersion, kind: desired.kind, ...live };
  return missing(declared(desired), declared(found), []);
}

const without = (map: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));

/** The items of a list do not say what they are. */
const withoutKind = (object: JsonObject): JsonObject => without(object, ["apiVersion", "kind"]);

function declared(object: JsonObject): JsonObject {
  const { metadata, ...rest } = without(object, serverSections);
  if (!isMap(metadata)) return rest;
  const kept = without(metadata, serverMetadata);
  if (!isMap(kept.annotations)) return { ...rest, metadata: kept };
  return { ...rest, metadata: { ...kept, annotations: without(kept.annotations, serverAnnotations) } };
}

const change = (path: ObjectPath, before: unknown, after: unknown): RawChange => ({
  path,
  ...(isAbsent(before) ? {} : { before }),
  ...(isAbsent(after) ? {} : { after }),
});

const own = (map: JsonObject, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

function differences(before: unknown, after: unknown, path: ObjectPath): readonly RawChange[] {
  if (before === after || (isAbsent(before) && isAbsent(after))) return [];
  const [there, other] = isAbsent(after) ? [before, after] : [after, before];
  if (isEmpty(there) && isAbsent(other)) return [change(path, before, after)];
  if (isMap(there) && (isMap(other) || isAbsent(other))) return mapDifferences(before, after, path);
  if (Array.isArray(there) && (Array.isArray(other) || isAbsent(other))) return listDifferences(before, after, path);
  return [change(path, before, after)];
}

function mapDifferences(before: unknown, after: unknown, path: ObjectPath): readonly RawChange[] {
  const [old, now] = [isMap(before) ? before : {}, isMap(after) ? after : {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.flatMap(name => differences(own(old, name), own(now, name), [...path, name]));
}

function listDifferences(before: unknown, after: unknown, path: ObjectPath): readonly RawChange[] {
  const [old, now] = [namedItems(before), namedItems(after)];
  if (old === undefined || now === undefined) return sameList(before, after) ? [] : [change(path, before, after)];
  const names = [...new Set([...now.keys(), ...old.keys()])];
  if (path.at(-1) !== "env") {
    return names.flatMap(name => differences(old.get(name), now.get(name), [...path, { name }]));
  }
  return [...names.flatMap(name => variableDifference(name, { old, now, path })), ...orderDifference(old, now, path)];
}

const sameList = (before: unknown, after: unknown): boolean =>
  Array.isArray(before) &&
  Array.isArray(after) &&
  before.length === after.length &&
  before.every((item, index) => differences(item, after[index], []).length === 0);

interface Lists {
  readonly old: NamedItems;
  readonly now: NamedItems;
  readonly path: ObjectPath;
}

/** A variable is one change, also where text becomes a reference. */
function variableDifference(name: string, { old, now, path }: Lists): readonly RawChange[] {
  const [before, after] = [old.get(name), now.get(name)].map(entry => entry && variableContent(entry));
  const isSame = differences(before, after, []).length === 0;
  return isSame ? [] : [change([...path, { name }], before, after)];
}

function orderDifference(old: NamedItems, now: NamedItems, path: ObjectPath): readonly RawChange[] {
  const order = reordered(old, now);
  return order === undefined ? [] : [change(path, ...order)];
}

/** Maps that have one owner: what somebody else adds to them changes what we wrote. */
const atomicMaps = new Set(["nodeSelector", "podSelector", "roleRef", "selector"]);
/** Lists that others may add to. */
const sharedLists = new Set(["containers", "env", "imagePullSecrets"]);

function missing(wanted: unknown, found: unknown, path: ObjectPath): readonly RawChange[] {
  if (wanted === undefined) return [];
  if (isEmpty(wanted)) return isEmpty(found) ? [] : [change(path, found, wanted)];
  const last = path.at(-1);
  const field = typeof last === "string" ? last : "";
  if (isMap(wanted) && (isMap(found) || isAbsent(found)) && !atomicMaps.has(field)) {
    const names = Object.keys(wanted).sort();
    return names.flatMap(name => missing(wanted[name], own(found ?? {}, name), [...path, name]));
  }
  if (Array.isArray(wanted) && sharedLists.has(field)) return missingItems(wanted, found, path);
  if (typeof wanted === "string" && typeof found === "string" && isQuantity(path)) {
    return sameQuantity(wanted, found) ? [] : [change(path, found, wanted)];
  }
  return differences(found, wanted, path);
}

const isQuantity = (path: ObjectPath): boolean =>
  path.at(-3) === "resources" && (path.at(-2) === "requests" || path.at(-2) === "limits");

function missingItems(wanted: unknown, found: unknown, path: ObjectPath): readonly RawChange[] {
  const [old, now] = [namedItems(found), namedItems(wanted)];
  if (old === undefined || now === undefined) return [change(path, found, wanted)];
  if (path.at(-1) !== "env") {
    return [...now].flatMap(([name, item]) => missing(item, old.get(name), [...path, { name }]));
  }
  const changed = [...now.keys()].flatMap(name => variableDifference(name, { old, now, path }));
  return [...changed, ...orderDifference(old, now, path)];
}

import { isList } from "../api/answer.ts";
import { type Cluster, listOf } from "../api/cluster.ts";
import { collectionPath, isKind, type KindName } from "../api/kinds.ts";
import type { DesiredObject } from "./desired.ts";

/** Up to so many new objects of a kind are all tried by dry-run; of more, one of each form. */
const mostTried = 50;

/**
 * Keys of new objects that need not be tried by dry-run. Trying costs the server as much as writing, and hundreds of
 * objects that differ only in names and values of variables have one answer. That their names are free is looked up.
 */
export async function sparedOf(cluster: Cluster, absent: readonly DesiredObject[]): Promise<ReadonlySet<string>> {
  const groups = Map.groupBy(absent, ({ object }) => object.kind);
  const found = await Promise.all(Array.from(groups, ([kind, objects]) => sparedOfKind(cluster, kind, objects)));
  return new Set(found.flat());
}

async function sparedOfKind(
  cluster: Cluster,
  kind: string,
  objects: readonly DesiredObject[],
): Promise<readonly string[]> {
  if (objects.length <= mostTried || !isKind(kind)) return [];
  const forms = new Map(objects.map(object => [formOf(object), object.key]));
  const tried = new Set(forms.values());
  const taken = await namesOf(cluster, kind);
  return objects.filter(({ key, object }) => !tried.has(key) && !taken.has(object.metadata.name)).map(({ key }) => key);
}

/** An object without what tells it from others of its form: names, labels, and values of variables. */
const formOf = ({ object }: DesiredObject): string => JSON.stringify(object, withoutNames);

const nameFields: ReadonlySet<string> = new Set(["metadata", "selector", "secretKeyRef"]);

const withoutNames = (field: string, value: unknown): unknown => {
  if (nameFields.has(field)) return undefined;
  if (field === "data") return Object.keys(value ?? {}).length;
  return field === "value" ? "" : value;
};

const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Every name of a kind in the namespace. Only the metadata is sent. */
async function namesOf(cluster: Cluster, kind: KindName): Promise<ReadonlySet<string>> {
  const path = collectionPath(kind, cluster.namespace);
  const answer = await cluster.call({ method: "GET", path, accept: metadataOnly }, { accepts: isList });
  return new Set(listOf(answer, kind).items.map(({ metadata }) => metadata.name));
}

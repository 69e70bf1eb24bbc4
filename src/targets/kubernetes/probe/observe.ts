import type { Cluster, ObjectList } from "../api/cluster.ts";
import { type KindName, keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { labelled } from "../api/selector.ts";

/** What is there of a stack, by key: everything that carries its label, ours or not. */
export interface Observed {
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** The server's clock, in milliseconds since 1970. */
  readonly date: number;
}

/** Lists the labelled objects of some kinds. */
export async function observe(cluster: Cluster, stack: string, kinds: readonly KindName[]): Promise<Observed> {
  const lists = await Promise.all(kinds.map(kind => cluster.list(kind, labelled(stack))));
  return { objects: byKey(lists), date: Math.max(0, ...lists.map(({ date }) => date)) };
}

const byKey = (lists: readonly ObjectList[]): ReadonlyMap<string, LiveObject> =>
  new Map(
    lists.flatMap(({ items }) => items.map(item => [keyOf({ kind: item.kind, name: item.metadata.name }), item])),
  );

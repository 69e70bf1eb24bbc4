import { defaultTiming } from "../../src/targets/index.ts";
import type { Cluster } from "../../src/targets/kubernetes/api/cluster.ts";
import { keyOf } from "../../src/targets/kubernetes/api/kinds.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import { realEffects } from "./effects.ts";

/** A namespace that holds these objects, where nothing happens and nobody writes. */
export function listedCluster(objects: readonly LiveObject[], signal = new AbortController().signal): Cluster {
  const lines = async function* (_: unknown, ended: AbortSignal): AsyncGenerator<string> {
    await new Promise((_resolve, reject) => ended.addEventListener("abort", () => reject(ended.reason)));
    yield "";
  };
  const cluster = {
    namespace: "default",
    connection: { server: "https://listed", lines, close: () => undefined },
    effects: realEffects,
    timing: defaultTiming,
    onProgress: () => undefined,
    signal,
    get: async (ref: Parameters<Cluster["get"]>[0]) =>
      objects.find(({ kind, metadata: { name } }) => keyOf({ kind, name }) === keyOf(ref)),
    list: async (kind: string) => ({ items: objects.filter(one => one.kind === kind), resourceVersion: "1", date: 0 }),
    until: (also: AbortSignal) => listedCluster(objects, AbortSignal.any([signal, also])),
  };
  return cluster as unknown as Cluster;
}

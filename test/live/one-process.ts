import { daemonLabel } from "../../src/render/index.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import type { TestCluster } from "../targets/clusters.ts";

export interface ProcessWatch {
  /** When a daemon had two processes: the names of their pods. */
  readonly doubles: readonly string[];
  /** Why it does not see anything any more. */
  readonly trouble: readonly string[];
}

interface Event {
  readonly type: string;
  readonly object: LiveObject & { readonly status?: { readonly phase?: string } };
}

/** Looks at every change of every pod, in the server's order, until the cluster is closed. */
export async function watchProcesses(cluster: TestCluster): Promise<ProcessWatch> {
  const { items, resourceVersion } = await cluster.list("Pod");
  const alive = new Map(items.map(pod => [pod.metadata.name, daemonOf(pod)]));
  const [doubles, trouble]: [string[], string[]] = [[], []];
  const path = `/api/v1/namespaces/${cluster.namespace}/pods`;
  const lines = cluster.connection.lines(
    { method: "GET", path, query: { watch: "true", resourceVersion } },
    cluster.signal,
  );
  const follow = async (): Promise<void> => {
    for await (const line of lines) if (line !== "") see(JSON.parse(line), alive, doubles);
    trouble.push("the watch of the pods ended");
  };
  void follow().catch(cause => cluster.signal.aborted || trouble.push(String(cause)));
  return { doubles, trouble };
}

function see({ type, object }: Event, alive: Map<string, string>, doubles: string[]): void {
  const { name } = object.metadata;
  const isOver = type === "DELETED" || object.status?.phase === "Succeeded" || object.status?.phase === "Failed";
  if (isOver) alive.delete(name);
  else alive.set(name, daemonOf(object));
  const same = [...alive].filter(([, daemon]) => daemon === daemonOf(object)).map(([pod]) => pod);
  if (same.length > 1) doubles.push(same.sort().join(" and "));
}

const daemonOf = ({ metadata: { labels, name } }: LiveObject): string => labels?.[daemonLabel] ?? name;

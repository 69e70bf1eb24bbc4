import type { Cluster } from "../api/cluster.ts";
import { ApiError } from "../api/error.ts";
import { objectPath } from "../api/kinds.ts";
import type { ApiRequest } from "../client.ts";

/** Which lines of which process. */
export interface LogRequest {
  readonly pod: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  /** Only the last so many lines. */
  readonly tail?: number | undefined;
  /** Only what is younger, in seconds. */
  readonly since?: number | undefined;
  /** Only what is not older, RFC 3339. */
  readonly from?: string | undefined;
}

export interface TimedLine {
  /** RFC 3339 with nanoseconds, by the node's clock; empty where the kubelet itself says something. */
  readonly at: string;
  readonly text: string;
}

const request = (cluster: Cluster, { pod, follow, previous, tail, since, from }: LogRequest): ApiRequest => ({
  method: "GET",
  path: `${objectPath({ kind: "Pod", name: pod }, cluster.namespace)}/log`,
  query: {
    container: "daemon",
    timestamps: "true",
    follow: follow ? "true" : undefined,
    previous: previous ? "true" : undefined,
    tailLines: tail?.toString(),
    sinceSeconds: since === undefined ? undefined : String(Math.max(1, Math.ceil(since))),
    sinceTime: from,
  },
});

/** The lines of a container's log, as they come. */
export async function* logLines(
  cluster: Cluster,
  wanted: LogRequest,
  signal = cluster.signal,
): AsyncIterable<TimedLine> {
  for await (const line of cluster.connection.lines(request(cluster, wanted), signal)) {
    const [, at = "", text = line] = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(line) ?? [];
    if (at !== "" || !isGone.test(text)) yield { at, text };
  }
}

/** What the kubelet writes into the log, without a time, when the container is removed meanwhile. */
const isGone =
  /^(?:unable to retrieve container logs for |rpc error: .*No such container|failed to try resolving symlinks)/;

/** The last lines, as far as they come within the time of one call: a log is no reason to fail. */
export async function logTail(
  cluster: Cluster,
  { pod, previous, lines }: { readonly pod: string; readonly previous: boolean; readonly lines: number },
): Promise<readonly string[]> {
  const signal = AbortSignal.any([cluster.signal, AbortSignal.timeout(cluster.timing.call)]);
  const found: string[] = [];
  try {
    for await (const { text } of logLines(cluster, { pod, previous, tail: lines }, signal)) found.push(text);
  } catch (cause) {
    cluster.signal.throwIfAborted();
    if (!(cause instanceof ApiError) && !signal.aborted) throw cause;
  }
  return found;
}

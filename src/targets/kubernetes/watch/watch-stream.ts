import type { Effects } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import { ApiError } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { ApiRequest } from "../client.ts";

/** `ERROR`: the server cannot go on from where the stream stands. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; readonly object: LiveObject }
  | { readonly type: "ERROR" };

/** Bookmarks come about every minute: a stream that is silent for longer is dead, in milliseconds. */
const longestSilence = 90_000;
const types = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"];

/** Reads one stream to its end. Rejects when there is none, when it breaks, and when it is silent for too long. */
export async function readStream(
  { connection, effects, signal }: Pick<Cluster, "connection" | "effects" | "signal">,
  request: ApiRequest,
  take: (event: WatchEvent) => void,
): Promise<void> {
  const stream = new AbortController();
  const ended = AbortSignal.any([signal, stream.signal]);
  let heard = effects.now();
  const read = async (): Promise<void> => {
    for await (const line of connection.lines(request, ended)) {
      heard = effects.now();
      const event = eventOf(line);
      // A line that is no event is a proxy's, or was cut.
      if (event === undefined || ended.aborted) return;
      take(event);
      if (event.type === "ERROR") return;
    }
  };
  try {
    await Promise.race([read(), silence(() => heard, effects, ended)]);
  } finally {
    stream.abort();
  }
}

/** Rejects when nothing was heard for so long. */
async function silence(heard: () => number, effects: Effects, signal: AbortSignal): Promise<never> {
  for (;;) {
    const left = heard() + longestSilence - effects.now();
    if (left <= 0) throw new ApiError("the stream is silent", { status: 0, reason: "ETIMEDOUT" });
    await effects.sleep(left, signal);
  }
}

function eventOf(line: string): WatchEvent | undefined {
  const event = parse(line) as { readonly type?: string; readonly object?: Partial<LiveObject> } | null | undefined;
  if (event?.type === "ERROR") return { type: "ERROR" };
  const isEvent = types.includes(event?.type ?? "") && event?.object?.metadata?.resourceVersion !== undefined;
  return isEvent ? (event as WatchEvent) : undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

import type { Effects } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import type { KindName } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { Watch, type Watched } from "./watch.ts";

export type { Watched } from "./watch.ts";

/** Objects of some kinds, kept as they are on the server. For one reader at a time; to be stopped. */
export interface Store {
  /** By name. */
  objects(kind: KindName): readonly LiveObject[];
  /**
   * Resolves true at the next change, or false after so many milliseconds. A change between two calls is not lost.
   * Rejects when a watch cannot go on, and when the cluster's signal is aborted or the store is stopped.
   */
  changed(milliseconds: number): Promise<boolean>;
  /** The server's clock, in milliseconds since 1970. Never goes back. */
  serverTime(): number;
  stop(): void;
}

/** Lists, then watches. Rejects when a list does. */
export async function openStore(cluster: Cluster, watched: readonly Watched[]): Promise<Store> {
  const stopping = new AbortController();
  const own = cluster.until(stopping.signal);
  const bell = createBell(own);
  const clock = createClock(own.effects);
  const watches = watched.map(one => new Watch(one, { cluster: own, onChange: bell.ring, onDate: clock.told }));
  try {
    await Promise.all(watches.map(watch => watch.list()));
  } catch (cause) {
    stopping.abort();
    throw cause;
  }
  bell.silence();
  for (const watch of watches) watch.keep().catch(bell.fail);
  return {
    objects: kind => {
      const found = watches.filter(watch => watch.kind === kind).flatMap(({ objects }) => [...objects]);
      return [...new Map(found).values()].sort(byName);
    },
    changed: bell.heard,
    serverTime: clock.time,
    stop: () => stopping.abort(),
  };
}

const byName = ({ metadata: { name: one } }: LiveObject, { metadata: { name: other } }: LiveObject): number =>
  one < other ? -1 : Number(one > other);

/** Tells a reader that something changed: at once, or when he comes. */
function createBell({ effects, signal }: Pick<Cluster, "effects" | "signal">) {
  let rung = false;
  let failure: { readonly cause: unknown } | undefined;
  let wake: () => void = () => undefined;
  const wait = async (milliseconds: number): Promise<void> => {
    const timer = new AbortController();
    const woken = new Promise<void>(resolve => {
      wake = resolve;
    });
    try {
      await Promise.race([woken, effects.sleep(milliseconds, AbortSignal.any([signal, timer.signal]))]);
    } finally {
      timer.abort();
    }
  };
  return {
    ring: () => {
      rung = true;
      wake();
    },
    silence: () => {
      rung = false;
    },
    fail: (cause: unknown) => {
      failure ??= { cause };
      wake();
    },
    heard: async (milliseconds: number): Promise<boolean> => {
      signal.throwIfAborted();
      if (!rung && failure === undefined) await wait(milliseconds);
      signal.throwIfAborted();
      if (failure !== undefined) throw failure.cause;
      const heard = rung;
      rung = false;
      return heard;
    },
  };
}

/** Goes on from what the server told, which is rounded down to seconds: the latest is the nearest. */
function createClock(effects: Effects) {
  let ahead: number | undefined;
  return {
    told: (date: number) => {
      if (!Number.isNaN(date)) ahead = Math.max(ahead ?? Number.NEGATIVE_INFINITY, date - effects.now());
    },
    time: () => (ahead === undefined ? effects.date().getTime() : ahead + effects.now()),
  };
}

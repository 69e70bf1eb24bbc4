import type { Container } from "../api/engine.ts";
import { doubled, rhythm } from "./rhythm.ts";

/** What is known of a daemon that ends again and again, and that the engine starts again each time. */
export interface Crashes {
  /** Of the container. */
  readonly id: string;
  /** How often the engine started it again, as it counts. */
  readonly restarts: number;
  /** How often it ended since it last ran for a while. */
  readonly ends: number;
  /** When the run that is under way was first seen, by our clock. */
  readonly runningSince: number | undefined;
  /** The longest pause of the engine that is worth telling, in milliseconds; it only grows while it keeps ending. */
  readonly pause: number;
}

/** Goes on counting with how a container is at a moment of our clock. */
export function crashesAfter(before: Crashes | undefined, { id, state }: Container, now: number): Crashes {
  const { restarts, status } = state;
  const known = before?.id === id && before.restarts <= restarts ? before : undefined;
  const isSameRun = known?.restarts === restarts && known.runningSince !== undefined;
  const runningSince = status === "running" ? (isSameRun ? known.runningSince : now) : undefined;
  const ends = endsAfter(known, state, now);
  const pause = doubled(ends, rhythm.shortestRestart, rhythm.longestRestart);
  const told = ends < (known?.ends ?? 0) ? 0 : (known?.pause ?? 0);
  return { id, restarts, ends, runningSince, pause: Math.max(told, pause < rhythm.toldRestart ? 0 : pause) };
}

/** What is seen for the first time may have run for weeks, but for one that the engine is about to start again. */
function endsAfter(known: Crashes | undefined, { restarts, status }: Container["state"], now: number): number {
  if (known === undefined) return status === "restarting" ? restarts : 0;
  const hasRun = known.runningSince !== undefined && now - known.runningSince >= rhythm.shortRun;
  const more = restarts - known.restarts;
  return (hasRun ? 0 : known.ends) + more;
}

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
  /** The start of the run that is under way, by the engine's clock, and when it was first seen, by ours. */
  readonly startedAt: number | undefined;
  readonly seenAt: number;
  /** The longest pause of the engine that is worth telling, in milliseconds; it only grows while it keeps ending. */
  readonly pause: number;
}

/** Goes on counting with how a container is at a moment of our clock. */
export function crashesAfter(before: Crashes | undefined, { id, state }: Container, now: number): Crashes {
  const { status, restarts, startedAt } = state;
  const known = before?.id === id && before.restarts <= restarts ? before : undefined;
  const isSameRun = known !== undefined && known.startedAt === startedAt && known.restarts === restarts;
  const seenAt = isSameRun ? known.seenAt : now;
  const hasRun = known !== undefined && now - known.seenAt >= rhythm.shortRun;
  const ends = endsAfter(known, { restarts, status, hasRun });
  const pause = doubled(ends, rhythm.shortestRestart, rhythm.longestRestart);
  const told = ends === 0 ? 0 : (known?.pause ?? 0);
  return { id, restarts, ends, startedAt, seenAt, pause: Math.max(told, pause < rhythm.toldRestart ? 0 : pause) };
}

interface Seen extends Pick<Container["state"], "restarts" | "status"> {
  readonly hasRun: boolean;
}

/** What is seen for the first time may have run for weeks, but for one that the engine is about to start again. */
function endsAfter(known: Crashes | undefined, { restarts, status, hasRun }: Seen): number {
  const isWaiting = status === "restarting";
  if (known === undefined) return isWaiting ? restarts : 0;
  const more = restarts - known.restarts;
  if (more > 0) return (hasRun ? 0 : known.ends) + more;
  return hasRun && !isWaiting ? 0 : known.ends;
}

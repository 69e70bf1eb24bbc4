import type { ContainerState } from "../api/engine.ts";

/** Between two processes of a container at least about this long nothing runs, in milliseconds. */
const gap = 100;

/**
 * When the process began that runs or ended last, as the times of its lines have it: milliseconds since 1970, by the
 * engine's clock. What was written before is from earlier ones; undefined where there were none. The engine notes a start
 * a moment after the process began, and the last lines a moment after it ended.
 */
export function currentStart({ startedAt, finishedAt }: ContainerState): number | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  // When the one before ended is known only while the next one runs.
  return finishedAt < startedAt ? Math.min(finishedAt + gap, (finishedAt + startedAt) / 2) : startedAt - gap;
}

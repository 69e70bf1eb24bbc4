import type { ContainerState } from "../api/engine.ts";

/** The engine notes a start a moment after the process began; before it, at least this long nothing ran. In milliseconds. */
const slack = 100;

/**
 * When the process began that runs or ended last, as the times of its lines have it: milliseconds since 1970, by the
 * engine's clock. What was written before is from earlier ones.
 */
export function currentStart({ startedAt, finishedAt }: ContainerState): number | undefined {
  if (startedAt === undefined) return undefined;
  const isAfterEnd = finishedAt !== undefined && finishedAt < startedAt;
  return isAfterEnd ? Math.max(finishedAt + 1, startedAt - slack) : startedAt - slack;
}

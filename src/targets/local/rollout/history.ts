import type { Container, EngineEvent } from "../api/engine.ts";

/** How the process of a container ended. */
export interface ProcessEnd {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

/** What is known of the processes of a container beside how it is now. */
export interface History {
  /** How often one ended while it was looked at. */
  readonly ends: number;
  /** How the last of them ended, where the engine was asked before it started the next one. */
  readonly last?: ProcessEnd;
}

/** The same, with what it is counted from. */
export interface Tally extends History {
  readonly id: string;
  /** How often the engine had started it again before it was looked at. */
  readonly before: number;
}

/** The history of a container that is looked at once. */
export const historyAtSight = (container: Container): History => countedOn(undefined, container, false);

/**
 * Goes on counting with how a container is now. Of one that is seen for the first time only the end counts that it is
 * in: it may have run for weeks before. `ranOut` says that the engine told of memory that ran out.
 */
export function countedOn(tally: Tally | undefined, { id, state }: Container, ranOut: boolean): Tally {
  const { status, restarts, exitCode, outOfMemory } = state;
  const isOver = status === "restarting" || status === "exited" || status === "dead";
  const known = tally?.id === id ? tally : undefined;
  const atSight = status === "restarting" ? restarts - 1 : restarts;
  // The engine counts anew when somebody starts it.
  const before = known === undefined ? atSight : restarts < known.before ? 0 : known.before;
  const last = isOver ? { exitCode, outOfMemory: exitCode !== 0 && (outOfMemory || ranOut) } : known?.last;
  return { id, before, ends: restarts - before, ...(last === undefined ? {} : { last }) };
}

/**
 * The containers whose current process was told to have run out of memory, after one more event. An engine that starts
 * the next process at once forgets it.
 */
export function rememberMemory(ranOut: ReadonlySet<string>, { action, container }: EngineEvent): ReadonlySet<string> {
  if (action === "oom") return ranOut.has(container) ? ranOut : new Set([...ranOut, container]);
  if (action !== "start" || !ranOut.has(container)) return ranOut;
  return new Set([...ranOut].filter(id => id !== container));
}

/** When `watch` does what; all in milliseconds. */
export const rhythm = {
  /** How often health is told, and the stack looked at although the engine told of nothing: networks have no such events. */
  health: 5_000,
  /**
   * How long something has to be wrong before it is repaired: `docker rm --force` ends the process before the container
   * is gone, and `docker restart` before it starts the next one. What they are about to do is not to be done against them.
   */
  patience: 500,
  /** How long an engine that came back is left to start its containers by itself. */
  engineStart: 5_000,
  /** The pauses before an engine that is away is asked again: a restart takes a second or two, an upgrade minutes. */
  shortestAway: 250,
  longestAway: 5_000,
  /** How long to wait for the lock: whoever changes the stack goes first. */
  lock: 250,
  /** The pause before the second repair; it doubles, so that a daemon that is killed again and again is left alone. */
  shortestRepair: 1_000,
  longestRepair: 300_000,
  /** A daemon that ran for so long is as good as new. */
  stable: 60_000,
  /** The pauses of Docker before it starts a process again: they double, and begin anew after one that ran for a while. */
  shortestRestart: 100,
  longestRestart: 60_000,
  shortRun: 10_000,
  /** Shorter pauses of the engine are not worth a line of their own: each end is told as a change anyway. */
  toldRestart: 1_000,
} as const;

/** The pause before something is tried once more, after so many times. */
export const doubled = (times: number, shortest: number, longest: number): number =>
  times <= 0 ? 0 : Math.min(shortest * 2 ** (times - 1), longest);

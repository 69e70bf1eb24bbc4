import { setTimeout } from "node:timers/promises";
import type { Effects } from "../../src/targets/index.ts";

/** The machine's own time, and always the longest pause. */
export const realEffects: Effects = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(cause => {
      throw signal?.aborted ? signal.reason : cause;
    });
  },
  random: () => 1 - Number.EPSILON,
};

export interface ManualEffects extends Effects {
  /** Lets so many milliseconds pass, and wakes who slept for less. */
  advance(milliseconds: number): void;
  /** For how long each sleeper still sleeps. */
  sleepers(): readonly number[];
}

/** Time that passes only when the test says so. */
export function createManualEffects(start = 1_000): ManualEffects {
  let now = start;
  const sleeping = new Set<{ readonly end: number; readonly wake: () => void }>();
  return {
    now: () => now,
    date: () => new Date(now),
    random: () => 1 - Number.EPSILON,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { end: now + milliseconds, wake: resolve };
        sleeping.add(sleeper);
        signal?.addEventListener("abort", () => sleeping.delete(sleeper) && reject(signal.reason));
      }),
    advance: milliseconds => {
      now += milliseconds;
      for (const sleeper of [...sleeping].filter(({ end }) => end <= now)) {
        sleeping.delete(sleeper);
        sleeper.wake();
      }
    },
    sleepers: () => [...sleeping].map(({ end }) => end - now),
  };
}

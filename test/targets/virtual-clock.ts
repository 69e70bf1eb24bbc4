import type { Effects } from "../../src/targets/index.ts";

/** Time that passes as fast as the test can follow, in the order of who has to wake. */
export interface VirtualClock extends Effects {
  /** Lets time pass until a promise is settled. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets time pass until something is so. */
  until(condition: () => boolean): Promise<void>;
  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
}

interface Sleeper {
  readonly end: number;
  readonly wake: () => void;
}

/** Everybody else has their turn before time goes on. */
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

const mostSteps = 200_000;

export function createVirtualClock(seed = 1): VirtualClock {
  let now = 1_000;
  let state = seed;
  const sleeping = new Set<Sleeper>();
  const step = () => {
    const [next] = [...sleeping].toSorted((a, b) => a.end - b.end);
    if (next === undefined) return;
    sleeping.delete(next);
    now = Math.max(now, next.end);
    next.wake();
  };
  const until = async (condition: () => boolean) => {
    for (let steps = 0; ; steps++) {
      await turn();
      if (condition()) return;
      if (steps > mostSteps) throw new Error(`still not so at ${now} ms: ${condition}`);
      step();
    }
  };
  const sleep: Effects["sleep"] = (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { end: now + milliseconds, wake: resolve };
      sleeping.add(sleeper);
      signal?.addEventListener("abort", () => sleeping.delete(sleeper) && reject(signal.reason));
    });
  return {
    now: () => now,
    date: () => new Date(1_767_225_600_000 + now),
    // A linear congruential generator: the same seed gives the same run.
    random: () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
    sleep,
    until,
    pass: async milliseconds => {
      let over = false;
      void sleep(milliseconds).then(() => {
        over = true;
      });
      await until(() => over);
    },
    settle: async promise => {
      let settled = false;
      const end = () => {
        settled = true;
      };
      promise.then(end, end);
      await until(() => settled);
      return promise;
    },
  };
}

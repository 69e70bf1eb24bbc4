import type { TargetWorld } from "./target-scene.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** So many milliseconds pass between two looks, and so many looks are enough. */
const [pause, most] = [10, 20_000];

/** The time of a world in memory. */
export const virtualTime = (effects: VirtualClock): Pick<TargetWorld, "settle" | "until"> => ({
  settle: effects.settle,
  until: async condition => {
    for (let looks = 0; !(await condition()); looks++) {
      if (looks > most) throw new Error(`still not so: ${condition}`);
      await effects.pass(pause);
    }
  },
});

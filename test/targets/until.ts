import { setTimeout } from "node:timers/promises";

/** Waits until something is so, or throws after so many milliseconds; between two looks it pauses. */
export async function until(condition: () => unknown, limit = 4_000, pause = 5): Promise<void> {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not so after ${limit} ms: ${condition}`);
    await setTimeout(pause);
  }
}

import type { Host } from "../host.ts";

/** The engine's time, as far as it can be known here. */
export interface EngineClock {
  /** Milliseconds since 1970; never more than the engine's own. */
  now(): number;
}

/** Asks the engine once; from there on our own clock tells how much time has passed. */
export async function engineClock({ engine, effects }: Pick<Host, "engine" | "effects">): Promise<EngineClock> {
  const { time } = await engine.info();
  const answeredAt = effects.now();
  return { now: () => time + effects.now() - answeredAt };
}

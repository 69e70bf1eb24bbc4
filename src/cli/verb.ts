import type { Call } from "./call.ts";
import type { Flag } from "./flags.ts";
import type { World } from "./world.ts";

/** One command. `run` returns the exit code. */
export interface Verb {
  readonly flags: readonly Flag[];
  run(call: Call, world: World): Promise<number>;
}

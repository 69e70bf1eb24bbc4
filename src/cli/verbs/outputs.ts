import { loadState } from "../../pipeline.ts";
import { flagOf } from "../call.ts";
import { flags, targetFlags } from "../flags.ts";
import { stackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import { readStatus } from "../stack-status.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Writes what a deployed stack gives to others. */
export const outputs: Verb = {
  flags: [flags.file, flags.stack, ...targetFlags, flags.outputsFormat, flags.retry, flags.diagnostics],
  run: async (call, world) => {
    const result = await stackCall("outputs", call, world);
    return withStack(call, world, { verb: "outputs", result }, async (session, stack) => {
      const found = await readStatus(session, call, stack);
      if (typeof found === "number") return found;
      const format = (flagOf(call, "format") ?? "json") as "json" | "env" | "github";
      session.world.out((await loadState()).formatOutputs(found.state, format));
      return exit.ok;
    });
  },
};

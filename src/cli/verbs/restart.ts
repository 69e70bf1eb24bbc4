import { hasFlag } from "../call.ts";
import { flags, lockFlags, targetFlags } from "../flags.ts";
import { daemonsCall, withoutOperands } from "../named-daemons.ts";
import { tellOutcome, waitProblem } from "../outcome.ts";
import { withStack } from "../stack-session.ts";
import type { Verb } from "../verb.ts";

/** Starts daemons anew; all of the stack where none is named. */
export const restart: Verb = {
  flags: [
    flags.file,
    flags.stack,
    ...targetFlags,
    flags.wait,
    flags.noWait,
    flags.timeout,
    flags.settle,
    ...lockFlags,
    flags.resultFormat,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const result = waitProblem(call) ?? (await daemonsCall("restart", call, world));
    return withStack(call, world, { verb: "restart", result, writes: true }, async (session, { stack }) => {
      const outcome = await session.target.restart(stack, call.operands, { wait: !hasFlag(call, "no-wait") });
      return tellOutcome(session, withoutOperands(call), { verb: "restart", outcome });
    });
  },
};

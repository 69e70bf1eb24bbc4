import { isError, outcomeText } from "../../diagnostics/index.ts";
import type { Plan } from "../../pipeline.ts";
import { type Call, hasFlag } from "../call.ts";
import { permissionsOf } from "../desired-call.ts";
import { exitOf } from "../exit-code.ts";
import { flags, lockFlags, targetFlags } from "../flags.ts";
import { tellOutcome, waitProblem } from "../outcome.ts";
import { planText } from "../plan-text.ts";
import { isTalkative, say, wantsColor } from "../report.ts";
import type { Session } from "../session.ts";
import { stackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Removes everything that a stack created. */
export const deleteStack: Verb = {
  flags: [
    flags.file,
    flags.stack,
    ...targetFlags,
    flags.adopt,
    flags.purge,
    flags.wait,
    flags.noWait,
    flags.timeout,
    ...lockFlags,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const result = waitProblem(call) ?? (await stackCall("delete", call, world));
    return withStack(call, world, { verb: "delete", result, writes: true }, async (session, { stack }) => {
      const { value: plan, diagnostics: found } = await session.target.planDeletion(stack, {
        ...permissionsOf(call),
        purge: hasFlag(call, "purge"),
      });
      await session.report(found);
      if (found.some(isError)) return exitOf(found);
      if (plan !== undefined) return carryOut(session, call, plan);
      say(session.world, call, outcomeText.nothingThere(stack));
      return exit.ok;
    });
  },
};

async function carryOut(session: Session, call: Call, plan: Plan): Promise<number> {
  const { target, world } = session;
  if (isTalkative(call)) {
    world.error(planText(plan, { color: wantsColor(world, call, world.errorIsTerminal) }));
  }
  const outcome = await target.apply(plan, { wait: !hasFlag(call, "no-wait"), rollback: false });
  return tellOutcome(session, call, { verb: "delete", outcome });
}

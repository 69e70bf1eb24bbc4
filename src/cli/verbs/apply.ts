import { type ApplyOptions, loadTargets, type Plan } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { desiredCall } from "../desired-call.ts";
import { desiredFlags, flags, lockFlags, targetFlags } from "../flags.ts";
import { follow, followProblem } from "../follow.ts";
import { makePlan } from "../make-plan.ts";
import { tellOutcome, waitProblem } from "../outcome.ts";
import { outdatedBy } from "../plan-file.ts";
import { planText } from "../plan-text.ts";
import { isTalkative, report, wantsColor } from "../report.ts";
import { savedCall } from "../saved-call.ts";
import { type Session, withTarget } from "../session.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Brings what runs to what the stack says. */
export const apply: Verb = {
  flags: [
    flags.file,
    flags.plan,
    ...targetFlags,
    ...desiredFlags,
    flags.wait,
    flags.noWait,
    flags.timeout,
    flags.settle,
    flags.noRollback,
    flags.watch,
    flags.stopOnExit,
    ...lockFlags,
    flags.resultFormat,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const { value, ...checked } =
      waitProblem(call) ??
      followProblem(call) ??
      (hasFlag(call, "plan") ? await savedCall(call, world) : await desiredCall("apply", call, world));
    if (value === undefined) {
      await report(world, checked, call);
      return checked.exitCode;
    }
    const { desired, permissions, documented, platform, saved } = value;
    const options = {
      ...checked,
      verb: "apply",
      documented,
      platform,
      secretValues: desired.secretValues.values(),
      writes: true,
    };
    return withTarget(call, world, options, async session => {
      const plan = await makePlan(session, () => session.target.plan(desired, permissions));
      if (typeof plan === "number") return plan;
      const go = async (about: Call, agreed: Agreed): Promise<number> => {
        const code = await carryOut(session, about, agreed);
        if (code !== exit.ok || !hasFlag(call, "watch")) return code;
        const { secretValues, stack } = desired;
        return follow(session, call, { stack: stack.stack, secretValues, stopOnExit: hasFlag(call, "stop-on-exit") });
      };
      if (saved === undefined) return go(call, { plan });
      const confirm = (now: Plan) => outdatedBy(saved, now, flagOf(call, "plan") ?? "");
      const outdated = await confirm(plan);
      await session.report(outdated);
      return outdated.length > 0 ? exit.refused : go(byName(call, plan), { plan, confirm });
    });
  },
};

/** A call about a stack that is named by its plan, so that what is proposed next names it too. */
function byName(call: Call, { stack, platform, namespace }: Plan): Call {
  const named = { stack, platform, ...(namespace === undefined ? {} : { namespace }) };
  const names = Object.entries(named).map(([name, value]) => [name as keyof typeof named, [value]] as const);
  return { ...call, flags: new Map([...call.flags, ...names]) };
}

interface Agreed extends Pick<ApplyOptions, "confirm"> {
  readonly plan: Plan;
}

async function carryOut(session: Session, call: Call, { plan, ...agreed }: Agreed): Promise<number> {
  const { target, world, mask } = session;
  const { effective, maskPlan } = await loadTargets();
  const isEmpty = effective(plan).length === 0;
  if (!isEmpty && isTalkative(call)) {
    world.error(planText(maskPlan(plan, mask), { color: wantsColor(world, call, world.errorIsTerminal) }));
  }
  const options = {
    wait: !hasFlag(call, "no-wait"),
    rollback: !hasFlag(call, "no-rollback-on-failure"),
    report: session.report,
    ...agreed,
  };
  return tellOutcome(session, call, { verb: "apply", outcome: await target.apply(plan, options) });
}

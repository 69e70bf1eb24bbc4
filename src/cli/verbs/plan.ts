import { status } from "../../diagnostics/index.ts";
import { loadTargets, type Plan } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { desiredCall, type Wanted } from "../desired-call.ts";
import { desiredFlags, flags, targetFlags } from "../flags.ts";
import { makePlan } from "../make-plan.ts";
import { nextCommand } from "../next-command.ts";
import { savePlan } from "../plan-file.ts";
import { planJson, planText } from "../plan-text.ts";
import { report, say, wantsColor } from "../report.ts";
import { type Session, withTarget } from "../session.ts";
import { shellWord } from "../shell-word.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Shows what `apply` would change. */
export const plan: Verb = {
  flags: [
    flags.file,
    ...targetFlags,
    ...desiredFlags,
    flags.out,
    flags.detailedExitcode,
    flags.textFormat,
    flags.retry,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const { value, ...checked } = await desiredCall("plan", call, world);
    if (value === undefined) {
      await report(world, checked, call);
      return checked.exitCode;
    }
    const { desired, permissions, documented, platform } = value;
    const options = {
      ...checked,
      verb: "plan",
      documented,
      platform,
      secretValues: desired.secretValues.values(),
      writes: false,
    };
    return withTarget(call, world, options, async session => {
      const planned = await makePlan(session, () => session.target.plan(desired, permissions));
      return typeof planned === "number" ? planned : tellPlan(session, call, { ...value, plan: planned });
    });
  },
};

async function tellPlan(
  { world, mask, report: tell }: Session,
  call: Call,
  { plan: exact, ...wanted }: Wanted & { readonly plan: Plan },
): Promise<number> {
  const { effective, maskPlan } = await loadTargets();
  const shown = maskPlan(exact, mask);
  const isJson = flagOf(call, "format") === "json";
  world.out(isJson ? planJson(shown) : planText(shown, { color: wantsColor(world, call, world.outIsTerminal) }));
  const out = flagOf(call, "out");
  const problem = out === undefined ? undefined : await savePlan(world, out, { ...wanted, plan: exact, shown });
  if (problem !== undefined) {
    await tell([problem]);
    return exit.refused;
  }
  const hasChanges = effective(exact).length > 0;
  if (out !== undefined) say(world, call, status.wroteFile(out));
  if (out !== undefined) say(world, call, status.next(applyPlanCommand(call, out)));
  else if (hasChanges) say(world, call, status.next(nextCommand("apply", call)));
  return hasChanges && hasFlag(call, "detailed-exitcode") ? exit.changes : exit.ok;
}

/** The plan itself says which stack it is of, and in which namespace. */
function applyPlanCommand({ flags: given }: Call, out: string): string {
  const others = [...given].filter(([name]) => name !== "file" && name !== "namespace");
  return nextCommand("apply", { operands: [], flags: new Map(others) }, [`--plan ${shellWord(out)}`]);
}

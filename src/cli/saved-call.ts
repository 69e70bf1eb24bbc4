import { finding, isError, noPlaces } from "../diagnostics/index.ts";
import type { PlanFile } from "../pipeline.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { type DesiredCall, desiredOf } from "./desired-call.ts";
import type { FlagName } from "./flags.ts";
import { platformOf } from "./inputs.ts";
import { loadPlan } from "./plan-file.ts";
import { chosenPlatform, refuseCall, refuseFiles } from "./stack-call.ts";
import { exit, type World } from "./world.ts";

/** What a plan has decided already. */
const decided: readonly FlagName[] = [
  "namespace",
  "image",
  "adopt",
  "force-conflicts",
  "allow-empty",
  "create-namespace",
  "pull",
];

/** What `apply --plan FILE` wants: the stack that the plan was made for, with the values that its secrets have now. */
export async function savedCall(call: Call, world: World): Promise<DesiredCall> {
  const contradictions = decided
    .filter(name => hasFlag(call, name))
    .map(name => finding("contradicting-flags", { argument: `--${name}` }, { first: "--plan", second: `--${name}` }));
  const files = refuseFiles("plan", call);
  const problems = files === undefined ? contradictions : [files, ...contradictions];
  if (problems.length > 0) return refuseCall(problems);
  const { value: saved, diagnostics } = await loadPlan(world, flagOf(call, "plan") ?? "");
  if (saved === undefined) return { value: undefined, diagnostics, places: noPlaces, exitCode: exit.refused };
  const asked = platformOf(call) ?? saved.platform;
  const platform = chosenPlatform("apply", asked, { call, platforms: [saved.platform] });
  if (typeof platform !== "string") return refuseCall(platform);
  const { platform: made } = saved;
  if (made === platform) return wantedBy(saved, call, world);
  return refuseCall([
    finding("contradicting-flags", { argument: "--platform" }, { first: "--plan", second: "--platform" }),
  ]);
}

function wantedBy(saved: PlanFile, call: Call, world: World): DesiredCall {
  const { desired, diagnostics } = desiredOf(saved.ir, { call, world, places: noPlaces });
  const base = { diagnostics, places: noPlaces };
  if (diagnostics.some(isError)) return { ...base, value: undefined, exitCode: exit.refused };
  const { source: _, ...sourceless } = desired;
  const { source, pull, namespace, options } = saved;
  const value = {
    desired: {
      ...sourceless,
      ...(source === undefined ? {} : { source }),
      ...(pull === undefined ? {} : { pull }),
    },
    permissions: options,
    platform: saved.platform,
    documented: namespace === undefined ? undefined : { namespace },
    saved,
  };
  return { ...base, value, exitCode: exit.ok };
}

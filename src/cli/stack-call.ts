import { type Diagnostic, finding, isError, noPlaces, type Places } from "../diagnostics/index.ts";
import type { Platform, StackIr, TargetPlatform } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { checkCall } from "./checked.ts";
import type { FlagName } from "./flags.ts";
import { platformOf } from "./inputs.ts";
import { misplacedFlags } from "./platform-flags.ts";
import { exit, type World } from "./world.ts";

/** The stack that a call is about. */
export interface StackCall {
  readonly stack: string;
  readonly platform: TargetPlatform;
  /** Undefined where the stack is named by `--stack`. */
  readonly ir: StackIr | undefined;
  readonly documented: Documented | undefined;
}

/** The namespace that the document says, and where it says it. */
export interface Documented {
  readonly namespace: string;
  readonly path?: string;
}

export interface StackCallResult {
  readonly value: StackCall | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
  readonly exitCode: number;
}

/** The stack that is named by `--stack`, or by files, which are checked as a whole. Needs a platform that can be reached. */
export async function stackCall(verb: string, call: Call, world: World): Promise<StackCallResult> {
  const name = flagOf(call, "stack");
  return name === undefined ? fromFiles(verb, call, world) : named(name, verb, call);
}

/** Why a call that reads no files is wrong to name some. */
export function refuseFiles(flag: FlagName, call: Call): Diagnostic | undefined {
  const file = call.flags.get("file")?.[0] ?? call.operands[0];
  const name = `--${flag}`;
  return file === undefined ? undefined : finding("stack-and-file", { argument: name }, { flag: name, file });
}

/** A platform on which daemons run, or the findings that say how to choose one. */
export function chosenPlatform(
  verb: string,
  platform: Platform | undefined,
  { call, platforms }: { readonly call: Call; readonly platforms: readonly Platform[] },
): TargetPlatform | readonly Diagnostic[] {
  const at = { argument: "--platform" };
  if (platform === undefined) return [finding("choose-platform", at, { verb, platforms })];
  if (platform !== "kubernetes" && platform !== "local") return [finding("no-engine", at, { verb, platform })];
  const misplaced = misplacedFlags(call, platform);
  return misplaced.length > 0 ? misplaced : platform;
}

/** Refuses what the call itself says, before anything is read. */
export const refuseCall = (diagnostics: readonly Diagnostic[]) => ({
  value: undefined,
  diagnostics,
  places: noPlaces,
  exitCode: exit.usage as number,
});

function named(stack: string, verb: string, call: Call): StackCallResult {
  const isName = /^[A-Za-z0-9_-]{1,64}$/.test(stack);
  const platform = chosenPlatform(verb, platformOf(call), { call, platforms: [] });
  const problems = [
    refuseFiles("stack", call),
    isName ? undefined : finding("bad-stack-name", { argument: "--stack" }, { value: stack }),
    ...(typeof platform === "string" ? [] : platform),
  ].filter(problem => problem !== undefined);
  if (problems.length > 0 || typeof platform !== "string") return refuseCall(problems);
  return {
    value: { stack, platform, ir: undefined, documented: undefined },
    diagnostics: [],
    places: noPlaces,
    exitCode: exit.ok,
  };
}

async function fromFiles(verb: string, call: Call, world: World): Promise<StackCallResult> {
  const choose = ({ supportedPlatforms }: StackIr): Platform | undefined =>
    platformOf(call) ?? (supportedPlatforms.length === 1 ? supportedPlatforms[0]?.platform : undefined);
  const { checked, diagnostics, places, exitCode } = await checkCall(call, world, {
    choose,
    rule: `deploy ${platformOf(call) ?? "the only one"}`,
  });
  if (checked === undefined) return { value: undefined, diagnostics, places, exitCode };
  const { stack: ir } = checked;
  const platforms = ir.supportedPlatforms.map(({ platform }) => platform);
  const platform = chosenPlatform(verb, choose(ir), { call, platforms });
  if (typeof platform !== "string") {
    return { value: undefined, diagnostics: [...diagnostics, ...platform], places, exitCode: exit.usage };
  }
  const { namespace } = ir.kubernetes;
  const documented = namespace === undefined ? undefined : { namespace, path: "/platforms/kubernetes/namespace" };
  return { value: { stack: ir.stack, platform, ir, documented }, diagnostics, places, exitCode };
}

/** Only what stands in the way: what a file could do better is said by `validate`, `plan` and `apply`. */
export const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => diagnostics.filter(isError);

import { type Diagnostic, isError, noPlaces, type Places } from "../diagnostics/index.ts";
import { type Checked, type CheckInput, check } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { imagesOf, readInputs } from "./inputs.ts";
import { checkRemembered } from "./remembered-checks.ts";
import type { World } from "./world.ts";
import { exit } from "./world.ts";

/** The stack a call names, checked, or the exit code its findings deserve. */
export interface CheckedCall {
  readonly checked: Checked | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
  readonly exitCode: number;
}

/** Findings about the inputs that are about the call, not about a file. */
const usageFindings: ReadonlySet<string> = new Set(["no-file", "repeated-flag"]);

interface Checking {
  /** The platform to check for. */
  readonly choose: NonNullable<CheckInput["choose"]>;
  /** Names the rule by which it chooses, where what was found may be remembered. */
  readonly rule?: string;
}

/** Reads and checks the stack that a call names. */
export async function checkCall(call: Call, world: World, { choose, rule }: Checking): Promise<CheckedCall> {
  const { images, diagnostics: badFlags } = imagesOf(call);
  if (badFlags.length > 0) return { checked: undefined, diagnostics: badFlags, places: noPlaces, exitCode: exit.usage };
  const { files, diagnostics } = await readInputs(call, world);
  const isUsage = diagnostics.some(({ name }) => usageFindings.has(name));
  if (diagnostics.length > 0) {
    return { checked: undefined, diagnostics, places: noPlaces, exitCode: isUsage ? exit.usage : exit.refused };
  }
  world.expectWork?.(files.reduce((size, { text }) => size + text.length, 0));
  const namespace = flagOf(call, "namespace");
  const input = { files, images, choose, ...(namespace === undefined ? {} : { namespace }) };
  const result = rule === undefined ? check(input) : checkRemembered(world, { input, rule });
  const refused = result.diagnostics.some(isError);
  return {
    checked: refused ? undefined : result.value,
    diagnostics: result.diagnostics,
    places: result.places,
    exitCode: refused ? exit.refused : exit.ok,
  };
}

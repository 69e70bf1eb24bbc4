import { type Diagnostic, isError, noPlaces, type Places } from "../diagnostics/index.ts";
import { type Checked, type CheckInput, check } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { imagesOf, readInputs } from "./inputs.ts";
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

/** Reads and checks the stack that a call names. */
export async function checkCall(
  call: Call,
  world: World,
  choose: NonNullable<CheckInput["choose"]>,
): Promise<CheckedCall> {
  const { images, diagnostics: badFlags } = imagesOf(call);
  if (badFlags.length > 0) return { checked: undefined, diagnostics: badFlags, places: noPlaces, exitCode: exit.usage };
  const { files, diagnostics } = await readInputs(call, world);
  const isUsage = diagnostics.some(({ name }) => usageFindings.has(name));
  if (diagnostics.length > 0) {
    return { checked: undefined, diagnostics, places: noPlaces, exitCode: isUsage ? exit.usage : exit.refused };
  }
  world.expectWork?.(files.reduce((size, { text }) => size + text.length, 0));
  const namespace = flagOf(call, "namespace");
  const result = check({
    files,
    images,
    choose,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const refused = result.diagnostics.some(isError);
  return {
    checked: refused ? undefined : result.value,
    diagnostics: result.diagnostics,
    places: result.places,
    exitCode: refused ? exit.refused : exit.ok,
  };
}

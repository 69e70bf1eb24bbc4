import { dirname, resolve } from "node:path";
import { type Diagnostic, isError, type Places } from "../diagnostics/index.ts";
import type { Desired, Permissions, PlanFile, StackIr } from "../pipeline.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { secretValues } from "./secret-values.ts";
import { documentSource } from "./source.ts";
import { type StackCall, type StackCallResult, stackCall } from "./stack-call.ts";
import { exit, type World } from "./world.ts";

export interface Wanted extends Pick<StackCall, "documented" | "platform"> {
  readonly desired: Desired;
  readonly permissions: Permissions;
  /** The plan that was saved for this call. */
  readonly saved?: PlanFile;
}

/** What a call wants a stack to be. */
export interface DesiredCall extends Omit<StackCallResult, "value"> {
  readonly value: Wanted | undefined;
}

/** Checks the files of a call and reads the values of secrets: only the verbs that deploy do that. */
export async function desiredCall(verb: string, call: Call, world: World): Promise<DesiredCall> {
  const { value, diagnostics, places, exitCode } = await stackCall(verb, call, world);
  if (value?.ir === undefined) return { value: undefined, diagnostics, places, exitCode };
  const read = desiredOf(value.ir, { call, world, places });
  const all = [...diagnostics, ...read.diagnostics];
  if (all.some(isError)) return { value: undefined, diagnostics: all, places, exitCode: exit.refused };
  const { documented, platform } = value;
  const wanted = { documented, platform, desired: read.desired, permissions: permissionsOf(call) };
  return { value: wanted, diagnostics: all, places, exitCode };
}

/** A compiled stack with the values of its secrets, and where it comes from. */
export function desiredOf(
  stack: StackIr,
  { call, world, places }: { readonly call: Call; readonly world: World; readonly places: Places },
): { readonly desired: Desired; readonly diagnostics: readonly Diagnostic[] } {
  const secrets = secretValues(call, world, stack, places);
  const file = places.files.find(name => !name.startsWith("<"));
  const source = documentSource(world, resolve(world.directory, dirname(file ?? "alien.yaml")));
  const pull = flagOf(call, "pull") as Desired["pull"];
  const desired = {
    stack,
    secretValues: secrets.value,
    ...(source === undefined ? {} : { source }),
    ...(pull === undefined ? {} : { pull }),
  };
  return { desired, diagnostics: secrets.diagnostics };
}

/** What the user allows beyond what is safe. */
export const permissionsOf = (call: Call): Permissions => ({
  adopt: hasFlag(call, "adopt"),
  forceConflicts: hasFlag(call, "force-conflicts"),
  allowEmpty: hasFlag(call, "allow-empty"),
  createNamespace: hasFlag(call, "create-namespace"),
});

import { type Diagnostic, finding, suggest } from "../diagnostics/index.ts";
import type { Call } from "./call.ts";
import { refuseCall, type StackCallResult, stackCall } from "./stack-call.ts";
import { exit, type World } from "./world.ts";

/**
 * A call whose operands are daemons, and whose files are named by `--file` only. Where a file is read, the daemons have
 * to be in it; of a stack that is named by `--stack` only the target knows them.
 */
export async function daemonsCall(verb: string, call: Call, world: World): Promise<StackCallResult> {
  const files = call.operands.filter(name => name === "-" || !/^[A-Za-z0-9_-]+$/.test(name));
  if (files.length > 0) {
    return refuseCall(files.map(name => finding("file-not-daemon", { argument: name }, { name, verb })));
  }
  const result = await stackCall(verb, withoutOperands(call), world);
  if (result.value?.ir === undefined) return result;
  const known = result.value.ir.daemons.map(({ id }) => id);
  const problems = call.operands.filter(name => !known.includes(name)).map(daemon => unknownDaemon(daemon, known));
  return problems.length === 0 ? result : { ...result, value: undefined, diagnostics: problems, exitCode: exit.usage };
}

/** The call without the daemons it names. */
export const withoutOperands = (call: Call): Call => ({ ...call, operands: [] });

const unknownDaemon = (daemon: string, known: readonly string[]): Diagnostic =>
  finding("unknown-daemon", { argument: daemon }, { daemon, known, suggestion: suggest(daemon, known) });

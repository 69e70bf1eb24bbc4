import { finding, isError } from "../diagnostics/index.ts";
import type { StackStatus } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { exitOf } from "./exit-code.ts";
import type { Session } from "./session.ts";
import type { StackCall } from "./stack-call.ts";

/** What is observed of a stack, or the exit code where nothing is. */
export async function readStatus(
  { target, report }: Session,
  call: Call,
  { stack, documented }: StackCall,
): Promise<StackStatus | number> {
  const { value, diagnostics } = await target.status(stack);
  const namespace = flagOf(call, "namespace") ?? documented?.namespace ?? "default";
  const isUnsaid = value === undefined && !diagnostics.some(isError);
  const at = { argument: "--stack" };
  const found = isUnsaid
    ? [...diagnostics, finding("stack-not-found", at, { stack, namespace, suggestion: undefined })]
    : diagnostics;
  await report(found);
  return value === undefined || found.some(isError) ? exitOf(found) : value;
}

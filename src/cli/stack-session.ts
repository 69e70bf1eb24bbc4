import type { Call } from "./call.ts";
import { report } from "./report.ts";
import { type Session, type SessionOptions, withTarget } from "./session.ts";
import { errorsOf, type StackCall, type StackCallResult } from "./stack-call.ts";
import type { World } from "./world.ts";

export interface StackSessionOptions
  extends Pick<SessionOptions, "verb" | "interruptedWith">,
    Partial<Pick<SessionOptions, "secretValues">> {
  readonly result: StackCallResult;
  /** Whether an interrupt may leave something half done; by default nothing is changed. */
  readonly writes?: boolean;
}

/** Opens the target for a stack that is deployed already; of its file only errors are told. */
export async function withStack(
  call: Call,
  world: World,
  { result, writes = false, secretValues = [], ...options }: StackSessionOptions,
  work: (session: Session, stack: StackCall) => Promise<number>,
): Promise<number> {
  const { value, diagnostics, places, exitCode } = result;
  if (value === undefined) {
    await report(world, { diagnostics, places }, call);
    return exitCode;
  }
  const { documented, platform } = value;
  const opening = {
    ...options,
    writes,
    places,
    documented,
    platform,
    diagnostics: errorsOf(diagnostics),
    secretValues,
  };
  return withTarget(call, world, opening, session => work(session, value));
}

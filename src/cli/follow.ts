import { finding } from "../diagnostics/index.ts";
import type { WatchOptions } from "../pipeline.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { isInterrupt } from "./interrupt.ts";
import type { Session } from "./session.ts";
import { refuseCall } from "./stack-call.ts";
import { eventJson, eventText } from "./watch-lines.ts";
import { exit } from "./world.ts";

/** Why flags about an apply that goes on as `watch` does make no sense together. */
export function followProblem(call: Call): ReturnType<typeof refuseCall> | undefined {
  if (!hasFlag(call, "watch")) return undefined;
  const format = flagOf(call, "format");
  // What nobody has waited for is not kept as it is, and outputs for another step are read when this one is over.
  const other = hasFlag(call, "no-wait") ? "--no-wait" : isOutputs(format) ? `--format ${format}` : undefined;
  if (other === undefined) return undefined;
  return refuseCall([finding("contradicting-flags", { argument: "--watch" }, { first: other, second: "--watch" })]);
}

const isOutputs = (format: string | undefined): boolean => format === "env" || format === "github";

/** Writes a line for each event, until it is interrupted or the stack is deleted. */
export async function follow(
  { target, world, signal }: Session,
  call: Call,
  { stack, ...options }: Omit<WatchOptions, "drift"> & { readonly stack: string },
): Promise<number> {
  const lineOf = flagOf(call, "format") === "json" ? eventJson : eventText;
  try {
    for await (const event of target.watch(stack, { drift: false, ...options })) world.out(await lineOf(event));
  } catch (cause) {
    if (!isInterrupt(cause, signal)) throw cause;
  }
  return exit.ok;
}

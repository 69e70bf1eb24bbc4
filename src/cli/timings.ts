import type { Diagnostic, Staged } from "../diagnostics/index.ts";
import { loadTargets, type Timing } from "../pipeline.ts";
import type { Call } from "./call.ts";
import { durationOf } from "./duration.ts";

export interface Timings {
  readonly timing: Timing;
  readonly lockTimeout: number;
}

const defaultLockTimeout = 60_000;

/** How long things may take, as far as flags say it. */
export async function timingsOf(call: Call): Promise<Staged<Timings>> {
  const { defaultTiming } = await loadTargets();
  const diagnostics: Diagnostic[] = [];
  const given = (
    flag: "timeout" | "settle" | "lease" | "retry" | "lock-timeout",
    otherwise: number,
    least?: string,
  ) => {
    const duration = durationOf(call, flag, least) ?? otherwise;
    if (typeof duration === "number") return duration;
    diagnostics.push(duration);
    return otherwise;
  };
  const timing = {
    ...defaultTiming,
    timeout: given("timeout", defaultTiming.timeout),
    settle: given("settle", defaultTiming.settle),
    // A Lease counts in whole seconds, and has to be renewed within it.
    lease: given("lease", defaultTiming.lease, "3s"),
    retry: given("retry", defaultTiming.retry, "1ms"),
  };
  return { value: { timing, lockTimeout: given("lock-timeout", defaultLockTimeout) }, diagnostics };
}

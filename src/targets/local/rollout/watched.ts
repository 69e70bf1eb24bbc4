import type { Timing } from "../../index.ts";
import type { Container } from "../api/engine.ts";
import type { Host } from "../host.ts";
import type { Tally } from "./history.ts";
import type { Verdict } from "./judge.ts";

export interface AwaitedDaemon {
  readonly id: string;
  /** Name of its container. */
  readonly name: string;
}

export interface DaemonResult {
  readonly daemon: AwaitedDaemon;
  readonly verdict: Verdict;
  /** What the verdict was made from. */
  readonly container: Container | undefined;
  /** `pending`: not ready when another one failed. */
  readonly end: "ready" | "failed" | "timeout" | "silent" | "pending";
  /** How long a trouble that might have passed did not, in milliseconds. */
  readonly lasted?: number;
}

/** One daemon while it is waited for. Moments are of the clock that never goes back. */
export interface Watched {
  readonly daemon: AwaitedDaemon;
  container: Container | undefined;
  tally: Tally | undefined;
  verdict: Verdict;
  /** Whether something may have happened to it since it was looked at. */
  isStale: boolean;
  lookedAt: number;
  /** When something last happened to it. */
  changedAt: number;
  /** Since when its trouble has been of this kind. */
  troubledAt: number;
}

export const unseen = (daemon: AwaitedDaemon, now: number): Watched => ({
  daemon,
  container: undefined,
  tally: undefined,
  verdict: { phase: "waiting", restarts: 0 },
  isStale: true,
  lookedAt: now,
  changedAt: now,
  troubledAt: now,
});

/** Takes a verdict over, and tells what is new in it. */
export function take(one: Watched, verdict: Verdict, { effects, timing, onProgress }: Host): void {
  const before = one.verdict;
  const now = effects.now();
  const isSaid = verdict.phase !== before.phase || verdict.detail !== before.detail;
  if (isSaid || verdict.restarts !== before.restarts) one.changedAt = now;
  if (verdict.trouble?.cause.kind !== before.trouble?.cause.kind) one.troubledAt = now;
  [one.verdict, one.lookedAt] = [verdict, now];
  if (!isSaid) return;
  const { phase, detail, trouble } = verdict;
  const patience = trouble?.permanent === false ? { patience: timing.budget } : {};
  onProgress({
    kind: "daemon",
    daemon: one.daemon.id,
    phase,
    ...(detail === undefined ? {} : { detail }),
    ...patience,
  });
}

/** Whether the waiting for a daemon is over. */
export function endOf(
  { verdict, isStale, changedAt, troubledAt }: Watched,
  now: number,
  { budget, silence }: Pick<Timing, "budget" | "silence">,
): DaemonResult["end"] | undefined {
  if (verdict.phase === "ready") return "ready";
  if (verdict.trouble?.permanent === true) return "failed";
  if (verdict.trouble !== undefined && now - troubledAt >= budget) return "failed";
  return !isStale && now - changedAt >= silence ? "silent" : undefined;
}

export const resultOf = (
  { daemon, verdict, container, troubledAt }: Watched,
  end: DaemonResult["end"],
  now: number,
): DaemonResult => ({
  daemon,
  verdict,
  container,
  end,
  ...(verdict.trouble?.permanent === false ? { lasted: now - troubledAt } : {}),
});

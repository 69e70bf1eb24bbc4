import type { Effects, OnProgress, Timing } from "../../index.ts";
import type { Store } from "../watch/store.ts";
import { type Evidence, evidenceFrom, indexOf, inOrder, sameEvidence } from "./evidence.ts";
import { judge, type Verdict } from "./judge.ts";

export interface AwaitedDaemon {
  readonly id: string;
  /** Name of its Deployment. */
  readonly name: string;
  /** The generation that the Deployment got when it was applied; without one, any counts. */
  readonly generation?: number;
}

export interface WaitInput {
  readonly store: Pick<Store, "objects" | "changed" | "serverTime">;
  readonly daemons: readonly AwaitedDaemon[];
  readonly timing: Pick<Timing, "timeout" | "settle" | "silence" | "budget">;
  readonly effects: Pick<Effects, "now">;
  /** The server's time when the rollout was started, in milliseconds since 1970. */
  readonly since: number;
  readonly onProgress: OnProgress;
}

export interface DaemonResult {
  /** Its id. */
  readonly daemon: string;
  readonly verdict: Verdict;
  /** What the verdict was made from. */
  readonly evidence: Evidence;
  /** `pending`: not ready when another one failed. */
  readonly end: "ready" | "failed" | "timeout" | "silent" | "pending";
  /** How long a trouble that might have passed did not, in milliseconds. */
  readonly lasted?: number;
}

/** One daemon while it is waited for. Moments are of the clock that never goes back. */
interface Watched {
  readonly awaited: AwaitedDaemon;
  /** As it was last seen, in the order of the store. */
  evidence: Evidence;
  verdict: Verdict;
  /** When something last happened to it. */
  changedAt: number;
  /** Since when its trouble has been of this kind. */
  troubledAt: number;
}

/**
 * Waits until all daemons are ready at the same time, or one cannot become so any more: then the others are left as they
 * are. Rejects when the store does.
 */
export async function waitForDaemons(input: WaitInput): Promise<readonly DaemonResult[]> {
  const { store, effects, timing } = input;
  const startedAt = effects.now();
  const watched = input.daemons.map(awaited => unseen(awaited, startedAt));
  for (;;) {
    look(watched, input);
    const now = effects.now();
    const ends = watched.map(one => endOf(one, now, timing));
    const over = now - startedAt >= timing.timeout;
    if (over || ends.every(end => end === "ready") || ends.some(end => end === "failed" || end === "silent")) {
      return watched.map((one, index) => resultOf(one, ends[index] ?? (over ? "timeout" : "pending"), now));
    }
    const until = Math.min(startedAt + timing.timeout, ...watched.map(one => nextMoment(one, now, input)));
    await store.changed(Math.max(shortestPause, until - now));
  }
}

const shortestPause = 20;

const nothing: Evidence = { deployment: undefined, replicaSets: [], pods: [], events: [] };

const unseen = (awaited: AwaitedDaemon, now: number): Watched => ({
  awaited,
  evidence: nothing,
  verdict: { phase: "waiting", restarts: 0 },
  changedAt: now,
  troubledAt: now,
});

/** Judges the daemons that something happened to, or whose time has come. */
function look(watched: readonly Watched[], input: WaitInput): void {
  const { store } = input;
  const index = indexOf({
    deployments: store.objects("Deployment"),
    replicaSets: store.objects("ReplicaSet"),
    pods: store.objects("Pod"),
    events: store.objects("Event"),
  });
  const serverNow = store.serverTime();
  for (const one of watched) {
    const evidence = evidenceFrom(index, one.awaited.name);
    const due = (one.verdict.again ?? Number.POSITIVE_INFINITY) <= serverNow;
    const first = one.evidence === nothing;
    if (first || due || !sameEvidence(one.evidence, evidence)) judgeAgain(one, evidence, input);
  }
}

function judgeAgain(one: Watched, evidence: Evidence, { store, timing, since, effects, onProgress }: WaitInput): void {
  const { generation, id } = one.awaited;
  const before = one.verdict;
  const options = { now: store.serverTime(), settle: timing.settle, since, generation };
  const verdict = judge(inOrder(evidence), options);
  const now = effects.now();
  const said = verdict.phase !== before.phase || verdict.detail !== before.detail;
  const more = distinct(evidence) !== distinct(one.evidence);
  if (said || more || verdict.restarts !== before.restarts || verdict.pod !== before.pod) one.changedAt = now;
  if (verdict.trouble?.cause.kind !== before.trouble?.cause.kind) one.troubledAt = now;
  one.evidence = evidence;
  one.verdict = verdict;
  if (said) onProgress({ kind: "daemon", daemon: id, ...toldOf(verdict, timing) });
}

const toldOf = ({ phase, detail, trouble }: Verdict, { budget }: Pick<Timing, "budget">) => ({
  phase,
  ...(detail === undefined ? {} : { detail }),
  ...(trouble?.permanent === false ? { patience: budget } : {}),
});

/** An event that is only counted up again is not news. */
const distinct = ({ events }: Evidence): number => events.length;

function endOf(
  { verdict, changedAt, troubledAt }: Watched,
  now: number,
  { budget, silence }: WaitInput["timing"],
): DaemonResult["end"] | undefined {
  if (verdict.phase === "ready") return "ready";
  if (verdict.trouble?.permanent === true) return "failed";
  if (verdict.trouble !== undefined && now - troubledAt >= budget) return "failed";
  return now - changedAt >= silence ? "silent" : undefined;
}

/** When time alone may end the waiting for a daemon. */
function nextMoment(
  { verdict, changedAt, troubledAt }: Watched,
  now: number,
  { store, timing }: Pick<WaitInput, "store" | "timing">,
): number {
  if (verdict.phase === "ready") return Number.POSITIVE_INFINITY;
  return Math.min(
    changedAt + timing.silence,
    verdict.trouble === undefined ? Number.POSITIVE_INFINITY : troubledAt + timing.budget,
    verdict.again === undefined ? Number.POSITIVE_INFINITY : now + verdict.again - store.serverTime(),
  );
}

const resultOf = (
  { awaited, verdict, evidence, troubledAt }: Watched,
  end: DaemonResult["end"],
  now: number,
): DaemonResult => ({
  daemon: awaited.id,
  verdict,
  evidence: inOrder(evidence),
  end,
  ...(verdict.trouble?.permanent === false ? { lasted: now - troubledAt } : {}),
});

import { rolloutDetail } from "../../../diagnostics/index.ts";
import { localLabels } from "../../../render/index.ts";
import { createGate } from "../../index.ts";
import type { Host } from "../host.ts";
import { parallel } from "../observe.ts";
import { isAway } from "./away.ts";
import { type Changes, followChanges, isNoise } from "./changes.ts";
import { type EngineClock, engineClock } from "./engine-clock.ts";
import { countedOn, rememberMemory } from "./history.ts";
import { judge } from "./judge.ts";
import { type AwaitedDaemon, type DaemonResult, endOf, resultOf, take, unseen, type Watched } from "./watched.ts";

interface Waiting {
  readonly host: Host;
  readonly changes: Changes;
  readonly clock: EngineClock;
  readonly watched: readonly Watched[];
  ranOut: ReadonlySet<string>;
  /** Since when the engine has not answered. */
  awayAt: number | undefined;
}

/** A stream of events may break unseen: what is not ready is looked at so often, in milliseconds. */
const heartbeat = 10_000;
const shortestPause = 20;
/** How often an engine that is away is asked again. */
const awayPause = 500;

/**
 * Waits until all daemons are ready at the same time, or one cannot become so any more: then the others are left as they
 * are. An engine that goes away is given the time of a trouble that may pass.
 */
export async function waitForDaemons(
  host: Host,
  stack: string,
  daemons: readonly AwaitedDaemon[],
): Promise<readonly DaemonResult[]> {
  const changes = followChanges(host, stack);
  try {
    const clock = await engineClock(host);
    const startedAt = host.effects.now();
    const watched = daemons.map(daemon => unseen(daemon, startedAt));
    const waiting: Waiting = { host, changes, clock, watched, ranOut: new Set(), awayAt: undefined };
    return await waitUntilOver(waiting, startedAt);
  } finally {
    changes.stop();
  }
}

async function waitUntilOver(waiting: Waiting, startedAt: number): Promise<readonly DaemonResult[]> {
  const { host, changes, watched } = waiting;
  const { effects, timing } = host;
  for (;;) {
    hear(waiting);
    await look(waiting);
    const now = effects.now();
    const ends = watched.map(one => endOf(one, now, timing));
    const isOver = now - startedAt >= timing.timeout;
    const isDecided = ends.every(end => end === "ready") || ends.some(end => end === "failed" || end === "silent");
    if (isOver || (isDecided && !changes.pending())) {
      return watched.map((one, index) => resultOf(one, ends[index] ?? (isOver ? "timeout" : "pending"), now));
    }
    const until = Math.min(startedAt + timing.timeout, nextMoment(waiting));
    await changes.next(Math.max(shortestPause, until - now));
  }
}

/** Takes in what happened. */
function hear(waiting: Waiting): void {
  const { events, gap } = waiting.changes.take();
  const touched = new Set<string | undefined>();
  for (const event of events) {
    waiting.ranOut = rememberMemory(waiting.ranOut, event);
    if (!isNoise(event)) touched.add(event.labels[localLabels.daemon]);
  }
  for (const one of waiting.watched) one.isStale ||= gap || touched.has(one.daemon.id);
}

/** Looks at the daemons that something may have happened to, or whose time has come. */
async function look(waiting: Waiting): Promise<void> {
  const { host, watched } = waiting;
  const due = watched.filter(one => one.isStale || momentOf(one, waiting) <= host.effects.now());
  const gate = createGate(parallel);
  const looked = await Promise.allSettled(due.map(one => gate(() => lookAt(one, waiting))));
  host.signal.throwIfAborted();
  const failed = looked.find(result => result.status === "rejected");
  if (failed === undefined) {
    if (due.length > 0) waiting.awayAt = undefined;
    return;
  }
  if (!isAway(failed.reason)) throw failed.reason;
  const now = host.effects.now();
  waiting.awayAt ??= now;
  if (now - waiting.awayAt >= host.timing.budget) throw failed.reason;
}

async function lookAt(one: Watched, { host, clock, ranOut }: Waiting): Promise<void> {
  one.isStale = false;
  try {
    const container = await host.engine.container(one.daemon.name);
    const tally = container && countedOn(one.tally, container, ranOut.has(container.id));
    const history = tally ?? { ends: 0 };
    const verdict = judge(container, { now: clock.now(), settle: host.timing.settle, history });
    if (container?.id !== one.container?.id) one.changedAt = host.effects.now();
    [one.container, one.tally] = [container, tally];
    take(one, verdict, host);
  } catch (cause) {
    one.isStale = true;
    if (isAway(cause)) take(one, { phase: "waiting", detail: rolloutDetail.engineAway, restarts: 0 }, host);
    throw cause;
  }
}

/** When a daemon has to be looked at, whatever happens. */
function momentOf({ verdict, lookedAt }: Watched, { host, clock }: Waiting): number {
  if (verdict.phase === "ready") return Number.POSITIVE_INFINITY;
  const { again = Number.POSITIVE_INFINITY } = verdict;
  return Math.min(lookedAt + heartbeat, host.effects.now() + again - clock.now());
}

/** When time alone may change something. */
function nextMoment(waiting: Waiting): number {
  const { host, watched, awayAt } = waiting;
  if (awayAt !== undefined) return host.effects.now() + awayPause;
  const { silence, budget } = host.timing;
  const moments = watched
    .filter(({ verdict }) => verdict.phase !== "ready")
    .flatMap(one => [
      momentOf(one, waiting),
      one.changedAt + silence,
      ...(one.verdict.trouble === undefined ? [] : [one.troubledAt + budget]),
    ]);
  return Math.min(...moments);
}

import { rolloutDetail } from "../../../diagnostics/index.ts";
import { type DaemonProgress, plainWords } from "../../index.ts";
import type { LiveObject } from "../api/live-object.ts";
import { permanent, type Trouble } from "./cause.ts";
import { lostTrouble, podTrouble, refusalTrouble } from "./classify.ts";
import type { Evidence } from "./evidence.ts";
import { newestReplicaSet } from "./newest.ts";
import { daemonContainer, type PodView, podView } from "./pod-view.ts";
import { deploymentView, type EventView, eventView, replicaSetView } from "./views.ts";

/** How one daemon's rollout stands. */
export interface Verdict {
  readonly phase: DaemonProgress["phase"];
  readonly detail?: string;
  readonly pod?: string;
  readonly restarts: number;
  /** Milliseconds since 1970. */
  readonly runningSince?: number;
  /** When to look again, in milliseconds since 1970, because time alone changes the verdict. */
  readonly again?: number;
  readonly trouble?: Trouble;
}

export interface JudgeOptions {
  /** The server's time, in milliseconds since 1970. */
  readonly now: number;
  readonly settle: number;
  /** The server's time when the rollout was started. What happened before does not count. */
  readonly since: number;
  /** The generation that the Deployment got; one with less was seen before it was written. */
  readonly generation?: number | undefined;
}

/** Only pods of the newest ReplicaSet are judged: the ones before are being stopped, and may crash as they like. */
export function judge(evidence: Evidence, options: JudgeOptions): Verdict {
  const { deployment } = evidence;
  if (deployment === undefined) return waiting(rolloutDetail.notThere);
  const view = deploymentView(deployment);
  if (view.generation < (options.generation ?? 0)) return waiting(rolloutDetail.notSeen);
  if (view.wanted !== 1) return failing(permanent({ kind: "scaled-down" }));
  if (view.paused) return failing(permanent({ kind: "paused" }));
  if (view.observedGeneration < view.generation) return waiting(rolloutDetail.notSeen);
  const set = newestReplicaSet(evidence);
  const pods = set === undefined ? [] : podsOf(evidence, set.metadata.uid);
  const pod = pods.filter(({ deleting, over }) => !deleting && !over).toSorted(youngestFirst)[0];
  if (set === undefined || pod === undefined) return withoutPod(evidence, { set, pods, ...sinceSecond(options) });
  return withPod(pod, { ...sinceSecond(options), evidence, counted: isCounted(evidence) });
}

/** Times of objects are whole seconds. */
const sinceSecond = <T extends JudgeOptions>(options: T): T => ({
  ...options,
  since: Math.floor(options.since / 1000) * 1000,
});

const waiting = (detail: string): Verdict => ({ phase: "waiting", detail, restarts: 0 });

const failing = (trouble: Trouble, restarts = 0): Verdict => ({
  phase: "failing",
  detail: detailOf(trouble),
  restarts,
  trouble,
});

const youngestFirst = (a: PodView, b: PodView): number => b.createdAt - a.createdAt;

const ownedBy = (uid: string, { metadata }: LiveObject): boolean =>
  metadata.ownerReferences?.some(owner => owner.uid === uid) === true;

const podsOf = ({ pods }: Evidence, uid: string): readonly PodView[] =>
  pods.filter(pod => ownedBy(uid, pod)).map(podView);

interface WithoutPod extends JudgeOptions {
  readonly set: LiveObject | undefined;
  readonly pods: readonly PodView[];
}

/** There is no pod yet: because the one before still stops, because it is refused, or because it was lost. */
function withoutPod(evidence: Evidence, { set, pods, since }: WithoutPod): Verdict {
  const stopping = evidence.pods.map(podView).find(({ over }) => !over);
  const failure = failureOf(evidence, set, since);
  if (failure !== undefined) return failing(refusalTrouble(failure));
  if (stopping !== undefined) return { ...waiting(rolloutDetail.stopping), pod: stopping.name };
  const lost = pods.find(({ over }) => over);
  return lost === undefined ? waiting(rolloutDetail.noPod) : { ...failing(lostTrouble(lost)), pod: lost.name };
}

/** What the server says against creating the pod; the events say it a moment before the status does. */
function failureOf({ deployment, events }: Evidence, set: LiveObject | undefined, since: number): string | undefined {
  if (set !== undefined) {
    const { uid, wanted, failure } = replicaSetView(set);
    return wanted === 0 ? undefined : (failure ?? createFailure(events, uid, since));
  }
  if (deployment === undefined) return undefined;
  const { failure } = deploymentView(deployment);
  if (failure !== undefined && failure.at >= since) return failure.message;
  return createFailure(events, deployment.metadata.uid, since);
}

const createFailure = (events: readonly LiveObject[], uid: string, since: number): string | undefined =>
  events.map(eventView).findLast(({ about, at, reason }) => about === uid && at >= since && createReasons.has(reason))
    ?.message;

const createReasons: ReadonlySet<string> = new Set(["FailedCreate", "ReplicaSetCreateError"]);

function isCounted({ deployment }: Evidence): boolean {
  if (deployment === undefined) return false;
  const { replicas, updated, available } = deploymentView(deployment);
  return replicas === 1 && updated === 1 && available === 1;
}

interface WithPod extends JudgeOptions {
  readonly evidence: Evidence;
  /** Whether the Deployment counts exactly this pod, and as available. */
  readonly counted: boolean;
}

function withPod(pod: PodView, { evidence, counted, now, settle, since }: WithPod): Verdict {
  const container = pod.containers.find(({ name }) => name === daemonContainer);
  const restarts = container?.restarts ?? 0;
  const events = eventsOf(evidence, pod.name, since);
  const trouble = podTrouble(pod, { events, since });
  if (trouble !== undefined) return { ...failing(trouble, restarts), pod: pod.name };
  const runningSince = container?.running?.startedAt;
  if (runningSince === undefined) {
    const detail = newsOf(events.at(-1));
    return { phase: "starting", ...(detail === undefined ? {} : { detail }), pod: pod.name, restarts };
  }
  const running = { pod: pod.name, restarts, runningSince };
  const settled = runningSince + settle;
  if (now < settled) {
    return { phase: "settling", detail: rolloutDetail.settling(settle / 1000), ...running, again: settled };
  }
  return { phase: counted ? "ready" : "settling", ...running };
}

/** What happened to a pod since the rollout, but for what says nothing about it. */
function eventsOf({ pods, events }: Evidence, name: string, since: number): readonly EventView[] {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  const about = new Set([pod?.metadata.uid, `Pod/${name}`]);
  return events
    .map(eventView)
    .filter(event => about.has(event.about) && event.at >= since && event.reason !== "MissingClusterDNS");
}

/** Steps that every start takes, and words that only say that another event does. */
const everyday: ReadonlySet<string> = new Set(["Scheduled", "Pulled", "Created", "Started"]);
const empty = /^(?:ErrImagePull|ImagePullBackOff|CrashLoopBackOff)$/;

/** What an event tells of a start that takes its time. */
function newsOf(event: EventView | undefined): string | undefined {
  if (event === undefined || everyday.has(event.reason)) return undefined;
  const words = plainWords(event.message);
  return empty.test(words) ? undefined : words;
}

function detailOf({ cause }: Trouble): string {
  if ("said" in cause) return cause.said;
  return cause.kind === "crash" ? rolloutDetail.crash(cause.exitCode) : rolloutDetail[cause.kind];
}

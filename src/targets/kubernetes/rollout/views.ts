import type { LiveObject } from "../api/live-object.ts";

export interface ReplicaSetView {
  readonly uid: string;
  readonly wanted: number;
  /** Why it could not create its pod, in the server's words. */
  readonly failure?: string;
}

export interface DeploymentView {
  readonly generation: number;
  readonly observedGeneration: number;
  readonly wanted: number;
  readonly paused: boolean;
  readonly replicas: number;
  readonly updated: number;
  readonly available: number;
  /** Why it could not create its ReplicaSet, and when it said so. */
  readonly failure?: { readonly message: string; readonly at: number };
}

export interface EventView {
  readonly uid: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** When it happened last, in milliseconds since 1970. */
  readonly at: number;
  /** `uid` of the object it is about, or `Kind/name` where it does not say one. */
  readonly about: string;
}

export const revisionAnnotation = "deployment.kubernetes.io/revision";

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
}

/** The parts of a live object, every field as the server may leave it out. */
export const section = <T extends object>(object: LiveObject, name: "spec" | "status"): Partial<T> =>
  (object[name] ?? {}) as Partial<T>;

export const timeOf = (text: string | null | undefined): number | undefined => {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
};

/** The field, unless its value is not there. */
export const given = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };

export function replicaSetView(set: LiveObject): ReplicaSetView {
  const { replicas } = section<{ replicas: number }>(set, "spec");
  const { conditions } = section<{ conditions: readonly Condition[] }>(set, "status");
  const failure = conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  return { uid: set.metadata.uid, wanted: replicas ?? 1, ...given("failure", failure?.message) };
}

export function deploymentView(deployment: LiveObject): DeploymentView {
  const { replicas, paused } = section<{ replicas: number; paused: boolean }>(deployment, "spec");
  const status = section<DeploymentStatus>(deployment, "status");
  const failure = status.conditions?.find(({ reason }) => reason === "ReplicaSetCreateError");
  return {
    generation: deployment.metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    wanted: replicas ?? 1,
    paused: paused === true,
    replicas: status.replicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    available: status.availableReplicas ?? 0,
    ...given("failure", failure && { message: failure.message ?? "", at: timeOf(failure.lastUpdateTime) ?? 0 }),
  };
}

interface DeploymentStatus {
  readonly conditions: readonly Condition[];
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
}

interface EventFields {
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

export function eventView(event: LiveObject): EventView {
  const { reason, message, count, series, ...times } = event as LiveObject & EventFields;
  const { lastTimestamp, eventTime, firstTimestamp } = times;
  const candidates = [
    series?.lastObservedTime,
    lastTimestamp,
    eventTime,
    firstTimestamp,
    event.metadata.creationTimestamp,
  ];
  return {
    uid: event.metadata.uid,
    reason: reason ?? "",
    message: message ?? "",
    count: series?.count ?? count ?? 1,
    at: candidates.map(timeOf).find(time => time !== undefined) ?? 0,
    about: aboutOf(event),
  };
}

export function aboutOf(event: LiveObject): string {
  const { kind, name, uid } = (event as LiveObject & EventFields).involvedObject ?? {};
  return uid ?? `${kind}/${name}`;
}

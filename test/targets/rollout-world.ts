import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import type { AwaitedDaemon, WaitInput } from "../../src/targets/kubernetes/rollout/index.ts";

/** The server's clock stands at this when the test's clock stands at 0. */
export const epoch = Date.parse("2026-01-01T00:00:00Z");

export type ContainerState = Readonly<Record<string, unknown>>;

interface PodInput {
  readonly state?: ContainerState;
  readonly last?: ContainerState;
  readonly restarts?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the start. */
  readonly createdAt?: number;
}

export const time = (milliseconds: number): string => new Date(epoch + milliseconds).toISOString();
export const running = (startedAt: number): ContainerState => ({ running: { startedAt: time(startedAt) } });
export const waiting = (reason: string, message = ""): ContainerState => ({ waiting: { reason, message } });
export const terminated = (exitCode: number, startedAt: number, reason = "Error"): ContainerState => ({
  terminated: { exitCode, reason, startedAt: time(startedAt), finishedAt: time(startedAt + 1000) },
});

/** A namespace whose objects change when time passes, and time passes only while somebody waits for a change. */
export function createWorld() {
  const objects = new Map<string, LiveObject>();
  const planned: { readonly at: number; readonly act: () => void }[] = [];
  let now = 0;
  let version = 0;
  let asked = 0;
  const put = (kind: string, name: string, fields: Readonly<Record<string, unknown>>): void => {
    const { metadata = {}, ...rest } = fields as { metadata?: object };
    const uid = `uid-${kind}-${name}`;
    version += 1;
    objects.set(`${kind}/${name}`, {
      apiVersion: "v1",
      kind,
      metadata: { name, uid, resourceVersion: `${version}`, ...metadata },
      ...rest,
    });
  };
  const deployment = (name: string, more: { spec?: object; status?: object; generation?: number } = {}): void =>
    put("Deployment", name, {
      metadata: { generation: more.generation ?? 1, annotations: { "deployment.kubernetes.io/revision": "1" } },
      spec: { replicas: 1, template: { metadata: { labels: {} }, spec: { image: "a" } }, ...more.spec },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...more.status },
    });
  const replicaSet = (name: string, more: { spec?: object; status?: object } = {}): void =>
    put("ReplicaSet", `${name}-1`, {
      metadata: {
        annotations: { "deployment.kubernetes.io/revision": "1" },
        ownerReferences: [{ kind: "Deployment", name, uid: `uid-Deployment-${name}`, controller: true }],
      },
      spec: {
        replicas: 1,
        template: { metadata: { labels: { "pod-template-hash": "1" } }, spec: { image: "a" } },
        ...more.spec,
      },
      ...(more.status ? { status: more.status } : {}),
    });
  const pod = (
    name: string,
    { state, last, restarts = 0, metadata, status, createdAt = 0 }: PodInput,
    suffix = "x",
  ): void =>
    put("Pod", `${name}-1-${suffix}`, {
      metadata: {
        creationTimestamp: time(createdAt),
        ownerReferences: [{ kind: "ReplicaSet", name: `${name}-1`, uid: `uid-ReplicaSet-${name}-1`, controller: true }],
        ...metadata,
      },
      spec: { containers: [{ name: "daemon", image: "acme/agent:1" }] },
      status: {
        phase: "Running",
        containerStatuses: [
          { name: "daemon", restartCount: restarts, ...(state ? { state } : {}), ...(last ? { lastState: last } : {}) },
        ],
        ...status,
      },
    });
  const event = (
    name: string,
    fields: { reason: string; message: string; at: number; count?: number; about?: string },
  ): void =>
    put("Event", name, {
      ...{ reason: fields.reason, message: fields.message, count: fields.count ?? 1, lastTimestamp: time(fields.at) },
      involvedObject: { uid: fields.about },
    });
  /** A daemon whose pod is as it is said. */
  const daemon = (name: string, input: PodInput): void => {
    deployment(name);
    replicaSet(name);
    pod(name, input);
  };
  const advance = (to: number): boolean => {
    const next = planned.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined || next.at > to) {
      now = to;
      return false;
    }
    planned.splice(planned.indexOf(next), 1);
    now = Math.max(now, next.at);
    next.act();
    return true;
  };
  const store: WaitInput["store"] = {
    objects: kind => [...objects.values()].filter(object => object.kind === kind),
    serverTime: () => epoch + now,
    changed: async milliseconds => {
      asked += 1;
      if (asked > 5_000) throw new Error("asked too often");
      return advance(now + milliseconds);
    },
  };
  return {
    ...{ put, deployment, replicaSet, pod, event, daemon, store },
    remove: (kind: string, name: string): void => void objects.delete(`${kind}/${name}`),
    at: (when: number, act: () => void): void => void planned.push({ at: when, act }),
    now: (): number => now,
    asked: (): number => asked,
    observed: () => ({
      deployments: store.objects("Deployment"),
      replicaSets: store.objects("ReplicaSet"),
      pods: store.objects("Pod"),
      events: store.objects("Event"),
    }),
  };
}

export type World = ReturnType<typeof createWorld>;

export const awaited = (...ids: readonly string[]): readonly AwaitedDaemon[] => ids.map(id => ({ id, name: id }));

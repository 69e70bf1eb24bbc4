import { describe, expect, test } from "vitest";
import { evidenceOf, type JudgeOptions, judge } from "../../src/targets/kubernetes/rollout/index.ts";
import { createWorld, epoch, running, terminated, time, type World, waiting } from "./rollout-world.ts";

const verdictOf = (world: World, options: Partial<JudgeOptions> = {}) =>
  judge(evidenceOf("a", world.observed()), { now: epoch + 60_000, settle: 10_000, since: epoch, ...options });

const worldWith = (act: (world: World) => void): World => {
  const world = createWorld();
  world.daemon("a", { state: running(0) });
  act(world);
  return world;
};

describe("ready", () => {
  test("is what runs long enough and is counted", () => {
    const world = worldWith(() => undefined);
    expect(verdictOf(world)).toEqual({ phase: "ready", pod: "a-1-x", restarts: 0, runningSince: epoch });
    expect(verdictOf(world, { now: epoch + 9_999 })).toMatchObject({ phase: "settling", again: epoch + 10_000 });
    expect(verdictOf(world, { now: epoch + 10_000 }).phase).toBe("ready");
  });

  test.each(["replicas", "updatedReplicas", "availableReplicas"])("is not without %s", field => {
    expect(verdictOf(worldWith(world => world.deployment("a", { status: { [field]: 0 } }))).phase).toBe("settling");
    expect(verdictOf(worldWith(world => world.deployment("a", { status: { [field]: 2 } }))).phase).toBe("settling");
  });

  test("is not what was seen before it was written, or not looked at", () => {
    const world = worldWith(() => undefined);
    expect(verdictOf(world, { generation: 2 }).phase).toBe("waiting");
    expect(verdictOf(world, { generation: 1 }).phase).toBe("ready");
    expect(verdictOf(worldWith(({ deployment }) => deployment("a", { generation: 2 }))).phase).toBe("waiting");
    expect(verdictOf(createWorld())).toEqual({
      phase: "waiting",
      detail: "the Deployment is not there yet",
      restarts: 0,
    });
  });

  test("is not a pod that is being deleted, but is the one that takes its place", () => {
    const metadata = { deletionTimestamp: time(1_000) };
    const world = worldWith(({ pod }) => pod("a", { state: running(0), metadata }));
    expect(verdictOf(world)).toMatchObject({ phase: "waiting", pod: "a-1-x" });
    world.pod("a", { state: running(1_000), createdAt: 1_000 }, "y");
    expect(verdictOf(world)).toMatchObject({ phase: "ready", pod: "a-1-y" });
  });

  test("is judged by the youngest pod, wherever it stands", () => {
    const world = worldWith(({ pod }) => pod("a", { state: waiting("ContainerCreating"), createdAt: 1_000 }, "y"));
    expect(verdictOf(world)).toMatchObject({ phase: "starting", pod: "a-1-y" });
    world.pod("a", { state: waiting("ContainerCreating"), createdAt: 2_000 });
    world.pod("a", { state: running(1_000), createdAt: 1_000 }, "y");
    expect(verdictOf(world)).toMatchObject({ phase: "starting", pod: "a-1-x" });
  });

  test("is not scaled or paused by somebody", () => {
    const scaled = (replicas: number) =>
      verdictOf(worldWith(({ deployment }) => deployment("a", { spec: { replicas } })));
    expect(scaled(0).trouble).toEqual({ cause: { kind: "scaled-down" }, permanent: true });
    expect(scaled(2).trouble?.cause.kind).toBe("scaled-down");
    const paused = worldWith(({ deployment }) => deployment("a", { spec: { paused: true } }));
    expect(verdictOf(paused).trouble).toEqual({ cause: { kind: "paused" }, permanent: true });
  });
});

describe("only the newest ReplicaSet is judged", () => {
  const crashing = { state: terminated(1, 5_000), last: terminated(1, 1_000), restarts: 7 };
  const template = { metadata: { labels: {} }, spec: { image: "b" } };

  test("also while the Deployment still has the revision before", () => {
    const world = worldWith(({ pod }) => pod("a", crashing));
    expect(verdictOf(world).trouble?.permanent).toBe(true);
    world.deployment("a", { spec: { template }, status: { updatedReplicas: 0 } });
    expect(verdictOf(world)).toEqual({
      phase: "waiting",
      detail: "the process before is still stopping",
      restarts: 0,
      pod: "a-1-x",
    });
  });

  test("whatever the order of the template's fields, and however the server writes them, once it is counted", () => {
    const world = worldWith(({ pod }) => pod("a", crashing));
    const spec = { image: "a", env: [{ name: "A", value: "1" }] };
    world.replicaSet("a", { spec: { template: { metadata: { labels: { "pod-template-hash": "1" } }, spec } } });
    const same = { template: { spec: { env: [{ value: "1", name: "A" }], image: "a" }, metadata: { labels: {} } } };
    world.deployment("a", { spec: same, status: { updatedReplicas: 0 } });
    expect(verdictOf(world).trouble?.permanent).toBe(true);
    world.deployment("a", { spec: { template }, status: { updatedReplicas: 1 } });
    expect(verdictOf(world).trouble?.permanent).toBe(true);
  });

  test("among several, whoever else refers to its pods", () => {
    const world = createWorld();
    const owner = (kind: string, name: string, controller: boolean) => ({
      kind,
      name,
      uid: `uid-${kind}-${name}`,
      controller,
    });
    const annotations = { "deployment.kubernetes.io/revision": "0" };
    world.put("ReplicaSet", "a-0", {
      metadata: { annotations, ownerReferences: [owner("Deployment", "a", true)] },
      spec: {},
    });
    world.daemon("a", {});
    const ownerReferences = [owner("Claim", "mine", false), owner("ReplicaSet", "a-1", true)];
    world.pod("a", { ...crashing, metadata: { creationTimestamp: time(0), ownerReferences } });
    expect(verdictOf(world)).toMatchObject({ pod: "a-1-x", trouble: { permanent: true } });
  });

  test("and not one that is scaled to nothing", () => {
    const world = worldWith(({ remove, replicaSet }) => {
      remove("Pod", "a-1-x");
      const conditions = [{ type: "ReplicaFailure", status: "True", message: "forbidden" }];
      replicaSet("a", { spec: { replicas: 0 }, status: { conditions } });
    });
    expect(verdictOf(world)).toMatchObject({ phase: "waiting", detail: "the pod is not there yet" });
  });
});

describe("trouble", () => {
  test("with the pod's creation is said at once by the event, then by the status", () => {
    const world = worldWith(({ remove }) => remove("Pod", "a-1-x"));
    expect(verdictOf(world).trouble).toBeUndefined();
    const message = 'Error creating: pods "a-1-z" is forbidden: exceeded quota: team';
    world.event("e", { reason: "FailedCreate", message, at: 1_000, about: "uid-ReplicaSet-a-1" });
    expect(verdictOf(world)).toMatchObject({ detail: "exceeded quota: team", trouble: { permanent: true } });
    expect(verdictOf(world, { since: epoch + 2_000 }).trouble).toBeUndefined();
    expect(verdictOf(world, { since: epoch + 1_999 }).trouble).toBeDefined();
  });

  test("with the ReplicaSet's own creation is said by the Deployment", () => {
    const world = createWorld();
    const failure = {
      type: "Progressing",
      status: "False",
      reason: "ReplicaSetCreateError",
      lastUpdateTime: time(1_000),
    };
    const message = 'replicasets.apps "a-1" is forbidden: exceeded quota: team';
    world.deployment("a", { status: { conditions: [{ ...failure, message }], updatedReplicas: 0 } });
    expect(verdictOf(world)).toMatchObject({ phase: "failing", trouble: { cause: { kind: "refused" } } });
    expect(verdictOf(world, { since: epoch + 5_000 }).phase).toBe("waiting");
  });

  test("of an evicted pod passes when another one comes", () => {
    const status = {
      phase: "Failed",
      reason: "Evicted",
      message: "The node was low on resource: memory.",
      containerStatuses: [],
    };
    const world = worldWith(({ pod }) => pod("a", { status }));
    expect(verdictOf(world).trouble).toEqual({
      cause: { kind: "disrupted", said: "Evicted: The node was low on resource: memory." },
      permanent: false,
    });
    world.pod("a", { state: running(1_000), createdAt: 1_000 }, "y");
    expect(verdictOf(world)).toMatchObject({ phase: "ready", pod: "a-1-y" });
  });

  test("of a container that somebody put into the pod is told by its name", () => {
    const containerStatuses = [
      { name: "proxy", restartCount: 0, state: waiting("CreateContainerConfigError", 'secret "proxy" not found') },
      { name: "daemon", restartCount: 0, state: running(0) },
    ];
    const world = worldWith(({ pod }) => pod("a", { status: { containerStatuses } }));
    expect(verdictOf(world).trouble).toEqual({
      cause: { kind: "other-container", container: "proxy", said: 'secret "proxy" not found' },
      permanent: true,
    });
  });

  test("with a restart counts from the rollout on", () => {
    const crashed = (restarts: number, startedAt: number) =>
      worldWith(({ pod }) =>
        pod("a", { state: waiting("CrashLoopBackOff"), last: terminated(1, startedAt), restarts, createdAt: -90_000 }),
      );
    expect(verdictOf(crashed(1, -5_000)).trouble?.permanent).toBe(false);
    expect(verdictOf(crashed(1, 5_000)).trouble?.permanent).toBe(true);
    expect(verdictOf(crashed(0, 5_000)).trouble?.permanent).toBe(false);
    // A node's clock may be behind the server's.
    const fresh = { state: terminated(1, -3_000), last: terminated(1, -5_000), restarts: 1, createdAt: 0 };
    expect(verdictOf(worldWith(({ pod }) => pod("a", fresh))).trouble?.permanent).toBe(true);
  });

  test("that is not understood is passed on", () => {
    const world = worldWith(({ pod }) => pod("a", { state: waiting("NewReason", "odd") }));
    expect(verdictOf(world).trouble).toEqual({ cause: { kind: "unknown", said: "odd" }, permanent: false });
  });
});

test("starting says what the cluster does for it", () => {
  const world = worldWith(({ pod, event }) => {
    pod("a", { state: waiting("ContainerCreating") });
    event("e", { reason: "Pulling", message: 'Pulling image "acme/agent:1"', at: 1_000, about: "uid-Pod-a-1-x" });
    event("f", { reason: "Scheduled", message: "assigned", at: 500, about: "uid-Pod-a-1-x" });
    event("h", { reason: "SuccessfulCreate", message: "created", at: 3_000, about: "uid-ReplicaSet-a-1" });
    event("g", { reason: "Odd", message: "someone else's", at: 2_000, about: "uid-Pod-b-1-x" });
  });
  expect(verdictOf(world)).toMatchObject({ phase: "starting", detail: 'Pulling image "acme/agent:1"' });
});

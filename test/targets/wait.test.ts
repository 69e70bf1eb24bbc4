import { describe, expect, test } from "vitest";
import { type AwaitedDaemon, waitForDaemons } from "../../src/targets/kubernetes/rollout/index.ts";
import type { DaemonProgress } from "../../src/targets/progress.ts";
import { awaited, createWorld, epoch, running, terminated, type World, waiting } from "./rollout-world.ts";

const timing = { timeout: 300_000, settle: 10_000, silence: 240_000, budget: 120_000 };

async function wait(world: World, daemons: readonly AwaitedDaemon[], given: Partial<typeof timing> = {}) {
  const said: string[] = [];
  const results = await waitForDaemons({
    store: world.store,
    daemons,
    timing: { ...timing, ...given },
    effects: { now: world.now },
    since: epoch,
    onProgress: progress => {
      const { daemon, phase, detail } = progress as DaemonProgress;
      said.push([daemon, phase, ...(detail === undefined ? [] : [detail])].join(" "));
    },
  });
  return { ends: results.map(({ daemon, end }) => `${daemon} ${end}`), results, said, at: world.now() };
}

const creating = { state: waiting("ContainerCreating") };
const unreachable = { state: waiting("ErrImagePull", "dial tcp: connection refused") };
const missing = { state: waiting("ErrImagePull", "manifest unknown") };
const noPod = { status: { phase: "Pending", conditions: [], containerStatuses: [] } };

describe("waiting for daemons", () => {
  test("ends when what started has run for the settle time", async () => {
    const world = createWorld();
    world.at(2_000, () => world.daemon("a", creating));
    world.at(5_000, () => world.daemon("a", { state: running(5_000) }));
    const { ends, said, at } = await wait(world, awaited("a"));
    expect(ends).toEqual(["a ready"]);
    expect(at).toBe(15_000);
    expect(said).toEqual([
      "a waiting the Deployment is not there yet",
      "a starting",
      "a settling it has to run for 10 s",
      "a ready",
    ]);
  });

  test("ends at once for what ran before", async () => {
    const world = createWorld();
    world.daemon("a", { state: running(-60_000), createdAt: -90_000 });
    expect(await wait(world, awaited("a"))).toMatchObject({ ends: ["a ready"], at: 0 });
    expect(await wait(world, [])).toMatchObject({ ends: [], at: 0 });
  });

  test("does not take what was seen before it was written for ready", async () => {
    const world = createWorld();
    world.daemon("a", { state: running(-60_000), createdAt: -90_000 });
    const daemons = [{ id: "a", name: "a", generation: 2 }];
    expect(await wait(world, daemons, { timeout: 1_000 })).toMatchObject({ ends: ["a timeout"], at: 1_000 });
  });

  test("ends at once when one cannot become ready, and leaves the others as they are", async () => {
    const world = createWorld();
    world.daemon("done", { state: running(-60_000) });
    world.daemon("starting", creating);
    world.daemon("broken", creating);
    world.at(3_000, () => world.pod("broken", missing));
    const { ends, at, results } = await wait(world, awaited("done", "starting", "broken"));
    expect(ends).toEqual(["done ready", "starting pending", "broken failed"]);
    expect(at).toBe(3_000);
    expect(results[2]?.verdict.trouble?.cause.kind).toBe("image-missing");
    expect(results[2]?.lasted).toBeUndefined();
    expect(results[2]?.evidence.deployment?.metadata.name).toBe("broken");
  });

  test("tells of all that failed in the same moment", async () => {
    const world = createWorld();
    for (const id of ["a", "b"]) world.daemon(id, missing);
    expect((await wait(world, awaited("a", "b"))).ends).toEqual(["a failed", "b failed"]);
  });

  test("gives a problem that may pass its budget", async () => {
    const world = createWorld();
    world.daemon("a", creating);
    world.at(4_000, () => world.pod("a", unreachable));
    world.at(50_000, () => world.pod("a", { state: waiting("ErrImagePull", "dial tcp: i/o timeout") }));
    const { ends, at, results } = await wait(world, awaited("a"));
    expect(ends).toEqual(["a failed"]);
    expect(at).toBe(124_000);
    expect(results[0]).toMatchObject({ lasted: 120_000, verdict: { trouble: { permanent: false } } });
  });

  test("counts the budget anew for another problem, and after it was gone", async () => {
    const world = createWorld();
    world.daemon("a", unreachable);
    world.at(60_000, () =>
      world.pod("a", { state: waiting("CreateContainerConfigError", "failed to sync secret cache") }),
    );
    world.at(100_000, () => world.pod("a", creating));
    world.at(110_000, () => world.pod("a", unreachable));
    world.at(200_000, () => world.pod("a", { state: running(200_000) }));
    expect(await wait(world, awaited("a"))).toMatchObject({ ends: ["a ready"], at: 210_000 });
  });

  test("ends when nothing happens for too long", async () => {
    const world = createWorld();
    world.daemon("quiet", creating);
    world.daemon("done", { state: running(-60_000) });
    world.at(10_000, () =>
      world.event("e", { reason: "Odd", message: "odd", at: 10_000, about: "uid-ReplicaSet-quiet-1" }),
    );
    const { ends, at } = await wait(world, awaited("quiet", "done"), { silence: 30_000 });
    expect(ends).toEqual(["quiet silent", "done ready"]);
    expect(at).toBe(40_000);
  });

  test("does not take an event that is only counted up for news", async () => {
    const world = createWorld();
    world.daemon("a", creating);
    const pulling = (count: number) => () =>
      world.event("e", { reason: "Pulling", message: "pulling", at: count * 1_000, count, about: "uid-Pod-a-1-x" });
    for (const count of [10, 20, 30]) world.at(count * 1_000, pulling(count));
    expect(await wait(world, awaited("a"), { silence: 25_000 })).toMatchObject({ ends: ["a silent"], at: 35_000 });
  });

  test("ends when the time is over, with what it was waiting for", async () => {
    const world = createWorld();
    world.daemon("done", { state: running(-60_000) });
    world.daemon("a", creating);
    world.at(100_000, () => world.pod("a", { ...creating, restarts: 1 }));
    const { ends, at, results } = await wait(world, awaited("done", "a"));
    expect(ends).toEqual(["done ready", "a timeout"]);
    expect(at).toBe(300_000);
    expect(results[1]?.verdict.phase).toBe("starting");
  });

  test("goes on when one that was ready falls back while another one settles", async () => {
    const world = createWorld();
    world.daemon("early", { state: running(-60_000) });
    world.daemon("late", creating);
    world.at(5_000, () => world.pod("early", { state: terminated(1, 0), restarts: 0 }));
    world.at(6_000, () => world.pod("early", { state: running(6_000), restarts: 1 }));
    world.at(7_000, () => world.pod("late", { state: running(0) }));
    const { ends, at, said } = await wait(world, awaited("early", "late"));
    expect(ends).toEqual(["early ready", "late ready"]);
    expect(at).toBe(16_000);
    const phases = said.filter(line => line.startsWith("early")).map(line => line.split(" ")[1]);
    expect(phases).toEqual(["ready", "failing", "settling", "ready"]);
  });

  test("fails one that ends a second time", async () => {
    const world = createWorld();
    world.daemon("a", { state: running(0) });
    world.at(4_000, () => world.pod("a", { state: terminated(3, 0) }));
    world.at(5_000, () => world.pod("a", { state: running(5_000), last: terminated(3, 0), restarts: 1 }));
    world.at(8_000, () => world.pod("a", { state: terminated(3, 5_000), last: terminated(3, 0), restarts: 1 }));
    const { ends, at, results } = await wait(world, awaited("a"));
    expect(ends).toEqual(["a failed"]);
    expect(at).toBe(8_000);
    expect(results[0]?.verdict.trouble).toEqual({ cause: { kind: "crash", exitCode: 3 }, permanent: true });
  });

  test("says a phase once, however often its objects change", async () => {
    const world = createWorld();
    world.daemon("a", noPod);
    for (const second of [1, 2, 3]) world.at(second * 1_000, () => world.daemon("a", noPod));
    world.at(4_000, () => world.daemon("a", { state: running(-60_000) }));
    expect((await wait(world, awaited("a"))).said).toEqual(["a starting", "a ready"]);
  });

  test("rejects when the store does", async () => {
    const world = createWorld();
    const store = { ...world.store, changed: () => Promise.reject(new Error("gone")) };
    await expect(wait({ ...world, store }, awaited("a"))).rejects.toThrow("gone");
  });

  test("follows two hundred daemons with a thousand changes in stride, and wakes for changes and moments only", async () => {
    const world = createWorld();
    const ids = Array.from({ length: 200 }, (_, index) => `d${index}`);
    for (const [index, id] of ids.entries()) {
      world.daemon(id, creating);
      for (let step = 0; step < 4; step++) {
        const at = 100 * index + 1_000 * step;
        const message = `step ${step}`;
        world.at(at, () => world.event(`${id}-${step}`, { reason: "Step", message, at, about: `uid-Pod-${id}-1-x` }));
      }
      world.at(25_000 + 10 * index, () => world.pod(id, { state: running(25_000) }));
    }
    const before = performance.now();
    const { ends, at } = await wait(world, awaited(...ids));
    expect(new Set(ends.map(end => end.split(" ")[1]))).toEqual(new Set(["ready"]));
    expect(at).toBe(35_000);
    expect(world.asked()).toBeLessThan(1_100);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});

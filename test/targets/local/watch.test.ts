import { describe, expect, test } from "vitest";
import { DiagnosticError, finding } from "../../../src/diagnostics/index.ts";
import { acme, createWatchStage, revisionOf } from "./watch-stage.ts";

describe("health", () => {
  test("is told every 5 seconds, and each change at once", async () => {
    const stage = createWatchStage();
    const { effects, engine } = stage;
    await stage.deploy(acme("agent", "worker"));
    stage.watch();
    await effects.until(() => stage.of("health").length === 3);
    const [first = 0, second = 0, third = 0] = stage.of("health").map(({ at }) => Date.parse(at));
    expect([second - first, third - second]).toEqual([5000, 5000]);
    expect(stage.told.length).toBe(3);
    expect(stage.of("health")[0]?.daemons.map(({ daemon, running }) => [daemon, running])).toEqual([
      ["agent", true],
      ["worker", true],
    ]);
    await effects.pass(1000);
    const crashed = effects.date().toISOString();
    engine.crash("acme-agent", { code: 3 });
    await effects.until(() => stage.of("change").length === 2);
    const [change] = stage.of("change");
    expect(change).toMatchObject({
      daemon: "agent",
      from: { phase: "running" },
      to: { phase: "failing", restarts: 1 },
    });
    expect(change?.at).toBe(crashed);
    expect(stage.of("change")[1]).toMatchObject({ daemon: "agent", to: { phase: "running", restarts: 1 } });
    expect(engine.writes).toEqual([]);
  });

  test("asks the engine no more often than it has to", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.engine.forgetCalls();
    await stage.effects.until(() => stage.of("health").length === 3);
    expect(stage.engine.calls.filter(call => call === "containers")).toHaveLength(2);
  });

  test("a daemon without a container is missing", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent", "worker"));
    stage.memory.hold("somebody");
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    await stage.engine.removeContainer("acme-worker");
    await stage.effects.until(() => stage.of("health").length === 2);
    expect(stage.of("health")[1]?.daemons.map(({ daemon, phase }) => [daemon, phase])).toEqual([
      ["agent", "running"],
      ["worker", "missing"],
    ]);
  });
});

describe("the record", () => {
  test("another revision is told, and while it is applied nothing is repaired", async () => {
    const stage = createWatchStage();
    const { effects, engine } = stage;
    await stage.deploy(acme("agent"));
    stage.watch();
    await effects.until(() => stage.of("health").length === 1);
    stage.record(acme("agent"), { pending: revisionOf(acme("agent", "worker"), 2) });
    engine.kill("acme-agent");
    await effects.pass(20_000);
    expect(stage.of("revision")).toMatchObject([{ revision: 2, pending: true }]);
    expect(engine.writes).toEqual([]);
    stage.record(acme("agent"), { good: revisionOf(acme("agent"), 2) });
    await effects.until(() => stage.of("repair").length === 1);
    expect(stage.of("revision").slice(1)).toMatchObject([{ revision: 2 }]);
    expect(stage.of("revision")[1]).not.toHaveProperty("pending");
  });

  test("one that is lost is told once: health goes on, and nothing is repaired", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.memory.keep(undefined);
    stage.engine.kill("acme-agent");
    await stage.effects.pass(60_000);
    expect(stage.of("record")).toMatchObject([{ usable: false }]);
    expect(stage.of("health").length).toBeGreaterThan(10);
    expect(stage.engine.writes).toEqual([]);
    stage.record(acme("agent"));
    await stage.effects.until(() => stage.of("repair").length === 1);
    expect(stage.of("record").map(({ usable }) => usable)).toEqual([false, true]);
    expect(await stage.statusOf("acme-agent")).toBe("running");
  });

  test("one that cannot be relied on is told with the reason", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    const args = { stack: "acme", file: "acme.json", problem: "digest" } as const;
    const damaged = new DiagnosticError([finding("state-damaged", { argument: "" }, args)]);
    stage.memory.keep(damaged);
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 3);
    expect(stage.of("record")).toMatchObject([{ usable: false, detail: damaged.diagnostics[0]?.message }]);
  });
});

describe("the end", () => {
  test("a stack that is not there is refused", async () => {
    const stage = createWatchStage();
    stage.watch();
    await stage.effects.until(() => stage.end.over);
    expect(stage.end.cause).toMatchObject({ diagnostics: [{ name: "stack-not-found" }] });
  });

  test("one that is deleted is told, and that is the end", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.memory.hold("somebody who deletes");
    await stage.engine.removeContainer("acme-agent");
    await stage.effects.pass(7_000);
    stage.memory.keep(undefined);
    await stage.effects.until(() => stage.end.over);
    expect(stage.told.at(-1)).toMatchObject({ kind: "gone" });
    expect(stage.end.cause).toBeUndefined();
  });

  test("an interrupt ends it at once, and leaves everything as it is", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.engine.kill("acme-agent");
    stage.interrupt();
    await stage.effects.until(() => stage.end.over);
    expect(stage.end.cause).toBe(stage.host.signal.reason);
    expect([stage.engine.writes, stage.memory.locks, stage.of("stopped")]).toEqual([[], [], []]);
  });

  test("daemons are stopped at the end where that was asked for, under the lock", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent", "idle", "worker"));
    await stage.engine.stopContainer("acme-idle", 1);
    stage.memory.hold("somebody");
    stage.engine.pause("acme-worker");
    stage.watch({ stopOnExit: true });
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.memory.hold(undefined);
    stage.interrupt();
    await stage.effects.until(() => stage.end.over);
    expect(stage.told.at(-1)).toMatchObject({ kind: "stopped", daemons: ["agent", "worker"] });
    expect(stage.end.cause).toBe(stage.host.signal.reason);
    expect(await stage.statusOf("acme-agent")).toBe("exited");
    expect(await stage.statusOf("acme-worker")).toBe("exited");
    expect(stage.memory.locks).toEqual(["taken", "released"]);
  });

  test("what somebody else changes is not stopped: he is told to be there", async () => {
    const stage = createWatchStage();
    await stage.deploy(acme("agent"));
    stage.memory.hold("somebody");
    stage.watch({ stopOnExit: true });
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.interrupt();
    await stage.effects.until(() => stage.end.over);
    expect(stage.end.cause).toMatchObject({ diagnostics: [{ name: "stack-busy" }] });
    expect(await stage.statusOf("acme-agent")).toBe("running");
  });
});

describe("an engine that goes away", () => {
  test("is told once, and is left to start its containers when it is back", async () => {
    const stage = createWatchStage();
    const { effects, engine } = stage;
    await stage.deploy(acme("agent", "worker"));
    stage.watch();
    await effects.until(() => stage.of("health").length === 2);
    engine.goAway();
    await effects.pass(60_000);
    expect(stage.of("engine").map(({ reachable }) => reachable)).toEqual([false]);
    expect(stage.of("health")).toHaveLength(2);
    const tries = engine.calls.filter(call => call === "info").length;
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(20);
    engine.comeBack();
    await effects.until(() => stage.of("health").length === 3);
    expect(stage.of("engine").map(({ reachable }) => reachable)).toEqual([false, true]);
    await effects.pass(20_000);
    expect(stage.of("repair")).toEqual([]);
    engine.kill("acme-agent");
    await effects.until(() => stage.of("repair").length === 1);
    expect(stage.of("repair")).toMatchObject([{ daemon: "agent", problem: "stopped", repaired: true }]);
  });

  test("what it did not start is repaired after a while", async () => {
    const stage = createWatchStage();
    const { effects, engine } = stage;
    await stage.deploy(acme("agent"));
    stage.watch();
    await effects.until(() => stage.of("health").length === 1);
    engine.kill("acme-agent");
    engine.goAway();
    await effects.until(() => stage.of("engine").length === 1);
    engine.comeBack();
    await effects.until(() => stage.of("engine").length === 2);
    const back = effects.now();
    await effects.until(() => stage.of("repair").length === 1);
    expect(effects.now() - back).toBeGreaterThanOrEqual(5_000);
    expect(effects.now() - back).toBeLessThan(10_500);
  });

  test("one that is away from the start is no engine to watch", async () => {
    const stage = createWatchStage();
    stage.engine.goAway();
    stage.watch();
    await stage.effects.until(() => stage.end.over);
    expect(stage.end.cause).toMatchObject({ name: "EngineError", status: 0 });
  });
});

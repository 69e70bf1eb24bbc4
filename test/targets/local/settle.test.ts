import { describe, expect, test } from "vitest";
import { localLabels } from "../../../src/render/index.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { Run } from "./fake-container.ts";
import { createRolloutStage } from "./rollout-stage.ts";

const crashes: Run = { does: "exit", code: 3, after: 200, lines: ["starting", "no route to db"] };
const looks = (calls: readonly string[]) => calls.filter(call => call.startsWith("container ")).length;

describe("waiting for daemons", () => {
  test("ends when what started has run for the settle time", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    const { isReady, state, diagnostics } = await stage.settle(["a"]);
    expect([isReady, diagnostics, stage.passed()]).toEqual([true, [], 10_000]);
    expect(stage.said).toEqual(["a settling it has to run for 10 s", "a ready"]);
    expect(state).toMatchObject({
      platform: "local",
      resources: { a: { status: "running", outputs: { daemonName: "acme-a", running: true } } },
    });
  });

  test("ends at once for what ran before, and for a stack without daemons", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    await stage.effects.pass(60_000);
    expect(await stage.settle(["a"])).toMatchObject({ isReady: true });
    expect(await stage.settle([])).toMatchObject({ isReady: true, state: { resources: {} } });
    expect(stage.passed()).toBe(60_000);
  });

  test("ends when a process ends a second time, with its code, its lines and its place", async () => {
    const stage = createRolloutStage();
    await stage.run("a", crashes);
    const { isReady, state, diagnostics } = await stage.settle(["a"]);
    expect(isReady).toBe(false);
    expect(stage.passed()).toBeLessThan(2_000);
    expect(diagnostics).toMatchObject([
      {
        name: "crash-loop",
        message: "`a` keeps ending with exit code 3",
        at: { path: "/resources/a", on: "key" },
        help: expect.stringContaining("`docker logs acme-a`"),
        details: [
          { title: "last lines of the process before", lines: ["starting", "no route to db"] },
          { title: "last lines of the log", lines: ["starting", "no route to db"] },
        ],
      },
    ]);
    expect(state.resources.a).toMatchObject({
      status: "update-failed",
      outputs: { running: false },
      error: { code: "AL6210", message: diagnostics[0]?.message },
    });
  });

  test("goes on when it ends once and then runs", async () => {
    const stage = createRolloutStage();
    await stage.run("a", start => (start === 0 ? crashes : { does: "run" }));
    expect(await stage.settle(["a"])).toMatchObject({ isReady: true });
    expect(stage.said.map(line => line.split(" ")[1])).toEqual(["settling", "failing", "settling", "ready"]);
    expect(stage.passed()).toBe(10_300);
  });

  test.each([
    [{ does: "exit", code: 0, after: 200 }, "daemon-exits"],
    [{ does: "exit", code: 137, after: 200, outOfMemory: true }, "host-out-of-memory"],
    [{ does: "not-start", error: 'exec: "x": permission denied: unknown', code: 126 }, "process-cannot-start"],
    [
      { does: "exit", code: 1, after: 9, lines: ["[FATAL tini (7)] exec /agent failed: Exec format error"] },
      "process-cannot-start",
    ],
  ] satisfies [Run, string][])("names the cause of %o", async (behaviour, name) => {
    const stage = createRolloutStage();
    await stage.run("a", behaviour);
    expect((await stage.settle(["a"])).diagnostics.map(found => found.name)).toEqual([name]);
    expect(stage.passed()).toBeLessThan(2_000);
  });

  test("points at the image for what cannot be executed, and says what to do", async () => {
    const stage = createRolloutStage();
    await stage.run("a", {
      does: "exit",
      code: 127,
      after: 9,
      lines: ["[FATAL tini (7)] exec agent failed: No such file or directory"],
    });
    const [found] = (await stage.settle(["a"])).diagnostics;
    expect(found?.at).toEqual({ path: "/resources/a/code/image", on: "value" });
    expect(found?.message).toBe("`a` cannot start: exec agent: No such file or directory");
    expect(found?.help).toContain("the file has to be in the image");
  });

  test("knows of memory from the events of an engine that forgets it", async () => {
    const stage = createRolloutStage();
    await stage.run("a", { does: "exit", code: 137, after: 200, outOfMemory: true });
    const { container } = stage.engine;
    Object.assign(stage.engine, {
      container: async (name: string) => {
        const found = await container(name);
        return found && { ...found, state: { ...found.state, outOfMemory: false } };
      },
    });
    expect((await stage.settle(["a"])).diagnostics.map(({ name }) => name)).toEqual(["host-out-of-memory"]);
  });

  test("gives a health check its budget, and takes one that passes", async () => {
    const stage = createRolloutStage();
    await stage.run("a", { does: "run", health: { status: "starting", output: "" } });
    stage.at(30_000, () => stage.engine.setHealth("acme-a", "unhealthy", "connecting\nno route to db"));
    const { diagnostics } = await stage.settle(["a"]);
    expect(stage.passed()).toBe(150_000);
    expect(diagnostics).toMatchObject([
      {
        message: "`a` runs, but its health check has failed for 2 min: no route to db",
        details: [{ title: "last output of the health check", lines: ["connecting", "no route to db"] }],
      },
    ]);
    stage.at(155_000, () => stage.engine.setHealth("acme-a", "healthy"));
    expect(await stage.settle(["a"])).toMatchObject({ isReady: true });
    expect(stage.passed()).toBe(155_000);
  });

  test("ends when nothing happens for too long", async () => {
    const stage = createRolloutStage({ silence: 60_000 });
    await stage.run("a", { does: "run", health: { status: "starting", output: "" } });
    const { diagnostics } = await stage.settle(["a"]);
    expect(diagnostics.map(({ name }) => name)).toEqual(["rollout-silent"]);
    expect(stage.passed()).toBe(70_000);
  });

  test("ends when the time is over, with what it was waiting for", async () => {
    const stage = createRolloutStage({ timeout: 20_000 });
    await stage.run("a", { does: "run", health: { status: "starting", output: "" } });
    const { diagnostics } = await stage.settle(["a"]);
    expect(diagnostics[0]?.message).toBe("`a` was not ready after 20 s: its health check has not passed yet");
    expect(stage.passed()).toBe(20_000);
  });

  test("tells of a container that somebody stopped, paused or removed", async () => {
    const stage = createRolloutStage();
    for (const id of ["a", "b", "c"]) await stage.run(id);
    stage.at(1_000, () => stage.engine.kill("acme-a"));
    stage.at(2_000, () => stage.engine.pause("acme-b"));
    const stopped = await stage.settle(["a", "b"]);
    expect(stopped.diagnostics.map(({ message }) => message)).toEqual([
      "`a` has not run for 2 min: its container is stopped",
    ]);
    expect(stage.passed()).toBe(121_000);
    stage.at(125_000, async () => stage.engine.removeContainer("acme-c"));
    await stage.engine.unpauseContainer("acme-b");
    const removed = await stage.settle(["c", "never"]);
    expect(removed.diagnostics.map(({ message }) => message)).toEqual([
      "`never` does not run: its container is not there",
    ]);
  });

  test("ends at once when one cannot become ready, and leaves the others as they are", async () => {
    const stage = createRolloutStage();
    await stage.run("done");
    await stage.effects.pass(20_000);
    await stage.run("broken", crashes);
    await stage.run("fresh");
    const { state, diagnostics } = await stage.settle(["broken", "done", "fresh"]);
    expect(diagnostics.map(({ name }) => name)).toEqual(["crash-loop"]);
    const statuses = Object.entries(state.resources).map(([id, { status, outputs }]) => [id, status, outputs?.running]);
    expect(statuses).toEqual([
      ["broken", "update-failed", false],
      ["done", "running", true],
      ["fresh", "updating", false],
    ]);
  });

  test("hides secrets: those that are known, and those that the container was given", async () => {
    const stage = createRolloutStage();
    const environment = ["TOKEN=hunter2-of-old", 'DB={"password":"pass word"}', "MODE=verbose"];
    const lines = ["token hunter2-of-old", "password pass word", "other known-secret", "mode verbose"];
    await stage.run("a", { ...crashes, lines }, { environment, labels: { [localLabels.secrets]: "TOKEN,DB" } });
    const mask = (text: string) => text.replaceAll("known-secret", "***");
    const { diagnostics } = await stage.settle(["a"], { mask });
    expect(diagnostics[0]?.details?.at(-1)?.lines).toEqual(["token ***", "password ***", "other ***", "mode verbose"]);
  });

  test("quotes the last lines only", async () => {
    const stage = createRolloutStage();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    await stage.run("a", { ...crashes, lines });
    const quoted = (await stage.settle(["a"])).diagnostics[0]?.details?.map(detail => detail.lines);
    expect(quoted).toEqual([lines.slice(10), lines.slice(10)]);
  });

  test("does without a log that cannot be read", async () => {
    const stage = createRolloutStage();
    await stage.run("a", crashes);
    stage.engine.fail("logs", new EngineError("the driver does not support reading", { status: 501 }));
    expect((await stage.settle(["a"])).diagnostics[0]).not.toHaveProperty("details");
  });

  test("goes on over an engine that goes and comes back", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    stage.at(4_000, stage.engine.goAway);
    stage.at(20_000, stage.engine.comeBack);
    expect(await stage.settle(["a"])).toMatchObject({ isReady: true });
    expect(stage.said).toContain("a waiting the engine does not answer");
    expect(stage.passed()).toBeGreaterThanOrEqual(30_000);
    expect(stage.passed()).toBeLessThan(31_000);
  });

  test("ends with an engine that stays away, and with what it refuses", async () => {
    const stage = createRolloutStage({ budget: 30_000 });
    await stage.run("a");
    stage.at(4_000, stage.engine.goAway);
    await expect(stage.settle(["a"])).rejects.toThrow(EngineError);
    expect(stage.passed()).toBeLessThan(36_000);
    stage.engine.comeBack();
    stage.engine.fail("container", new EngineError("no", { status: 403 }));
    await expect(stage.settle(["a"])).rejects.toThrow("no");
  });

  test("does without events, too", async () => {
    const stage = createRolloutStage();
    await stage.run("a", start => (start < 1 ? { ...crashes, after: 3_000 } : { does: "run" }));
    stage.engine.fail("events", new EngineError("forbidden", { status: 403 }), 1_000);
    expect(await stage.settle(["a"])).toMatchObject({ isReady: true });
  });

  test("notices within a while what an event stream that broke unseen does not tell", async () => {
    const stage = createRolloutStage();
    await stage.run("a", start => (start === 0 ? { ...crashes, after: 3_000 } : { does: "run" }));
    const silent = async function* () {
      yield* await new Promise<never[]>(() => undefined);
    };
    Object.assign(stage.engine, { events: silent });
    const { isReady } = await stage.settle(["a"]);
    expect([isReady, stage.passed()]).toEqual([true, 13_100]);
    await stage.run("b", { does: "run", health: { status: "starting", output: "" } });
    stage.at(25_000, () => stage.engine.setHealth("acme-b", "healthy"));
    await stage.settle(["b"]);
    expect(stage.passed()).toBe(33_100);
  });

  test("ends with the user", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    stage.at(4_000, stage.interrupt);
    await expect(stage.settle(["a"])).rejects.toThrow("interrupted");
  });

  test("looks once for each event, and at fifty daemons at once", async () => {
    const stage = createRolloutStage();
    const ids = Array.from({ length: 50 }, (_, index) => `d${index}`);
    for (const id of ids) await stage.run(id, start => (start === 0 ? crashes : { does: "run" }));
    stage.engine.forgetCalls();
    expect(await stage.settle(ids)).toMatchObject({ isReady: true });
    expect(stage.passed()).toBe(10_300);
    // At first, after its end, after its start, and when it has run long enough.
    expect(looks(stage.engine.calls)).toBeLessThanOrEqual(4 * 50);
  });
});

test("without waiting it is told which daemons run", async () => {
  const stage = createRolloutStage();
  await stage.run("a");
  await stage.run("b", { does: "run", health: { status: "starting", output: "" } });
  await stage.create("c", { does: "run" });
  const { isReady, state, diagnostics } = await stage.settle(["a", "b", "c", "d"], { wait: false });
  const running = Object.entries(state.resources).map(([id, { outputs }]) => [id, outputs?.running]);
  expect([isReady, diagnostics, running]).toEqual([
    false,
    [],
    [
      ["a", true],
      ["b", false],
      ["c", false],
      ["d", false],
    ],
  ]);
  expect(await stage.settle(["a"], { wait: false })).toMatchObject({ isReady: true });
});

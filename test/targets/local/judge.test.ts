import { describe, expect, test } from "vitest";
import type { Container, ContainerState } from "../../../src/targets/local/api/engine.ts";
import { countedOn, historyAtSight, rememberMemory } from "../../../src/targets/local/rollout/history.ts";
import { type JudgeOptions, judge } from "../../../src/targets/local/rollout/judge.ts";
import { currentStart } from "../../../src/targets/local/rollout/runs.ts";

const epoch = Date.parse("2026-01-01T00:00:00Z");

const containerIn = (state: Partial<ContainerState>, id = "c1"): Container => ({
  id,
  name: "acme-a",
  labels: {},
  image: "busybox",
  imageId: "sha256:1",
  environment: [],
  restartPolicy: "unless-stopped",
  networks: [],
  mounts: [],
  createdAt: epoch,
  state: {
    status: "running",
    exitCode: 0,
    outOfMemory: false,
    error: "",
    pid: 1,
    restarts: 0,
    startedAt: epoch,
    ...state,
  },
});

const verdictOf = (state: Partial<ContainerState>, options: Partial<JudgeOptions> = {}) =>
  judge(containerIn(state), { now: epoch + 60_000, settle: 10_000, history: { ends: 0 }, ...options });

const crashed = { exitCode: 3, outOfMemory: false };

test("what is said of a container holds none of the secrets that it was given", () => {
  const environment = ["TOKEN=s3cret-token", 'ALIEN_DB_BINDING={"password":"p4ssw0rd"}', "LEVEL=s3cret"];
  const labels = { "dev.alien.secrets": "TOKEN,ALIEN_DB_BINDING" };
  const said = (state: Partial<ContainerState>) =>
    judge({ ...containerIn(state), environment, labels }, { now: epoch, settle: 0, history: { ends: 0 } });
  const health = { status: "unhealthy", output: "s3cret: s3cret-token, p4ssw0rd\n" } as const;
  expect(said({ health })).toMatchObject({
    detail: expect.stringMatching(/s3cret: \*{3}, \*{3}$/),
    trouble: { cause: { said: "s3cret: ***, ***" } },
  });
  expect(said({ status: "created", error: "cannot use s3cret-token" }).detail).toBe("cannot use ***");
});

describe("ready", () => {
  test("is what runs long enough by the engine's clock", () => {
    expect(verdictOf({})).toEqual({ phase: "ready", restarts: 0, runningSince: epoch });
    expect(verdictOf({}, { now: epoch + 9_999 })).toEqual({
      phase: "settling",
      detail: "it has to run for 10 s",
      restarts: 0,
      runningSince: epoch,
      again: epoch + 10_000,
    });
    expect(verdictOf({}, { now: epoch + 10_000 }).phase).toBe("ready");
  });

  test("is what ran long enough, however often it ended before", () => {
    expect(verdictOf({ restarts: 7 }, { history: { ends: 7, last: crashed } }).phase).toBe("ready");
  });

  test("is what its health check says is healthy", () => {
    const health = (status: "starting" | "healthy" | "unhealthy", now = epoch + 60_000) =>
      verdictOf({ health: { status, output: "connecting\nno route to db\n" } }, { now });
    expect(health("healthy").phase).toBe("ready");
    expect(health("starting")).toMatchObject({ phase: "settling", detail: "its health check has not passed yet" });
    expect(health("healthy", epoch + 1).phase).toBe("settling");
    expect(health("unhealthy", epoch + 1)).toMatchObject({
      phase: "failing",
      detail: "its health check fails: no route to db",
      trouble: { cause: { kind: "unhealthy", said: "connecting\nno route to db" }, permanent: false },
    });
  });
});

describe("an end of the process", () => {
  const restarting = (state: Partial<ContainerState>, ends: number, last = crashed) =>
    verdictOf({ status: "restarting", pid: 0, ...state }, { history: { ends, last } }).trouble;

  test("may pass once, and does not the second time", () => {
    expect(restarting({}, 1)).toEqual({ cause: { kind: "crash", exitCode: 3 }, permanent: false });
    expect(restarting({}, 2)).toEqual({ cause: { kind: "crash", exitCode: 3 }, permanent: true });
  });

  test("is known of, too, when the next process has just started", () => {
    const options = { now: epoch + 500, history: { ends: 2, last: crashed } };
    expect(verdictOf({ restarts: 2 }, options).trouble?.permanent).toBe(true);
    expect(verdictOf({ restarts: 2 }, { ...options, history: { ends: 2 } }).phase).toBe("settling");
    expect(verdictOf({ restarts: 1 }, { ...options, history: { ends: 1, last: crashed } }).phase).toBe("settling");
  });

  test("is named by its code and its memory", () => {
    expect(restarting({}, 2, { exitCode: 0, outOfMemory: false })?.cause).toEqual({ kind: "exits" });
    expect(restarting({}, 2, { exitCode: 137, outOfMemory: true })?.cause).toEqual({ kind: "out-of-memory" });
  });
});

describe("what does not run", () => {
  const troubleOf = (state: Partial<ContainerState>) => verdictOf(state).trouble;

  test("because the engine refused to start it stays so where nothing of it passes by itself", () => {
    const said = 'exec: "agent": executable file not found in $PATH';
    const error = `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${said}: unknown`;
    expect(troubleOf({ status: "created", error, exitCode: 127 })).toEqual({
      cause: { kind: "cannot-start", said },
      permanent: true,
    });
    expect(troubleOf({ status: "exited", error: "odd", exitCode: 126 })?.permanent).toBe(true);
    // What the engine says while it ends [R] 20.10
    const ending = "failed to update store for object type *libnetwork.endpoint: open : no such file or directory";
    expect(troubleOf({ status: "created", error: ending, exitCode: 128 })?.permanent).toBe(false);
    expect(troubleOf({ status: "exited", error: "network acme not found", exitCode: 128 })).toEqual({
      cause: { kind: "cannot-start", said: "network acme not found" },
      permanent: false,
    });
  });

  test.each([
    ["created", "created"],
    ["exited", "stopped"],
    ["dead", "stopped"],
    ["paused", "paused"],
    ["removing", "removed"],
  ] as const)("because it is %s may pass", (status, problem) => {
    expect(troubleOf({ status })).toEqual({ cause: { kind: "not-running", problem }, permanent: false });
  });

  test("because it was removed does not come back", () => {
    const verdict = judge(undefined, { now: epoch, settle: 10_000, history: { ends: 0 } });
    expect(verdict.trouble).toEqual({ cause: { kind: "not-running", problem: "removed" }, permanent: true });
  });
});

describe("the history of a container", () => {
  const restarting = (restarts: number, more: Partial<ContainerState> = {}) =>
    containerIn({ status: "restarting", restarts, exitCode: 3, ...more });

  test("counts from when it is seen first, with the end that it is in", () => {
    expect(historyAtSight(containerIn({ restarts: 4 }))).toMatchObject({ ends: 0 });
    expect(historyAtSight(restarting(4))).toMatchObject({ ends: 1, last: crashed });
  });

  test("goes on counting, also what was not seen", () => {
    const first = historyAtSight(containerIn({ restarts: 4 }));
    const next = (restarts: number) => countedOn({ id: "c1", before: 4, ...first }, containerIn({ restarts }), false);
    expect(next(5)).toEqual({ id: "c1", before: 4, ends: 1 });
    expect(next(7)).toMatchObject({ ends: 3 });
  });

  test("starts anew with another container, and with a start by somebody", () => {
    const tally = { id: "c1", before: 4, ends: 2, last: crashed };
    expect(countedOn(tally, containerIn({ restarts: 1 }), false)).toEqual({
      id: "c1",
      before: 0,
      ends: 1,
      last: crashed,
    });
    expect(countedOn(tally, containerIn({ restarts: 9 }, "c2"), false)).toEqual({ id: "c2", before: 9, ends: 0 });
  });

  test("knows of memory from the engine's events, too, but not of one that ended well", () => {
    expect(countedOn(undefined, restarting(1, { exitCode: 137 }), true).last?.outOfMemory).toBe(true);
    expect(countedOn(undefined, restarting(1, { exitCode: 137, outOfMemory: true }), false).last?.outOfMemory).toBe(
      true,
    );
    expect(countedOn(undefined, restarting(1, { exitCode: 0 }), true).last?.outOfMemory).toBe(false);
    expect(countedOn(undefined, restarting(1, { exitCode: 137 }), false).last?.outOfMemory).toBe(false);
  });

  test("forgets about memory when the next process starts", () => {
    const event = (action: string, container = "c1") => ({ action, container, labels: {} });
    const told = [event("oom"), event("oom"), event("die"), event("start", "c2")].reduce(
      rememberMemory,
      new Set<string>(),
    );
    expect([...told]).toEqual(["c1"]);
    expect([...rememberMemory(told, event("start"))]).toEqual([]);
  });
});

test("a process began a moment before the engine says so, and after the one before had ended", () => {
  const startOf = (state: Partial<ContainerState>) => currentStart(containerIn(state).state);
  expect(startOf({ finishedAt: epoch - 60 })).toBe(epoch - 30);
  expect(startOf({ finishedAt: epoch - 5_000 })).toBe(epoch - 4_900);
  expect(startOf({ finishedAt: epoch + 50 })).toBe(epoch - 100);
  expect(startOf({})).toBeUndefined();
  const { startedAt: _, ...never } = containerIn({ status: "created" }).state;
  expect(currentStart({ ...never, finishedAt: epoch })).toBeUndefined();
});

import { describe, expect, test } from "vitest";
import { DiagnosticError } from "../../../src/diagnostics/index.ts";
import type { LogOptions } from "../../../src/targets/index.ts";
import type { LogRequest } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { stackLogs } from "../../../src/targets/local/logs.ts";
import { createRolloutStage } from "./rollout-stage.ts";

type Stage = ReturnType<typeof createRolloutStage>;

const defaults: LogOptions = { daemons: [], follow: false, previous: false };

/** Reads into a list that can be looked at while it grows. */
function reading({ host }: Stage, options: Partial<LogOptions> = {}, stack = "acme") {
  const lines: string[] = [];
  const done = (async () => {
    for await (const { daemon, text } of stackLogs(host, stack, { ...defaults, ...options }))
      lines.push(`${daemon} ${text}`);
  })();
  return { lines, done };
}

async function read(stage: Stage, options?: Partial<LogOptions>): Promise<readonly string[]> {
  const { lines, done } = reading(stage, options);
  await stage.effects.settle(done);
  return lines;
}

const prints = (name: string) => (start: number) =>
  ({ does: "run", lines: [`${name}${start} 1`, `${name}${start} 2`] }) as const;

/** Ends with the user; what is being followed ends with its process here, as the engine in memory knows no signal. */
async function ends(stage: Stage, done: Promise<void>): Promise<void> {
  stage.interrupt();
  stage.engine.crash("acme-a");
  await expect(stage.effects.settle(done)).rejects.toThrow("interrupted");
}

/** Two daemons; `a` was started again by the engine. */
async function stageWithLogs(): Promise<Stage> {
  const stage = createRolloutStage();
  await stage.run("a", prints("a"));
  await stage.run("b", prints("b"));
  await stage.effects.pass(20_000);
  stage.engine.crash("acme-a");
  await stage.effects.pass(1_000);
  stage.engine.print("acme-a", "later");
  return stage;
}

describe("the lines of a stack", () => {
  test("are those of its processes as they run", async () => {
    expect((await read(await stageWithLogs())).toSorted()).toEqual(["a a1 1", "a a1 2", "a later", "b b0 1", "b b0 2"]);
  });

  test("are those of the daemons that are asked for, and only the last, or young ones", async () => {
    const stage = await stageWithLogs();
    expect(await read(stage, { daemons: ["b"] })).toEqual(["b b0 1", "b b0 2"]);
    expect(await read(stage, { daemons: ["b", "a"], tail: 1 })).toEqual(["b b0 2", "a later"]);
    expect((await read(stage, { since: 5 })).toSorted()).toEqual(["a a1 1", "a a1 2", "a later"]);
    expect(await read(stage, { since: 0.5 })).toEqual(["a later"]);
  });

  test("are those before the start, where they are asked for", async () => {
    const stage = await stageWithLogs();
    expect(await read(stage, { previous: true })).toEqual(["a a0 1", "a a0 2"]);
    expect(await read(stage, { previous: true, tail: 1 })).toEqual(["a a0 2"]);
    expect(await read(stage, { previous: true, since: 5 })).toEqual([]);
    expect(await read(stage, { previous: true, follow: true })).toEqual(["a a0 1", "a a0 2"]);
  });

  test("are none of a container that goes meanwhile, and are not read over another refusal", async () => {
    const stage = await stageWithLogs();
    stage.engine.fail("logs", new EngineError("no such container", { status: 404 }));
    expect(await read(stage, { daemons: ["a"] })).toEqual([]);
    stage.engine.fail("logs", new EngineError("the driver does not support reading", { status: 501 }));
    await expect(read(stage, { daemons: ["a"], follow: true })).rejects.toThrow("does not support");
  });
});

describe("following", () => {
  test("goes on over restarts, each line once", async () => {
    const stage = await stageWithLogs();
    const { lines, done } = reading(stage, { daemons: ["a"], follow: true, tail: 1 });
    await stage.effects.pass(1_000);
    stage.engine.print("acme-a", "more");
    stage.engine.crash("acme-a");
    await stage.effects.pass(2_000);
    stage.engine.print("acme-a", "end");
    await stage.effects.pass(1_000);
    expect(lines).toEqual(["a later", "a more", "a a2 1", "a a2 2", "a end"]);
    await ends(stage, done);
  });

  test("goes on with what takes the place of a container", async () => {
    const stage = await stageWithLogs();
    const { lines, done } = reading(stage, { daemons: ["a"], follow: true, tail: 1 });
    await stage.effects.pass(1_000);
    await stage.engine.stopContainer("acme-a", 1);
    await stage.engine.renameContainer("acme-a", "acme-a.previous");
    await stage.effects.pass(3_250);
    const first = { does: "exit", code: 3, after: 100, lines: ["new ends"] } as const;
    await stage.run("a", start => (start === 0 ? first : prints("new")(start)));
    await stage.effects.pass(2_000);
    expect(lines).toEqual(["a later", "a new ends", "a new1 1", "a new1 2"]);
    await ends(stage, done);
  });

  test("starts with the process that runs, also where that has not written yet", async () => {
    const stage = createRolloutStage();
    await stage.run("a", start => ({ does: "run", lines: start === 1 ? [] : [`run ${start}`] }));
    await stage.effects.pass(20_000);
    stage.engine.crash("acme-a");
    await stage.effects.pass(1_000);
    const { lines, done } = reading(stage, { follow: true });
    await stage.effects.pass(1_000);
    stage.engine.crash("acme-a");
    await stage.effects.pass(2_000);
    expect(lines).toEqual(["a run 2"]);
    await ends(stage, done);
  });

  test("shows what was written by processes that ended between two looks", async () => {
    const stage = createRolloutStage();
    await stage.run("a", start => ({ does: "exit", code: 3, after: 10, lines: [`run ${start}`] }));
    const { lines, done } = reading(stage, { follow: true });
    await stage.effects.pass(10_000);
    expect(lines).toEqual([0, 1, 2, 3, 4, 5, 6].map(run => `a run ${run}`));
    await stage.engine.stopContainer("acme-a", 1);
    await ends(stage, done);
  });

  test("asks for more of a process that runs, and no more of one that ended", async () => {
    const stage = await stageWithLogs();
    const { logs } = stage.engine;
    const asked: boolean[] = [];
    // Ends at once, as where a log is rotated.
    const short = (id: string, request: LogRequest) => {
      asked.push(request.follow === true);
      return logs(id, { ...request, follow: false });
    };
    Object.assign(stage.engine, { logs: short });
    const { lines, done } = reading(stage, { daemons: ["a"], follow: true, tail: 1 });
    await stage.effects.pass(1_000);
    stage.engine.print("acme-a", "more");
    await stage.effects.pass(1_000);
    expect(lines).toEqual(["a later", "a more"]);
    await stage.engine.stopContainer("acme-a", 1);
    await stage.effects.pass(1_000);
    const before = asked.length;
    await stage.effects.pass(10_000);
    expect([asked.length - before, asked[0]]).toEqual([0, true]);
    await ends(stage, done);
  });

  test("asks again where it could not be read to the end", async () => {
    const stage = await stageWithLogs();
    await stage.engine.stopContainer("acme-a", 1);
    stage.engine.fail("logs", new EngineError("socket hang up", { status: 0 }));
    const { lines, done } = reading(stage, { daemons: ["a"], follow: true });
    await stage.effects.pass(2_000);
    expect(lines).toEqual(["a a1 1", "a a1 2", "a later"]);
    await ends(stage, done);
  });

  test("waits for an engine that is away", async () => {
    const stage = await stageWithLogs();
    const { lines, done } = reading(stage, { daemons: ["a"], follow: true, tail: 1 });
    await stage.effects.pass(1_000);
    stage.engine.goAway();
    await stage.effects.pass(5_000);
    stage.engine.comeBack();
    await stage.effects.pass(2_000);
    expect(lines).toEqual(["a later", "a a2 1", "a a2 2"]);
    await ends(stage, done);
  });
});

test("what has the name of a daemon and is not the stack's is not read", async () => {
  const stage = await stageWithLogs();
  await stage.engine.renameContainer("acme-a", "acme-a.previous");
  await stage.engine.renameContainer(await stage.create("x", prints("x"), {}, "other"), "acme-a");
  await stage.engine.startContainer("acme-a");
  expect(await read(stage, { daemons: ["a"] })).toEqual([]);
});

test("what is not there is told", async () => {
  const stage = await stageWithLogs();
  const findings = (work: Promise<unknown>) =>
    stage.effects.settle(work).then(
      () => [],
      cause => (cause instanceof DiagnosticError ? cause.diagnostics : []),
    );
  expect(await findings(reading(stage, {}, "acne").done)).toMatchObject([
    { name: "stack-not-found", help: "did you mean `acme`?" },
  ]);
  const unknown = await findings(reading(stage, { daemons: ["a", "bb"] }).done);
  expect(unknown).toMatchObject([{ name: "unknown-daemon", at: { argument: "bb" }, help: "did you mean `b`?" }]);
});

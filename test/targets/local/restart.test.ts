import { expect, test } from "vitest";
import { defaultTiming } from "../../../src/targets/index.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { restartDaemons } from "../../../src/targets/local/restart.ts";
import { daemonIr, stackIr, text } from "../../render/stack-ir.ts";
import { createApplyStage } from "./apply-stage.ts";

const stackOf = (version: string, ids = ["agent"]) =>
  stackIr({
    daemons: ids.map(id => ({
      ...daemonIr(id, { image: "busybox:latest" }),
      environment: { local: [text("VERSION", version)], kubernetes: [] },
    })),
  });

type Stage = ReturnType<typeof createApplyStage>;

/** Somebody else on the same host, who does something while the lock is waited for. */
const hostOf = (
  { engine, effects, records }: Stage,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Host => ({
  ...{ engine, effects, timing: defaultTiming, onProgress: () => undefined },
  ...{ signal: new AbortController().signal, holder: "me", lockTimeout: 0 },
  stateOf: () => ({
    read: async stack => records.get(stack),
    write: async () => undefined,
    remove: async () => undefined,
    lock: async () => {
      await meanwhile();
      return { release: () => undefined };
    },
  }),
  afterSignal: () => {
    throw new Error("interrupted");
  },
});

test("restarts what is there once it has the lock: a container that was replaced meanwhile stays stopped", async () => {
  const stage = createApplyStage();
  await stage.apply(stackOf("1"));
  const host = hostOf(stage, () => stage.apply(stackOf("2"), { wait: false }));
  await stage.effects.settle(restartDaemons(host, { stack: "acme", daemons: [], wait: false }));
  expect(await stage.containers()).toEqual({ "acme-agent": "running 2", "acme-agent.previous": "exited 1" });
});

test("goes on with the others where one is not started, and tells that one's cause", async () => {
  const stage = createApplyStage();
  await stage.apply(stackOf("1", ["agent", "other"]));
  const { engine, effects } = stage;
  const slow = (await engine.container("acme-other"))?.id;
  const stop = engine.stopContainer;
  const stopContainer: typeof stop = async (container, seconds) => {
    if (container === slow) await effects.sleep(20_000);
    return stop(container, seconds);
  };
  Object.assign(engine, { stopContainer });
  engine.fail("startContainer", new EngineError("no such device", { status: 400 }));
  const outcome = await effects.settle(restartDaemons(hostOf(stage), { stack: "acme", daemons: [], wait: true }));
  expect([outcome.result, ...outcome.diagnostics.map(({ name }) => name)]).toEqual(["failed", "container-not-running"]);
  expect(await stage.containers()).toEqual({ "acme-agent": "exited 1", "acme-other": "running 1" });
});

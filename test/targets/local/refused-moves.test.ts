import { expect, test } from "vitest";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { daemonIr, stackIr, text } from "../../render/stack-ir.ts";
import { createApplyStage } from "./apply-stage.ts";

const stackOf = (versions: Readonly<Record<string, string>>) =>
  stackIr({
    daemons: Object.entries(versions).map(([id, version]) => ({
      ...daemonIr(id, { image: "busybox:latest" }),
      environment: { local: [text("VERSION", version)], kubernetes: [] },
    })),
  });

const refusal = (status: number, message: string) => new EngineError(message, { status });

test("an old process that cannot be stopped is no new one: the apply fails, and nothing is recorded as good", async () => {
  const stage = createApplyStage();
  await stage.apply(stackOf({ agent: "1" }));
  stage.engine.fail("stopContainer", refusal(500, "cannot stop container: permission denied"));
  const outcome = await stage.apply(stackOf({ agent: "2" }));
  expect(outcome.result).toBe("rolled-back");
  expect(outcome.diagnostics.map(({ name }) => name)).toEqual(["engine-failing", "rolled-back"]);
  expect(await stage.containers()).toEqual({ "acme-agent": "running 1" });
  expect(stage.records.get("acme")?.good?.number).toBe(1);
});

test("what is under way for other daemons comes to its end before anything is taken back", async () => {
  const stage = createApplyStage();
  await stage.apply(stackOf({ agent: "1", other: "1" }));
  const { engine, effects } = stage;
  const refused = (await engine.container("acme-agent"))?.id;
  const slow = (await engine.container("acme-other"))?.id;
  const stop = engine.stopContainer;
  const stopContainer: typeof stop = async (container, seconds) => {
    if (container === refused) throw refusal(500, "cannot stop container: permission denied");
    if (container === slow) await effects.sleep(20_000);
    return stop(container, seconds);
  };
  Object.assign(engine, { stopContainer });
  const outcome = await stage.apply(stackOf({ agent: "2", other: "2" }));
  expect(outcome.result).toBe("rolled-back");
  expect(await stage.containers()).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
});

test("an old process that was stopped in vain is started again", async () => {
  const stage = createApplyStage();
  await stage.apply(stackOf({ agent: "1" }));
  stage.engine.fail("renameContainer", refusal(409, "Container is restarting"));
  const outcome = await stage.apply(stackOf({ agent: "2" }));
  expect([outcome.result, outcome.diagnostics[0]?.name]).toEqual(["rolled-back", "engine-refuses"]);
  expect(await stage.containers()).toEqual({ "acme-agent": "running 1" });
});

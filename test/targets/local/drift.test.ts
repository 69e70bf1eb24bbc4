import { expect, test } from "vitest";
import { bindingIr, link, text } from "../../render/stack-ir.ts";
import { acme, createWatchStage, revisionOf, withEnvironment } from "./watch-stage.ts";

type Stage = ReturnType<typeof createWatchStage>;

/** What is told, and how the telling ended. */
async function drift(stage: Stage) {
  stage.engine.forgetCalls();
  stage.watch({ drift: true });
  await stage.effects.until(() => stage.end.over);
  expect(stage.engine.writes).toEqual([]);
  return stage
    .of("drift")
    .map(({ plan }) =>
      plan.changes
        .filter(({ action }) => action !== "unchanged")
        .map(({ action, object, reason, fields }) => [
          action,
          object.name,
          reason.kind,
          ...fields.map(one => one.field),
        ]),
    );
}

test("nothing has drifted right after an apply, whatever its image is called by now", async () => {
  const stage = createWatchStage();
  const secret = link("db", bindingIr("s3", { accessKey: { secret: "key" } }));
  await stage.deploy(withEnvironment(text("LEVEL", "info"), secret), { key: "k1" });
  stage.engine.addImage("agent:1");
  expect(await drift(stage)).toEqual([[]]);
  expect(stage.end.cause).toBeUndefined();
  expect(stage.told).toHaveLength(1);
});

test("each container that differs is told, with what differs", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent", "gone", "idle", "worker"));
  const id = async (name: string) => (await stage.engine.container(name))?.id ?? "";
  await stage.engine.setRestartPolicy(await id("acme-agent"), "no");
  await stage.engine.removeContainer(await id("acme-gone"));
  await stage.engine.stopContainer(await id("acme-idle"), 1);
  stage.engine.disconnect("acme-worker");
  expect(await drift(stage)).toEqual([
    [
      ["update", "acme-agent", "drifted", "restartPolicy"],
      ["create", "acme-gone", "not-there", "image"],
      ["update", "acme-idle", "stopped"],
      ["replace", "acme-worker", "drifted", "network"],
    ],
  ]);
});

test("what was applied last counts, also where nobody has waited for it", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent"));
  stage.record(acme("agent"), { pending: revisionOf(acme("agent", "worker"), 2) });
  expect(await drift(stage)).toEqual([[["create", "acme-worker", "not-there", "image"]]]);
});

test("without what was applied nobody can tell", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent"));
  stage.memory.keep(undefined);
  await drift(stage);
  expect(stage.end.cause).toMatchObject({ diagnostics: [{ name: "state-missing" }] });
});

test("a stack that is not there has not drifted", async () => {
  const stage = createWatchStage();
  await drift(stage);
  expect(stage.end.cause).toMatchObject({ diagnostics: [{ name: "stack-not-found" }] });
});

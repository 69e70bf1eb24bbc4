import { describe, expect, test } from "vitest";
import { DiagnosticError, finding } from "../../../src/diagnostics/index.ts";
import { localLabels } from "../../../src/render/index.ts";
import { type DeploymentRecord, recordVersion } from "../../../src/state/index.ts";
import { stackStatus } from "../../../src/targets/local/status.ts";
import { createRolloutStage, stackOf } from "./rollout-stage.ts";

const recordOf = (...ids: readonly string[]): DeploymentRecord => ({
  formatVersion: recordVersion,
  stack: "acme",
  state: { platform: "local", resourcePrefix: "acme", resources: {} },
  inventory: [],
  good: { number: 7, ir: stackOf(...ids), secrets: {}, appliedAt: "2026-01-01T00:00:00Z" },
});

type Stage = ReturnType<typeof createRolloutStage>;

const statusOf = async ({ host }: Stage, stack = "acme") => (await stackStatus(host, stack)).value;
const shown = async (stage: Stage) =>
  (await statusOf(stage))?.daemons.map(({ daemon, phase, running, detail }) =>
    [daemon, phase, String(running), ...(detail === undefined ? [] : [detail])].join(" "),
  );

describe("the status of a stack", () => {
  test("is told from labels alone", async () => {
    const stage = createRolloutStage();
    const since = stage.effects.date().toISOString();
    await stage.run("a");
    const daemon = {
      daemon: "a",
      daemonName: "acme-a",
      running: true,
      phase: "running",
      image: "a:1",
      restarts: 0,
      since,
    };
    const resource = {
      type: "daemon",
      status: "running",
      config: { image: "a:1" },
      outputs: { type: "daemon", daemonName: "acme-a", running: true },
    };
    expect(await stackStatus(stage.host, "acme")).toEqual({
      value: {
        stack: "acme",
        daemons: [daemon],
        state: { platform: "local", resourcePrefix: "acme", resources: { a: resource } },
      },
      diagnostics: [],
    });
  });

  test("says what is so with a daemon that does not run", async () => {
    const stage = createRolloutStage();
    for (const id of ["crashing", "paused", "stopped", "running"]) await stage.run(id);
    await stage.run("checked", { does: "run", health: { status: "starting", output: "" } });
    await stage.run("sick", { does: "run", health: { status: "unhealthy", output: "no route" } });
    await stage.create("created", { does: "run" });
    stage.engine.crash("acme-crashing", { code: 3 });
    stage.engine.pause("acme-paused");
    stage.engine.kill("acme-stopped");
    expect(await shown(stage)).toEqual([
      "checked starting false its health check has not passed yet",
      "crashing failing false the process ended with code 3",
      "created starting false its container was not started",
      "paused failing false its container is paused",
      "running running true",
      "sick failing false its health check fails: no route",
      "stopped failing false its container is stopped",
    ]);
  });

  test("has the restarts, and the revision and the daemons that are remembered", async () => {
    const stage = createRolloutStage();
    stage.records.set("acme", recordOf("a", "b"));
    await stage.run("a");
    stage.engine.crash("acme-a");
    await stage.effects.pass(1_000);
    const { revision, daemons } = (await statusOf(stage)) ?? {};
    expect([revision, daemons?.[0]?.restarts, daemons?.[0]?.phase]).toEqual([7, 1, "running"]);
    expect(daemons?.[1]).toEqual({ daemon: "b", daemonName: "acme-b", running: false, phase: "missing", restarts: 0 });
  });

  test("does without what is remembered where that cannot be relied on", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    const damaged = new DiagnosticError([
      finding("stack-not-found", { argument: "" }, { stack: "a", suggestion: undefined }),
    ]);
    const store = { ...stage.host.stateOf(""), read: () => Promise.reject(damaged) };
    const found = await stackStatus({ ...stage.host, stateOf: () => store }, "acme");
    expect(found.value).toMatchObject({ daemons: [{ phase: "running" }] });
    expect(found.value).not.toHaveProperty("revision");
    const broken = { ...store, read: () => Promise.reject(new Error("a bug")) };
    await expect(stackStatus({ ...stage.host, stateOf: () => broken }, "acme")).rejects.toThrow("a bug");
  });

  test("is that of the container with the daemon's name while it is replaced", async () => {
    const stage = createRolloutStage();
    await stage.run("a");
    await stage.engine.renameContainer("acme-a", "acme-a.previous");
    stage.engine.kill("acme-a.previous");
    expect((await statusOf(stage))?.daemons).toMatchObject([{ daemonName: "acme-a.previous", phase: "failing" }]);
    await stage.run("a");
    expect((await statusOf(stage))?.daemons).toMatchObject([{ daemonName: "acme-a", phase: "running" }]);
  });
});

test("a stack that is not there is told, with one of a similar name", async () => {
  const stage = createRolloutStage();
  await stage.create("a", { does: "run" }, { labels: { [localLabels.manager]: "somebody" } }, "acmee");
  const missing = await stackStatus(stage.host, "acme");
  expect(missing.value).toBeUndefined();
  expect(missing.diagnostics).toMatchObject([
    {
      name: "stack-not-found",
      message: "there is no stack `acme` on the Docker engine",
      help: "is it the right `--context`?",
    },
  ]);
  await stage.create("b", { does: "run" }, {}, "acne");
  const [found] = (await stackStatus(stage.host, "acme")).diagnostics;
  expect(found?.help).toBe("did you mean `acne`?");
});

import { describe, expect, test } from "vitest";
import { localLabels, manager } from "../../../src/render/index.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { bindingIr, daemonIr, link, stackIr, text, variable } from "../../render/stack-ir.ts";
import { acme, createWatchStage, revisionOf, withEnvironment } from "./watch-stage.ts";

async function watched(
  stack = acme("agent"),
  secrets: Readonly<Record<string, string>> = {},
  options: Parameters<typeof createWatchStage>[0] = {},
) {
  const stage = createWatchStage(options);
  await stage.deploy(stack, secrets);
  stage.watch();
  await stage.effects.until(() => stage.of("health").length === 1);
  stage.engine.forgetCalls();
  return stage;
}

type Stage = Awaited<ReturnType<typeof watched>>;

const repaired = (stage: Stage, count = 1): Promise<void> =>
  stage.effects.until(() => stage.of("repair").length === count);

const container = async ({ engine }: Stage, name = "acme-agent") => {
  const found = await engine.container(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

const names = async ({ engine }: Stage): Promise<readonly string[]> =>
  (await engine.containers([`${localLabels.stack}=acme`])).map(({ name }) => name).sort();

describe("a daemon is brought back", () => {
  test.each(["killed", "stopped"])("that was %s", async how => {
    const stage = await watched();
    const { id } = await container(stage);
    if (how === "killed") stage.engine.kill("acme-agent");
    else await stage.engine.stopContainer(id, 1);
    stage.engine.forgetCalls();
    const since = stage.effects.now();
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ daemon: "agent", problem: "stopped", repaired: true }]);
    expect(stage.of("repair")[0]).not.toHaveProperty("detail");
    expect(stage.effects.now() - since).toBeLessThan(1000);
    expect(stage.engine.writes).toEqual([`startContainer ${id}`]);
    expect(stage.memory.locks).toEqual(["taken", "released"]);
  });

  test("that was paused", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    stage.engine.pause("acme-agent");
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "paused", repaired: true }]);
    expect(stage.engine.writes).toEqual([`unpauseContainer ${id}`]);
  });

  test("whose policy was changed, also where it has ended since", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    await stage.engine.setRestartPolicy(id, "no");
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "altered", repaired: true, detail: "restartPolicy" }]);
    await stage.effects.pass(120_000);
    await stage.engine.setRestartPolicy(id, "no");
    stage.engine.crash("acme-agent", { code: 1 });
    await repaired(stage, 2);
    expect(await container(stage)).toMatchObject({ id, restartPolicy: "unless-stopped", state: { status: "running" } });
  });

  test("that was renamed, with its process", async () => {
    const stage = await watched();
    const { id, state } = await container(stage);
    await stage.engine.renameContainer(id, "mine");
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "altered", repaired: true, detail: "name" }]);
    expect(await container(stage)).toMatchObject({ id, state: { pid: state.pid } });
  });

  test("that was taken off its network, with its process, at the next look", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    stage.engine.disconnect("acme-agent");
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "altered", repaired: true, detail: "network" }]);
    expect(await container(stage)).toMatchObject({ id, networks: ["alien"] });
  });

  test("that is on another network besides: made anew, after the old process ended", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    await stage.engine.createNetwork({ name: "other", labels: {}, options: {} });
    await stage.engine.connectNetwork("other", id);
    stage.engine.forgetCalls();
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "altered", repaired: true, detail: "network" }]);
    const now = await container(stage);
    expect(now.id).not.toBe(id);
    expect(now).toMatchObject({ networks: ["alien"], state: { status: "running" } });
    expect(stage.engine.writes).toEqual([
      "createContainer acme-agent.next",
      `stopContainer ${id}`,
      `renameContainer ${id} acme-agent.previous`,
      `renameContainer ${now.id} acme-agent`,
      `startContainer ${now.id}`,
      `removeContainer ${id}`,
    ]);
  });

  test("that was removed, with what it needs", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    await stage.engine.removeContainer(id);
    await stage.engine.removeNetwork("alien");
    stage.engine.registry.set("agent:1", { image: stage.engine.addImage("agent:1") });
    await stage.engine.removeImage("agent:1");
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "removed", repaired: true }]);
    expect(await container(stage)).toMatchObject({ networks: ["alien"], state: { status: "running" } });
    expect(await names(stage)).toEqual(["acme-agent"]);
    expect((await stage.engine.network("alien"))?.options).toEqual({
      "com.docker.network.bridge.enable_icc": "false",
    });
  });

  test("of several at a time, each is told", async () => {
    const stage = await watched(acme("agent", "other", "worker"));
    stage.engine.kill("acme-agent");
    stage.engine.kill("acme-worker");
    await repaired(stage, 2);
    expect(stage.of("repair").map(({ daemon }) => daemon)).toEqual(["agent", "worker"]);
    expect(stage.memory.locks).toEqual(["taken", "released"]);
  });

  test("after a repair that was cut short: what that left is gone", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    await stage.engine.createContainer("acme-agent.next", {
      image: "agent:1",
      environment: [],
      labels: (await container(stage)).labels,
      network: "alien",
      mounts: [],
    });
    await stage.engine.renameContainer(id, "acme-agent.previous");
    await repaired(stage);
    expect(await names(stage)).toEqual(["acme-agent"]);
    expect((await container(stage)).state.status).toBe("running");
  });
});

describe("a daemon is left alone", () => {
  test("while somebody else changes the stack", async () => {
    const stage = await watched();
    stage.memory.hold("an apply");
    stage.engine.kill("acme-agent");
    stage.engine.forgetCalls();
    await stage.effects.pass(30_000);
    expect([stage.engine.writes, stage.of("repair")]).toEqual([[], []]);
    stage.memory.hold(undefined);
    await repaired(stage);
  });

  test("when an apply began before the lock was free", async () => {
    const stage = await watched();
    stage.memory.whenLocked(() => stage.record(acme("agent"), { pending: revisionOf(acme("agent"), 2) }));
    stage.engine.kill("acme-agent");
    await stage.effects.pass(30_000);
    expect([stage.engine.writes, stage.of("repair"), stage.memory.locks]).toEqual([[], [], ["taken", "released"]]);
    expect(stage.end.over).toBe(false);
  });

  test("when somebody else has put it right in the meantime", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    stage.engine.kill("acme-agent");
    await stage.effects.pass(100);
    await stage.engine.startContainer(id);
    await stage.effects.pass(20_000);
    expect([stage.of("repair"), stage.memory.locks]).toEqual([[], []]);
  });

  test("when the engine starts it again by itself", async () => {
    const stage = await watched();
    stage.engine.behave("agent:1", () => ({ does: "exit", code: 1, after: 10 }));
    stage.engine.crash("acme-agent");
    await stage.effects.pass(60_000);
    expect([stage.of("repair"), stage.memory.locks]).toEqual([[], []]);
  });

  test("when its name is somebody else's by now", async () => {
    const stage = await watched();
    const { id } = await container(stage);
    await stage.engine.removeContainer(id);
    const image = stage.engine.addImage("theirs:1");
    await stage.engine.createContainer("acme-agent", {
      ...{ image: "theirs:1", environment: [], labels: {}, network: "bridge", mounts: [] },
    });
    await stage.effects.pass(60_000);
    expect(stage.of("repair")).toMatchObject([{ problem: "removed", repaired: false }]);
    expect(stage.of("repair")[0]?.detail).toContain("`acme-agent`");
    expect(await container(stage)).toMatchObject({ imageId: image.id, state: { status: "created" } });
    await stage.engine.removeContainer((await container(stage)).id);
    await stage.effects.pass(300_000);
    expect(stage.of("repair").slice(1)).toMatchObject([{ repaired: true }]);
  });
});

describe("values of secrets", () => {
  const secret = variable("TOKEN", { kind: "secret", secret: "token" });
  const db = link("db", bindingIr("s3", { bucket: "b", accessKey: { secret: "key" } }));
  const stack = withEnvironment(text("LEVEL", "info"), secret, db);
  const values = { token: "t 1", key: 'k\n"1$' };
  const environmentOf = async (stage: Stage) => (await container(stage)).environment.slice(0, 3);

  test("are those that the container had, and not what the shell has by now", async () => {
    const stage = createWatchStage();
    await stage.deploy(stack, values);
    stage.watch({ secretValues: new Map([["token", "newer"]]) });
    await stage.effects.until(() => stage.of("health").length === 1);
    const before = await environmentOf(stage);
    await stage.engine.removeContainer((await container(stage)).id);
    await repaired(stage);
    expect(await environmentOf(stage)).toEqual(before);
    expect(before).toContain("TOKEN=t 1");
    expect((await container(stage)).labels).toMatchObject({
      [localLabels.manager]: manager,
      [localLabels.secrets]: "TOKEN,ALIEN_DB_BINDING",
    });
    expect(JSON.stringify(stage.told)).not.toContain("t 1");
  });

  test("are those of the shell where the container was gone before it was seen", async () => {
    const stage = createWatchStage();
    await stage.deploy(stack, values);
    const before = await environmentOf(stage);
    await stage.engine.removeContainer((await container(stage)).id);
    stage.watch({ secretValues: new Map(Object.entries(values)) });
    await repaired(stage);
    expect(await environmentOf(stage)).toEqual(before);
  });

  test("that nobody knows are told once, by their variables", async () => {
    const stage = createWatchStage();
    await stage.deploy(stack, values);
    await stage.engine.removeContainer((await container(stage)).id);
    stage.engine.forgetCalls();
    stage.watch({ secretValues: new Map([["token", "t 1"]]) });
    await stage.effects.pass(600_000);
    expect(stage.of("repair")).toMatchObject([{ daemon: "agent", problem: "removed", repaired: false }]);
    expect(stage.of("repair")[0]?.detail).toContain("the value of `ALIEN_DB_BINDING` is not known");
    expect(stage.engine.writes).toEqual([]);
    expect(stage.of("health").length).toBeGreaterThan(100);
  });

  test("of a revision before are not used", async () => {
    const stage = createWatchStage();
    await stage.deploy(stack, values);
    stage.watch();
    await stage.effects.until(() => stage.of("health").length === 1);
    stage.record(stack, { good: { number: 2, ir: stack, secrets: {}, appliedAt: "2026-01-02T00:00:00Z" } });
    await stage.engine.removeContainer((await container(stage)).id);
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ repaired: false }]);
  });
});

describe("what keeps going wrong", () => {
  test("is left alone longer and longer, which is told each time", async () => {
    const stage = await watched();
    const moments: number[] = [];
    for (let count = 1; count <= 6; count++) {
      stage.engine.kill("acme-agent");
      const since = stage.effects.now();
      await repaired(stage, count);
      moments.push(Math.round((stage.effects.now() - since) / 1000));
    }
    expect(moments).toEqual([1, 1, 2, 4, 8, 16]);
    expect(stage.of("backoff")).toMatchObject([
      { by: "watch", daemon: "agent", ends: 2, exitCode: 137, pause: 1000 },
      { ends: 3, pause: 2000 },
      { ends: 4, pause: 4000 },
      { ends: 5, pause: 8000 },
      { ends: 6, pause: 16_000 },
    ]);
    await stage.effects.pass(61_000);
    stage.engine.kill("acme-agent");
    const since = stage.effects.now();
    await repaired(stage, 7);
    expect(stage.effects.now() - since).toBeLessThan(1000);
    stage.engine.kill("acme-agent");
    await repaired(stage, 8);
    expect(stage.effects.now() - since).toBeLessThan(3000);
  });

  test("is not said to be left alone where it is not", async () => {
    const stage = await watched();
    for (let count = 1; count <= 3; count++) {
      stage.engine.kill("acme-agent");
      await repaired(stage, count);
      await stage.effects.pass(20_000);
    }
    expect(stage.of("backoff")).toEqual([]);
  });

  test("for five minutes at most, and then without a word", async () => {
    const stage = await watched();
    for (let count = 1; count <= 13; count++) {
      stage.engine.kill("acme-agent");
      await repaired(stage, count);
    }
    expect(stage.of("backoff").map(({ pause }) => pause / 1000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  });

  test("what the engine refuses is told once, tried again, and told when it works", async () => {
    const stage = await watched();
    const refused = new EngineError("driver failed programming external connectivity", { status: 500 });
    stage.engine.fail("startContainer", refused, 3);
    stage.engine.kill("acme-agent");
    await repaired(stage, 2);
    expect(stage.of("repair")).toMatchObject([
      { problem: "stopped", repaired: false, detail: refused.message },
      { problem: "stopped", repaired: true },
    ]);
    expect(stage.engine.writes.filter(call => call.startsWith("startContainer"))).toHaveLength(4);
    expect(stage.of("backoff")).toEqual([]);
  });
});

describe("data", () => {
  const files = { kind: "storage", id: "files", path: "/resources/files" } as const;
  const binding = { service: "local-storage", path: "/resources/files", embedded: true, fields: [] };
  const agent = {
    ...daemonIr("agent", { image: "agent:1" }),
    links: [{ id: "files", path: "/resources/agent/links/0" }],
  };
  const stack = stackIr({ daemons: [agent], resources: [{ ...files, bindings: { local: binding } }] });
  const volume = "acme-storage-files";

  test("a volume that is gone, too, is made with its labels", async () => {
    const stage = await watched(stack);
    const labels = (await stage.engine.volume(volume))?.labels;
    await stage.engine.removeContainer((await container(stage)).id);
    await stage.engine.removeVolume(volume);
    await repaired(stage);
    expect(labels).toMatchObject({ [localLabels.stack]: "acme", [localLabels.resource]: "files" });
    expect((await stage.engine.volume(volume))?.labels).toEqual(labels);
    expect((await container(stage)).mounts).toMatchObject([{ volume }]);
  });

  test("one that is somebody else's is not mounted", async () => {
    const stage = await watched(stack);
    await stage.engine.removeContainer((await container(stage)).id);
    await stage.engine.removeVolume(volume);
    await stage.engine.createVolume({ name: volume, labels: {} });
    await repaired(stage);
    expect(stage.of("repair")).toMatchObject([{ problem: "removed", repaired: false }]);
    expect(stage.of("repair")[0]?.detail).toContain(`volume \`${volume}\``);
    expect(await names(stage)).toEqual([]);
  });
});

test("a repair that is under way comes to its end when the watching does", async () => {
  const stage = await watched(acme("agent"), {}, { stopping: 20_000 });
  const { id } = await container(stage);
  await stage.engine.createNetwork({ name: "other", labels: {}, options: {} });
  await stage.engine.connectNetwork("other", id);
  await stage.effects.until(() => stage.engine.writes.includes("createContainer acme-agent.next"));
  const rounds = stage.of("health").length;
  await stage.effects.pass(11_000);
  expect(stage.of("health").length).toBe(rounds + 2);
  stage.interrupt();
  await stage.effects.until(() => stage.end.over);
  expect(stage.of("repair")).toMatchObject([{ problem: "altered", repaired: true }]);
  expect((await container(stage)).state.status).toBe("running");
  expect(stage.memory.locks).toEqual(["taken", "released"]);
  expect(stage.lasting).toEqual({ opened: 1, closed: 1 });
});

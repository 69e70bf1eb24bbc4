import { beforeAll, describe, expect, test, vi } from "vitest";
import { until } from "../targets/until.ts";
import { buildScriptImage, docker, foundOf, hasEngine, liveDocker, stays } from "./docker.ts";
import { crash, isRunning, look } from "./local-containers.ts";
import { type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";

vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

const agentOf = (stage: LocalStage): string => stage.containerOf("agent");

/** What `status` says of the daemon. */
async function statusOf(stage: LocalStage): Promise<unknown> {
  const { out } = await stage.run(`status --stack ${stage.stack} --format json`);
  return JSON.parse(out).daemons[0];
}

/** Waits until a daemon runs again after so many restarts, and tells what `status` says of it. */
async function restarted(stage: LocalStage, times: number) {
  const format = "{{.RestartCount}} {{.State.Status}}";
  await until(() => look(agentOf(stage), format) === `${times} running`, 30_000);
  return statusOf(stage);
}

describe.skipIf(!hasEngine).concurrent(liveDocker("a daemon on a Docker engine is started again"), () => {
  test("after it ended without an error", async ({ onTestFinished }) => {
    const stage = openLocalStage("exits", onTestFinished);
    const script = `until [ -e /tmp/over ]; do sleep 0.1; done; [ -e /tmp/again ] || { touch /tmp/again; exit 0; }; ${stays}`;
    await stage.deploy(localDocument(stage.stack, { daemons: { agent: { script } } }), "--settle 1s");
    docker("exec", agentOf(stage), "touch", "/tmp/over");
    expect(await restarted(stage, 1)).toMatchObject({ phase: "running", running: true, restarts: 1 });
    expect((await stage.run("apply")).out).toContain("running");
  });

  test("after its process was killed, as often as it is", async ({ onTestFinished }) => {
    const stage = openLocalStage("crash", onTestFinished);
    await stage.deploy(localDocument(stage.stack), "--settle 1s");
    for (const times of [1, 2]) {
      const before = look(agentOf(stage), "{{.State.StartedAt}}");
      crash(agentOf(stage));
      expect(await restarted(stage, times)).toMatchObject({ phase: "running", restarts: times });
      expect(look(agentOf(stage), "{{.State.StartedAt}}")).not.toBe(before);
    }
    const text = await stage.run("status");
    expect([text.exitCode, text.out]).toEqual([0, expect.stringMatching(/agent +\S+ +running +2 /)]);
  });

  test("after the process inside was killed, and not its init", async ({ onTestFinished }) => {
    const stage = openLocalStage("inside", onTestFinished);
    await stage.deploy(localDocument(stage.stack), "--settle 1s");
    // Who waits for what kills its own container may wait for ever.
    docker("exec", "--detach", agentOf(stage), "sh", "-c", "kill -9 $(cat /proc/1/task/1/children | cut -d' ' -f1)");
    expect(await restarted(stage, 1)).toMatchObject({ phase: "running", restarts: 1 });
  });
});

const withData = ({ stack }: LocalStage, version: string, script: string): string =>
  localDocument(stack, {
    resources: ["files: { type: storage }"],
    daemons: { agent: { script, environment: [`VERSION: "${version}"`], lines: ["links: [files]"] } },
  });
const mounted = "/var/lib/alien/storage/files";

/** Lines of a file that every start of the daemon adds one to. */
const starts = (stage: LocalStage): readonly string[] =>
  docker("exec", agentOf(stage), "cat", `${mounted}/starts`).split("\n");
const noting = `echo $VERSION >> ${mounted}/starts; ${stays}`;

describe.skipIf(!hasEngine).concurrent(liveDocker("data of a daemon on a Docker engine"), () => {
  test("stays through an update, a rollback, a delete and the next apply", async ({ onTestFinished }) => {
    const stage = openLocalStage("data", onTestFinished);
    await stage.deploy(withData(stage, "1", noting), "--settle 1s");
    await stage.deploy(withData(stage, "2", noting), "--settle 1s");
    expect(starts(stage)).toEqual(["1", "2"]);
    stage.write(withData(stage, "3", "exit 5"));
    expect((await stage.run("apply --settle 1s")).exitCode).toBe(3);
    expect(starts(stage)).toEqual(["1", "2", "2"]);
    const deleted = await stage.start("delete").done;
    expect([deleted.exitCode, foundOf(stage.stack)]).toEqual([0, [`volume/${stage.stack}-storage-files`]]);
    expect(deleted.out + deleted.error).toContain(`${stage.stack}-storage-files`);
    await stage.deploy(withData(stage, "4", noting), "--settle 1s");
    expect(starts(stage)).toEqual(["1", "2", "2", "4"]);
  });

  test("goes with a purge, also when nothing else is left", async ({ onTestFinished }) => {
    const stage = openLocalStage("purge", onTestFinished);
    await stage.deploy(withData(stage, "1", noting), "--settle 1s");
    expect((await stage.run("delete --purge")).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toEqual([]);
    await stage.deploy(withData(stage, "2", noting), "--settle 1s");
    expect(starts(stage)).toEqual(["2"]);
    expect((await stage.run("delete")).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toHaveLength(1);
    expect((await stage.run("delete --purge")).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toEqual([]);
  });

  test("is writable for a user who is nobody special", async ({ onTestFinished }) => {
    const stage = openLocalStage("user", onTestFinished);
    await stage.deploy(withData(stage, "1", noting), "--settle 1s");
    const words = ["exec", "--user", "4321:4321", agentOf(stage), "sh", "-c", `echo other > ${mounted}/other && id -u`];
    expect(docker(...words)).toBe("4321");
    expect(isRunning(agentOf(stage))).toBe(true);
  });
});

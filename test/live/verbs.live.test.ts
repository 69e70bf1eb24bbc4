import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { hasCluster, live } from "./namespace.ts";
import { createReader } from "./reader.ts";
import { buildScriptImage, createStage, ours, type Stage, scripted } from "./stage.ts";

const limit = 180_000;
const missingImage = "127.0.0.1:5000/alien-test/nobody-pushed-this:1";
const secret = { environment: { PASSWORD: "canary-51c0de" } };
const document = scripted({
  secrets: "secrets:\n  password: { env: PASSWORD }\n",
  daemons: { agent: { environment: ["PASSWORD: { secret: password }"] } },
});

beforeAll(() => {
  if (hasCluster) buildScriptImage();
});

describe.skipIf(!hasCluster).concurrent(live("a stack that runs"), () => {
  test("is not written to by an apply that changes nothing, also after a restart", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("same", onTestFinished);
    await stage.deploy(document, secret);
    await expectUnchanged(stage);
    const [before] = await podUids(stage);
    const restarted = await stage.run("restart");
    expect(restarted.exitCode, restarted.error).toBe(0);
    const [after, ...others] = await podUids(stage);
    expect(others).toEqual([]);
    expect(after).not.toBe(before);
    const plan = await stage.run("plan", ["--detailed-exitcode"], secret);
    expect(plan.exitCode, plan.out).toBe(0);
    await expectUnchanged(stage);
    expect(await podUids(stage)).toEqual([after]);
    await expectTold(stage);
    const drift = await stage.run("watch", ["--exit-code"]);
    expect([drift.exitCode, drift.error]).toEqual([0, ""]);
    await stage.namespace.kubectl("set", "env", "deployment/acme-agent", "SCRIPT=exec sleep 9999");
    const drifted = await stage.run("watch", ["--exit-code"]);
    expect(drifted.exitCode, drifted.error).toBe(3);
    expect(drifted.error).toContain("error[AL6118]");
    expect(drifted.error).toContain("Deployment/acme-agent");
  });

  test("is applied without waiting, fails, is told, and converges", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("nowait", onTestFinished);
    stage.write(scripted({ daemons: { agent: { image: missingImage } } }));
    const run = await stage.run("apply", ["--no-wait"]);
    expect(run.exitCode, run.error).toBe(0);
    let told = "";
    await until(async () => {
      const status = await stage.run("status", ["--format", "json"]);
      expect(status.exitCode).toBe(3);
      told = status.out;
      return JSON.parse(told).daemons[0].detail?.includes("manifest unknown");
    }, 60_000);
    expect(JSON.parse(told).daemons[0]).toMatchObject({ daemon: "agent", running: false, phase: "failing" });
    const table = await stage.run("status");
    expect(table.exitCode).toBe(3);
    expect(table.out).toMatch(/^agent\s+acme-agent\s+failing\s+0\s/m);
    stage.write(scripted({}));
    const unwaited = await stage.run("apply", ["--no-wait"]);
    expect(unwaited.exitCode, unwaited.error).toBe(0);
    const waited = await stage.run("apply");
    expect(waited.exitCode, waited.error).toBe(0);
    expect((await stage.run("status")).exitCode).toBe(0);
    expect(JSON.parse((await stage.run("status", ["--format", "json"])).out).revision).toBeGreaterThan(0);
    expect(await leasesOf(stage)).toEqual([]);
  });
});

/** How a stack is told, also to somebody who may not read Secrets. */
async function expectTold(stage: Stage): Promise<void> {
  const table = await stage.run("status");
  expect(table.exitCode, table.out).toBe(0);
  expect(table.out).toMatch(
    /^DAEMON\s+NAME\s+STATE\s+RESTARTS\s+SINCE\s+DETAIL\s*\nagent\s+acme-agent\s+running\s+0\s/,
  );
  const reader = await createReader(stage.namespace, stage.workplace.directory);
  const read = await stage.run("status", ["--format", "json"], { environment: { KUBECONFIG: reader } });
  expect(read.exitCode, read.error).toBe(0);
  const { daemons, revision } = JSON.parse(read.out);
  expect(daemons).toMatchObject([{ daemon: "agent", daemonName: "acme-agent", running: true, phase: "running" }]);
  expect(revision).toBeUndefined();
  const [json, env, github] = await Promise.all(
    ["json", "env", "github"].map(format => stage.run("outputs", ["--format", format])),
  );
  expect(JSON.parse(json?.out ?? "").daemons).toEqual({
    agent: { daemonName: "acme-agent", running: true, status: "running" },
  });
  expect(env?.out).toBe("AGENT_DAEMON_NAME=acme-agent\nAGENT_RUNNING=true\nAGENT_STATUS=running\n");
  expect(github?.out).toContain("daemon-name=acme-agent\nrunning=true\n");
}

/** An apply that writes nothing: every object of the namespace is as it was. */
async function expectUnchanged(stage: Stage): Promise<void> {
  await until(() => isComplete(stage), 60_000);
  const before = await versions(stage);
  const run = await stage.run("apply", [], secret);
  expect(run.exitCode, run.error).toBe(0);
  expect(run.error).toContain("nothing to do");
  expect(await versions(stage)).toEqual(before);
  expect(await leasesOf(stage)).toEqual([]);
  expect(before).toContain("Secret/alien-acme-state");
}

/** Whether controllers have nothing more to note in a Deployment, and the pods of before are gone. */
async function isComplete({ namespace }: Stage): Promise<boolean> {
  const [[deployment], pods] = await Promise.all([namespace.get("deployments"), namespace.get("pods")]);
  const { conditions = [], observedGeneration } = deployment?.status ?? {};
  const progressing = conditions.find(({ type }: { readonly type: string }) => type === "Progressing");
  return (
    pods.length === 1 &&
    observedGeneration === deployment?.metadata.generation &&
    progressing?.reason === "NewReplicaSetAvailable"
  );
}

/** `Kind/name`, and the version it was written in, of all that is in the namespace but events. */
async function versions({ namespace }: Stage): Promise<string> {
  const kinds = "all,secrets,configmaps,serviceaccounts,roles,rolebindings,networkpolicies,leases,endpoints";
  const items = await namespace.get(kinds);
  return items
    .map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`)
    .sort()
    .join("\n");
}

async function podUids({ namespace }: Stage): Promise<readonly string[]> {
  const pods = await namespace.get("pods");
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.uid);
}

const leasesOf = async ({ namespace }: Stage): Promise<readonly string[]> =>
  (await namespace.get("leases")).map(({ metadata }) => metadata.name);

describe.skipIf(!hasCluster).concurrent(live("an apply that is interrupted"), () => {
  test.for(["SIGINT", "SIGTERM"] as const)(
    "by %s ends, and the next run goes on",
    { timeout: limit },
    async (...given) => {
      const [signal, { onTestFinished }] = given;
      const stage = await createStage("stop", onTestFinished);
      stage.write(document);
      const running = stage.start("apply", ["--settle", "150s"], secret);
      await until(async () => (await stage.namespace.get("pods")).length > 0, 60_000);
      const [pod] = await podUids(stage);
      expect(await leasesOf(stage)).toEqual(["alien-acme-lock"]);
      const asked = performance.now();
      running.kill(signal);
      const run = await running.done;
      expect(performance.now() - asked).toBeLessThan(8_000);
      expect(run.exitCode, run.error).toBe(130);
      expect(run.error).toContain("interrupted");
      expect(run.error).not.toMatch(/^\s+at /m);
      expect(await leasesOf(stage)).toEqual([]);
      if (signal === "SIGINT") {
        await stage.deploy(document, secret);
        expect(await podUids(stage)).toEqual([pod]);
        return;
      }
      const gone = await stage.run("delete");
      expect(gone.exitCode, gone.error).toBe(0);
      expect(await ours(stage.namespace.name)).toEqual([]);
    },
  );
});

describe.skipIf(!hasCluster).concurrent(live("delete"), () => {
  test("leaves nothing, is the same when repeated, and needs no file", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("delete", onTestFinished);
    await stage.deploy(document, secret);
    stage.write("");
    const byName = ["--stack", "acme"];
    const gone = await stage.run("delete", byName);
    expect(gone.exitCode, gone.error).toBe(0);
    expect(await ours(stage.namespace.name)).toEqual([]);
    const again = await stage.run("delete", byName);
    expect(again.exitCode, again.error).toBe(0);
    expect(again.error).toContain("nothing to delete");
    expect((await stage.run("status", byName)).exitCode).toBe(3);
  });

  test("waits for a pod that somebody holds back, and says who", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("held", onTestFinished);
    await stage.deploy(document, secret);
    const [pod] = await stage.namespace.get("pods");
    const hold = async (finalizers: readonly string[]): Promise<void> => {
      const patch = JSON.stringify({ metadata: { finalizers } });
      await stage.namespace.kubectl("patch", "pod", pod?.metadata.name ?? "", "--type=merge", "--patch", patch);
    };
    await hold(["alien.dev/test"]);
    onTestFinished(() => hold([]).catch(cause => expect(String(cause)).toContain("NotFound")));
    const run = await stage.run("delete", ["--timeout", "15s"]);
    expect(run.exitCode, run.error).toBe(3);
    expect(run.error).toContain("error[AL6153]");
    expect(run.error).toContain(`the Pod \`${pod?.metadata.name}\` is being deleted`);
    expect(run.error).toContain("alien.dev/test");
    expect(await leasesOf(stage)).toEqual([]);
    await hold([]);
    const gone = await stage.run("delete");
    expect(gone.exitCode, gone.error).toBe(0);
    expect(await ours(stage.namespace.name)).toEqual([]);
  });
});

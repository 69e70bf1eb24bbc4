import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { hasCluster, live } from "./namespace.ts";
import {
  buildScriptImage,
  createStage,
  findingsOf,
  ours,
  placeIn,
  type Stage,
  scripted,
  secretsOf,
  stays,
} from "./stage.ts";

const limit = 180_000;
const missingImage = "127.0.0.1:5000/alien-test/nobody-pushed-this:1";
const crash = "echo going down; exit 9";
const password = { environment: ["PASSWORD: { secret: password }"] };
const withPassword = "secrets:\n  password: { env: PASSWORD }\n";
const secretDaemon = (script: string) =>
  scripted({ secrets: withPassword, daemons: { agent: { script, ...password } } });
const set = (PASSWORD: string) => ({ environment: { PASSWORD } });

beforeAll(() => {
  if (hasCluster) buildScriptImage();
});

describe.skipIf(!hasCluster).concurrent(live("an update that fails"), () => {
  test("is undone with the secret values of before", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("back", onTestFinished);
    await stage.deploy(secretDaemon(stays), set("old-canary-1"));
    const [first] = await secretsOf(stage);
    expect(first?.immutable).toBe(true);
    stage.write(secretDaemon(crash));
    const run = await stage.run("apply", [], set("new-canary-2"));
    expect(run.exitCode, run.error).toBe(3);
    expect(run.error).toContain("error[AL6210]");
    expect(run.error).toContain("warning[AL6150]");
    expect(run.error).toContain("revision 1 again");
    expect(run.error).toContain("going down");
    expect(run.out).toContain("running");
    expect(run.out + run.error).not.toMatch(/old-canary|new-canary/);
    expect(await valueInPod(stage, "acme-agent")).toBe("old-canary-1");
    expect((await secretsOf(stage)).map(({ metadata }) => metadata.uid)).toEqual([first?.metadata.uid]);
    const status = JSON.parse((await stage.run("status", ["--format", "json"])).out);
    expect(status.revision).toBe(1);
    expect(status.daemons[0].running).toBe(true);
    // The record and the cluster agree: the good document has nothing to do.
    stage.write(secretDaemon(stays));
    const again = await stage.run("plan", ["--detailed-exitcode"], set("old-canary-1"));
    expect(again.exitCode, again.out + again.error).toBe(0);
  });

  test("stays as it is when asked to, and the next apply goes on from there", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("keep", onTestFinished);
    await stage.deploy(secretDaemon(stays), set("first-value-1"));
    stage.write(secretDaemon(crash));
    const run = await stage.run("apply", ["--no-rollback-on-failure"], set("second-value-2"));
    expect(run.exitCode, run.error).toBe(3);
    expect(run.error).not.toContain("AL6150");
    expect((await stage.run("status")).exitCode).toBe(3);
    // The old values are kept as long as their revision is the last good one.
    expect(await secretsOf(stage)).toHaveLength(2);
    await stage.deploy(secretDaemon(`${stays} # again`), set("third-value-3"));
    expect(await valueInPod(stage, "acme-agent")).toBe("third-value-3");
    expect(await secretsOf(stage)).toHaveLength(1);
    const status = JSON.parse((await stage.run("status", ["--format", "json"])).out);
    expect(status.daemons[0].running).toBe(true);
    expect(await leases(stage)).toEqual([]);
  });

  test("takes a new daemon away and never touches the one beside it", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("beside", onTestFinished);
    await stage.deploy(scripted({ daemons: { agent: {} } }));
    const before = await podUids(stage);
    stage.write(scripted({ daemons: { agent: {}, second: { image: missingImage } } }));
    const run = await stage.run("apply");
    expect(run.exitCode, run.error).toBe(3);
    expect(run.error).toContain("error[AL6201]");
    expect(run.error).toContain("warning[AL6150]");
    await until(async () => (await deploymentsOf(stage)).join() === "acme-agent", 90_000);
    await until(async () => (await podUids(stage)).length === 1, 90_000);
    expect(await podUids(stage)).toEqual(before);
    expect((await stage.namespace.get("pods"))[0]?.status.containerStatuses[0].restartCount).toBe(0);
    expect((await stage.run("status")).exitCode).toBe(0);
  });

  test("by a refusal in the middle of writing is told at its line and undone", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("middle", onTestFinished);
    await stage.deploy(scripted({ daemons: { agent: {} } }));
    const [uid] = await podUids(stage);
    // Each alone is admitted by a dry-run; both together are not.
    await stage.namespace.apply(
      JSON.stringify({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "two" },
        spec: { hard: { "count/deployments.apps": 2 } },
      }),
    );
    await until(async () => (await stage.namespace.get("resourcequotas"))[0]?.status.used !== undefined, 30_000);
    const text = scripted({ daemons: { agent: {}, second: {}, third: {} } });
    stage.write(text);
    const run = await stage.run("apply", ["--diagnostics", "json"]);
    expect(run.exitCode, run.error).toBe(3);
    const found = findingsOf(run);
    const refused = found.find(({ code }) => code === "AL6112");
    const name = /Deployment `acme-(\w+)`/.exec(refused?.message ?? "")?.[1];
    expect(["second", "third"]).toContain(name);
    expect(`${refused?.range?.start.line}:${refused?.range?.start.column}`).toBe(placeIn(text, `${name}:`));
    expect(found.map(({ code }) => code)).toContain("AL6150");
    await until(async () => (await deploymentsOf(stage)).join() === "acme-agent", 90_000);
    expect(await podUids(stage)).toContain(uid);
    expect((await stage.run("status")).exitCode).toBe(0);
    expect(await leases(stage)).toEqual([]);
  });
});

describe.skipIf(!hasCluster).concurrent(live("the values of secrets"), () => {
  test("are rolled out when they change, and the old ones removed", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("rotate", onTestFinished);
    await stage.deploy(secretDaemon(stays), set("value-one-1"));
    const [before] = await secretsOf(stage);
    const [pod] = await podUids(stage);
    const run = await stage.deploy(secretDaemon(stays), set("value-two-2"));
    expect(run.out + run.error).not.toMatch(/value-one|value-two/);
    const after = await secretsOf(stage);
    expect(after).toHaveLength(1);
    expect(after[0]?.immutable).toBe(true);
    expect(after[0]?.metadata.name).not.toBe(before?.metadata.name);
    expect(await podUids(stage)).not.toContain(pod);
    expect(await valueInPod(stage, "acme-agent")).toBe("value-two-2");
    const text = await stage.run("delete");
    expect(text.exitCode, text.error).toBe(0);
    expect(await ours(stage.namespace.name)).toEqual([]);
  });

  test("of a first apply that fails have nothing to go back to", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("first", onTestFinished);
    stage.write(secretDaemon(crash));
    const run = await stage.run("apply", [], set("only-value-1"));
    expect(run.exitCode, run.error).toBe(3);
    expect(run.error).toContain("warning[AL6152]");
    expect(await leases(stage)).toEqual([]);
    await stage.deploy(secretDaemon(stays), set("only-value-1"));
    expect(await secretsOf(stage)).toHaveLength(1);
  });
});

/** What a running pod has in its environment. */
async function valueInPod({ namespace }: Stage, deployment: string): Promise<string> {
  const text = await namespace.kubectl("exec", `deploy/${deployment}`, "--", "sh", "-c", 'printf %s "$PASSWORD"');
  return text;
}

async function podUids({ namespace }: Stage): Promise<readonly string[]> {
  const pods = await namespace.get("pods");
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.uid);
}

const leases = async ({ namespace }: Stage): Promise<readonly string[]> =>
  (await namespace.get("leases")).map(({ metadata }) => metadata.name);

/** What is being deleted counts until it is gone. */
const deploymentsOf = async ({ namespace }: Stage): Promise<readonly string[]> =>
  (await namespace.get("deployments")).map(({ metadata }) => metadata.name);

import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import type { LiveRun } from "./cli.ts";
import { hasCluster, type KubernetesItem, kubectl, live } from "./namespace.ts";
import {
  buildScriptImage,
  createStage,
  findingsOf,
  type JsonFinding,
  placeIn,
  type ScriptSetting,
  type Stage,
  scripted,
} from "./stage.ts";

const limit = 180_000;
const brokenImage = "alien-test/broken:1";
const missingImage = "127.0.0.1:5000/alien-test/nobody-pushed-this:1";
const canary = "canary-7f3a91";

beforeAll(() => {
  if (!hasCluster) return;
  buildScriptImage();
  const input = 'FROM busybox:latest\nCMD ["/no/such/program"]\n';
  execFileSync("docker", ["build", "--quiet", "--tag", brokenImage, "-"], { input, stdio: ["pipe", "ignore", "pipe"] });
});

interface Case extends ScriptSetting {
  readonly title: string;
  readonly code: string;
  /** What stands in the document where the finding points. */
  readonly at: string;
  readonly message: RegExp;
  readonly look: RegExp;
  /** Objects that are in the namespace before. */
  readonly before?: string;
  readonly words?: readonly string[];
  /** The event that says it, and how many seconds after it the command has to be over. */
  readonly told?: { readonly event: string; readonly within: number };
  /** Lines of the events and logs that come with it. */
  readonly details?: readonly RegExp[];
}

const agent = (daemon: NonNullable<ScriptSetting["daemons"]>[string]) => ({ daemons: { agent: daemon } });

const named = (kind: string, name: string) => ({ apiVersion: "v1", kind, metadata: { name } });

/** Events come some time after what they tell; of these at least one is there. */
const happened = /SuccessfulCreate|Scheduled|Started/;

const cases: readonly Case[] = [
  {
    title: "an image that the registry does not have, at its line within 10 s",
    ...agent({ image: missingImage }),
    code: "AL6201",
    at: `"${missingImage}"`,
    message: /nobody-pushed-this:1` does not exist/,
    look: /kubectl -n \S+ describe pod acme-agent-/,
    told: { event: "Failed", within: 10 },
    details: [happened],
  },
  {
    title: "a quota that has no room for the pod, at once",
    before: JSON.stringify({ ...named("ResourceQuota", "quota"), spec: { hard: { pods: 0 } } }),
    code: "AL6213",
    at: "agent:",
    message: /exceeded quota: quota/,
    look: /kubectl -n \S+ describe deployment acme-agent/,
    told: { event: "FailedCreate", within: 6 },
  },
  {
    title: "an admission that refuses the pod, at once, at what it asks for",
    before: JSON.stringify({
      ...named("LimitRange", "range"),
      spec: { limits: [{ type: "Container", max: { memory: "64Mi" } }] },
    }),
    pod: "resources: { requests: { cpu: 1m, memory: 100Mi }, limits: { memory: 100Mi } }",
    code: "AL6213",
    at: "resources: { requests",
    message: /maximum memory usage per Container is 64Mi/,
    look: /describe deployment acme-agent/,
    told: { event: "FailedCreate", within: 6 },
  },
  {
    title: "a process that ends without an error",
    ...agent({ script: "echo all done" }),
    code: "AL6211",
    at: "agent:",
    message: /keeps ending without an error/,
    look: /logs acme-agent-\S+ --previous/,
    details: [happened, /all done/],
  },
  {
    title: "a process that needs too much memory, at its limit",
    // The engine may miss that memory ran out where the container ends in the same moment.
    ...agent({ script: "sh -c 'x=0123456789; while :; do x=$x$x; done'; sleep 2; exit 1" }),
    pod: "resources: { requests: { cpu: 1m, memory: 16Mi }, limits: { memory: 16Mi } }",
    code: "AL6212",
    at: "16Mi } } }",
    message: /uses more than 16Mi of memory/,
    look: /logs acme-agent-\S+ --previous/,
    details: [happened],
  },
  {
    title: "a program that is not in the image",
    ...agent({ image: brokenImage }),
    code: "AL6209",
    at: "agent:",
    message: /\/no\/such\/program/,
    look: /describe pod acme-agent-/,
    details: [happened],
  },
  {
    title: "a pod that no node takes, when the time is over",
    pod: "nodeSelector: { alien-test/never: there }",
    words: ["--timeout", "45s"],
    code: "AL6215",
    at: "nodeSelector:",
    message: /no node has taken `agent` for \d+ (s|min)/,
    look: /describe pod acme-agent-/,
    details: [happened, /FailedScheduling/],
  },
  {
    title: "a registry that does not answer, which might pass, when the time is over",
    ...agent({ image: "127.0.0.1:1/alien-test/anything:1" }),
    words: ["--timeout", "45s"],
    code: "AL6206",
    at: '"127.0.0.1:1/alien-test/anything:1"',
    message: /pulling .* has failed for \d+ (s|min): .*connection refused/,
    look: /describe pod acme-agent-/,
    details: [/Failed .*connection refused/],
  },
];

describe.skipIf(!hasCluster).concurrent(live("a first apply that cannot work tells"), () => {
  test.for(cases)("$title", { timeout: limit }, async (given, { onTestFinished }) => {
    const stage = await createStage("fail", onTestFinished);
    if (given.before !== undefined) await stage.namespace.apply(given.before);
    const text = scripted(given);
    stage.write(text);
    const json = await stage.run("apply", ["--settle", "10s", "--diagnostics", "json", ...(given.words ?? [])]);
    const ended = Date.now();
    const found = only(json, given.code);
    expect(`${found.range?.start.line}:${found.range?.start.column}`).toBe(placeIn(text, given.at));
    expect(found.message).toMatch(given.message);
    expect(found.help).toMatch(given.look);
    const details = (found.details ?? []).flatMap(({ lines }) => lines);
    for (const pattern of given.details ?? []) expect(details).toContainEqual(expect.stringMatching(pattern));
    expectNoTrace(json);
    if (given.told !== undefined) {
      // Times of events are whole seconds, cut off.
      const since = (await firstEvent(stage, given.told.event)) + 1000;
      expect((ended - since) / 1000).toBeLessThan(given.told.within);
    }
    if (given.words !== undefined) expect(json.milliseconds).toBeGreaterThan(Number.parseInt(given.words[1] ?? "", 10));
    // The same again in words: nothing is to be done, and it still does not run.
    await expectText(stage, given, text);
  });
});

async function expectText(stage: Stage, { code, at, message, look, words = [] }: Case, text: string): Promise<void> {
  if (words.length > 0) return;
  const again = await stage.run("apply", ["--settle", "10s"]);
  expect(again.exitCode).toBe(3);
  expect(again.error).toContain(`error[${code}]`);
  expect(again.error).toContain(`alien.yaml:${placeIn(text, at)}`);
  expect(again.error).toMatch(message);
  expect(again.error).toMatch(look);
  expectNoTrace(again);
}

/** The one error of a run that failed. */
function only(run: LiveRun, code: string): JsonFinding {
  expect(run.exitCode, run.error).toBe(3);
  // What might pass is given two minutes; none of this is.
  expect(run.milliseconds).toBeLessThan(110_000);
  const errors = findingsOf(run).filter(({ severity }) => severity === "error");
  expect(errors.map(finding => finding.code)).toEqual([code]);
  const [first] = errors;
  if (first === undefined) throw new Error(run.error);
  return first;
}

function expectNoTrace({ out, error }: LiveRun): void {
  expect(out + error).not.toMatch(/^\s+at .*[:(]\d+|node:internal|bug of alien-compile/m);
}

/** When an event of a kind first happened, in milliseconds since 1970; it may arrive later than what it tells. */
async function firstEvent({ namespace }: Stage, reason: string): Promise<number> {
  let times: readonly number[] = [];
  await until(async () => {
    const events = (await namespace.get("events")).filter(event => event.reason === reason);
    times = events.map(event => Date.parse(event.firstTimestamp));
    return times.length > 0;
  }, 60_000);
  return Math.min(...times);
}

describe.skipIf(!hasCluster).concurrent(live("while it is waited for"), () => {
  test("a crash loop is told within its second restart, with its last lines and no secret", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("crash", onTestFinished);
    const text = scripted({
      secrets: "secrets:\n  password: { env: PASSWORD }\n",
      ...agent({
        script: "echo connecting with $PASSWORD; echo cannot connect; exit 7",
        environment: ["PASSWORD: { secret: password }"],
      }),
    });
    stage.write(text);
    const environment = { PASSWORD: canary };
    const json = await stage.run("apply", ["--diagnostics", "json"], { environment });
    expect(restartsOf(await stage.namespace.get("pods"))).toBeLessThanOrEqual(2);
    const found = only(json, "AL6210");
    expect(`${found.range?.start.line}:${found.range?.start.column}`).toBe(placeIn(text, "agent:"));
    expect(found.message).toContain("exit code 7");
    expect(found.help).toMatch(/kubectl -n \S+ logs acme-agent-\S+ --previous/);
    const logs = (found.details ?? []).filter(({ title }) => /log|before/.test(title));
    expect(logs.flatMap(({ lines }) => lines)).toEqual(logs.flatMap(() => ["connecting with ***", "cannot connect"]));
    expect(logs.length).toBeGreaterThan(0);
    expect(json.out + json.error).not.toContain(canary);
    const again = await stage.run("apply", [], { environment });
    expect(again.exitCode).toBe(3);
    expect(again.error).toContain("error[AL6210]");
    expect(again.error).toMatch(/= last lines of the (log|process before):\n\s+\| {3}connecting with \*\*\*/);
    expect(again.out + again.error).not.toContain(canary);
    expectNoTrace(again);
  });

  test.for([
    { what: "Secret", code: "AL6207", at: "db\n", spoil: ["delete", "secret", "db"] },
    { what: "key", code: "AL6208", at: "password\n", spoil: ["patch", "secret", "db", "--patch", withoutPassword] },
  ])("a $what that vanishes after the plan is told where it is named", { timeout: limit }, async (given, context) => {
    const { code, at, spoil } = given;
    const { onTestFinished } = context;
    const stage = await createStage("gone", onTestFinished);
    await stage.namespace.kubectl("create", "secret", "generic", "db", "--from-literal=password=x");
    const proxy = await startFaultProxy({ kubeconfig: process.env.KUBECONFIG ?? "" });
    onTestFinished(() => proxy.close());
    // The Deployment is held back until the Secret is spoilt.
    proxy.setFault(({ method, url }) => {
      const writes = method === "PATCH" && url.includes("/deployments/") && !url.includes("dryRun");
      if (writes) execFileSync(kubectl, ["-n", stage.namespace.name, ...spoil]);
      return undefined;
    });
    const text = scripted({
      secrets: "secrets:\n  password:\n    kubernetes:\n      name: db\n      key: password\n",
      ...agent({ environment: ["PASSWORD: { secret: password }"] }),
    });
    stage.write(text);
    const environment = { KUBECONFIG: proxy.kubeconfig };
    const found = only(await stage.run("apply", ["--diagnostics", "json"], { environment }), code);
    expect(`${found.range?.start.line}:${found.range?.start.column}`).toBe(placeIn(text, at));
    expect(found.details?.flatMap(({ lines }) => lines)).toContainEqual(expect.stringMatching(happened));
  });

  test("a daemon that somebody scales down is told", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("scaled", onTestFinished);
    const text = scripted({});
    stage.write(text);
    const running = stage.start("apply", ["--settle", "100s", "--diagnostics", "json"]);
    await until(async () => (await stage.namespace.get("deployments")).length > 0, 60_000);
    await stage.namespace.kubectl("scale", "deployment", "acme-agent", "--replicas=0");
    const found = only(await running.done, "AL6219");
    expect(`${found.range?.start.line}:${found.range?.start.column}`).toBe(placeIn(text, "agent:"));
    expect(found.help).toContain("kubectl -n");
  });
});

const withoutPassword = '{"data":{"password":null,"other":"eA=="}}';
const restartsOf = (pods: readonly KubernetesItem[]): number => pods[0]?.status.containerStatuses[0].restartCount;

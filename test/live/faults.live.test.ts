import { describe, expect, type TestContext, test } from "vitest";
import { readRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import { openCluster } from "../targets/clusters.ts";
import { type ChooseFault, type Fault, startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { createWorkplace, type LiveRun } from "./cli.ts";
import { atRandom, brokenWatches, conflict, isDryRun, isWrite, onceEach, passing } from "./faults.ts";
import { madeIn, nameOf, orphansAmong } from "./inventory.ts";
import { createNamespace, hasCluster, live, type TestNamespace } from "./namespace.ts";
import { stackOf } from "./stacks.ts";

const kubeconfig = process.env.KUBECONFIG ?? "";
const limit = 180_000;
const quick = ["--retry", "20ms"];

/** A daemon with an object of every kind; its pod fits nowhere, so that nothing has to be stopped. */
const control = (level: string) => `stack: acme
permissions: { profiles: { execution: { credentials: [vault/data-read] } } }
secrets: { token: { env: TOKEN } }
resources:
  credentials: { type: vault, keys: [API_KEY] }
  agent:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    environment: { LEVEL: "${level}", TOKEN: { secret: token } }
    links: [credentials]
    permissions: execution
platforms:
  kubernetes:
    pod: { nodeSelector: { example.dev/pool: nobody } }
`;

/** One that runs, and takes little of a small node. */
const small = stackOf().replace("pod: {", "pod: { resources: { requests: { cpu: 1m, memory: 8Mi } },");

interface Scene {
  readonly namespace: TestNamespace;
  /** Runs a verb, the faults in between. */
  faulty(words: readonly string[], fault: ChooseFault | undefined, token?: string): Promise<LiveRun>;
  start(
    words: readonly string[],
    fault: ChooseFault | undefined,
  ): ReturnType<ReturnType<typeof createWorkplace>["start"]>;
  write(text: string): void;
  record(): ReturnType<typeof readRecord>;
}

/** Tests run beside each other: each says itself when it is over. */
type Ends = Pick<TestContext, "onTestFinished">;

async function createScene(name: string, text: string, { onTestFinished }: Ends): Promise<Scene> {
  const [namespace, proxy] = await Promise.all([createNamespace(name), startFaultProxy({ kubeconfig })]);
  const workplace = createWorkplace({ "alien.yaml": text });
  const cluster = openCluster(kubeconfig, { namespace: namespace.name });
  onTestFinished(async () => {
    workplace.remove();
    cluster.close();
    await Promise.all([namespace.remove(), proxy.close()]);
  });
  const start = (words: readonly string[], fault: ChooseFault | undefined, token = "one-token") => {
    proxy.setFault(fault);
    const [verb = "", ...rest] = words;
    const all = [verb, "--platform", "kubernetes", "--namespace", namespace.name, ...rest];
    return workplace.start(all, { environment: { KUBECONFIG: proxy.kubeconfig, TOKEN: token } });
  };
  return {
    namespace,
    start,
    faulty: (words, fault, token) => start(words, fault, token).done,
    write: changed => workplace.write("alien.yaml", changed),
    record: () => readRecord(cluster, "acme"),
  };
}

/** Ended well, or with findings that say why not; never with a bug of ours. */
function expectClean({ exitCode, error, out, signal }: LiveRun, words: readonly string[]): void {
  const said = `${words.join(" ")}\n${out}${error}`;
  expect(signal, said).toBeNull();
  expect([0, 3, 4], said).toContain(exitCode);
  expect(said).not.toMatch(/^\s+at .*[:(]\d+|\b(?:Type|Syntax|Range)Error\b|undefined|\[object|AL9\d\d\d/m);
  if (exitCode === 4) expect(said).toMatch(/^error\[AL60\d\d\]/m);
  if (exitCode === 3 && words[0] !== "status") expect(said).toMatch(/^error\[AL6\d\d\d\]/m);
}

const succeed = (run: LiveRun): LiveRun => {
  expect(run, run.out + run.error).toMatchObject({ exitCode: 0, signal: null });
  return run;
};

const everyKind = ["Deployment", "NetworkPolicy", "Role", "RoleBinding", "Secret", "ServiceAccount"];

/** What the record says is what is there, all of it, and the daemon is as it was declared last. */
async function expectAgreement({ namespace, record }: Scene, level: string): Promise<void> {
  const [items, stored] = await Promise.all([madeIn(namespace), record()]);
  if (stored === undefined) throw new Error("there is no record");
  expect(orphansAmong(items, stored)).toEqual([]);
  const there = new Map(items.map(item => [nameOf(item), item.metadata.uid]));
  // An entry may outlast its object, and never names another one.
  for (const { kind, name, uid } of stored.record.inventory) expect(there.get(`${kind}/${name}`) ?? uid).toBe(uid);
  const known = new Set(stored.record.inventory.map(({ kind, name }) => `${kind}/${name}`));
  const kinds = items.filter(item => known.has(nameOf(item))).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(everyKind);
  expect(items.filter(({ kind }) => kind === "Lease").map(nameOf)).toEqual([]);
  const { value } = stored.record.pending?.ir.daemons[0]?.environment.kubernetes[0] ?? {};
  expect(value).toEqual({ kind: "text", text: level });
  const [deployment] = items.filter(({ kind }) => kind === "Deployment");
  expect(deployment?.spec.template.spec.containers[0].env).toContainEqual({ name: "LEVEL", value: level });
}

async function expectNothing({ namespace }: Scene): Promise<void> {
  // What a Deployment owned goes after it.
  await until(
    async () => (await madeIn(namespace)).every(({ kind }) => kind === "ReplicaSet" || kind === "Pod"),
    20_000,
  );
}

const apply = ["apply", "--no-wait", "--allow-empty", ...quick];
const remove = ["delete", ...quick];

describe.skipIf(!hasCluster).concurrent(live("faults between us and the cluster"), () => {
  test.for(Object.entries(passing))(
    "%s, once for each request, changes nothing",
    { timeout: limit },
    async ([, fault], context) => {
      const scene = await createScene("fault", control("one"), context);
      const once = (words: readonly string[], token?: string) =>
        scene.faulty(words, onceEach(fault), token).then(succeed);
      await once(apply);
      await expectAgreement(scene, "one");
      scene.write(control("two"));
      await once(apply, "another-token");
      await expectAgreement(scene, "two");
      expect((await once(apply, "another-token")).error).toContain("nothing to do");
      await once(remove);
      await expectNothing(scene);
    },
  );

  test("a write that arrives and whose answer is lost is not done twice", { timeout: limit }, async context => {
    const scene = await createScene("lost", control("one"), context);
    const lose = () => onceEach({ kind: "reset-after-forward" }, isWrite);
    succeed(await scene.faulty(apply, lose()));
    await expectAgreement(scene, "one");
    const [before] = await scene.namespace.get("deployments");
    succeed(await scene.faulty(["restart", "--no-wait", ...quick], lose()));
    const [after] = await scene.namespace.get("deployments");
    expect(after?.metadata.generation).toBe(Number(before?.metadata.generation) + 1);
    scene.write(control("two"));
    succeed(await scene.faulty(apply, lose(), "another-token"));
    await expectAgreement(scene, "two");
    succeed(await scene.faulty(remove, lose()));
    await expectNothing(scene);
  });

  test.for<[string, Fault, typeof isWrite]>([
    ["a dry-run that fails once", passing["500"], isDryRun],
    ["a dry-run that conflicts once", conflict, isDryRun],
  ])("%s is asked again", { timeout: limit }, async ([, fault, isMeant], context) => {
    const scene = await createScene("dry", control("one"), context);
    succeed(await scene.faulty(apply, onceEach(fault, isMeant)));
    await expectAgreement(scene, "one");
    succeed(await scene.faulty(remove, undefined));
  });

  test("a conflict where there is none ends cleanly, and the next run converges", { timeout: limit }, async context => {
    const scene = await createScene("conflict", control("one"), context);
    for (const level of ["one", "two"]) {
      scene.write(control(level));
      expectClean(await scene.faulty(apply, onceEach(conflict, isWrite), level), apply);
      succeed(await scene.faulty(apply, undefined, level));
      await expectAgreement(scene, level);
    }
    expectClean(await scene.faulty(remove, onceEach(conflict, isWrite)), remove);
    succeed(await scene.faulty(remove, undefined));
    await expectNothing(scene);
  });

  test.for([11, 12, 13, 14])("any of them at any time (%d)", { timeout: limit }, async (seed, context) => {
    const scene = await createScene("random", control("one"), context);
    const percent = 10 + 5 * (seed % 5);
    let count = 0;
    const faulty = async (words: readonly string[], token?: string) => {
      const run = await scene.faulty(words, atRandom(seed * 1000 + ++count, percent), token);
      expectClean(run, words);
      return run;
    };
    const converges = async (level: string) => {
      const { exitCode } = await faulty(apply, level);
      if (exitCode === 0) await expectAgreement(scene, level);
      succeed(await scene.faulty(apply, undefined, level));
      await expectAgreement(scene, level);
    };
    await faulty(["plan", ...quick]);
    await converges("one");
    await converges("one");
    for (const verb of ["status", "outputs"]) await faulty([verb, ...quick]);
    await faulty(["logs", "--tail", "3", ...quick]);
    await faulty(["restart", "--no-wait", ...quick]);
    scene.write(control("two"));
    await converges("two");
    expectClean(await faulty(["watch", "--exit-code", ...quick]), ["watch"]);
    await faulty(remove);
    succeed(await scene.faulty(remove, undefined));
    await expectNothing(scene);
  });

  test("a rollout is seen to its end, whatever becomes of the watches", { timeout: 2 * limit }, async context => {
    const scene = await createScene("watches", small, context);
    const settle = ["--settle", "0s"];
    const ready = succeed(await scene.faulty(["apply", ...settle, ...quick], brokenWatches()));
    expect(ready.out).toMatch(/agent +acme-agent +running/);
    expect((await scene.record())?.record).toMatchObject({ good: { number: 1 } });
    const watching = scene.start(["watch", "--format", "json", ...quick], brokenWatches());
    await until(() => watching.output().includes('"kind":"health"'), 30_000);
    succeed(await scene.faulty(["restart", ...settle, ...quick], brokenWatches()));
    await until(() => watching.output().includes('"kind":"change"'), 30_000);
    watching.kill("SIGTERM");
    const watched = succeed(await watching.done);
    for (const line of watched.out.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("kind");
    const status = succeed(await scene.faulty(["status", ...quick], onceEach(passing["a cut answer"])));
    expect(status.out).toMatch(/agent +acme-agent +running/);
    expectClean(await scene.faulty(["logs", ...quick], atRandom(7, 30)), ["logs"]);
    succeed(await scene.faulty(remove, onceEach(passing["503"])));
    await expectNothing(scene);
  });
});

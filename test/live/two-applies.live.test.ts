import { afterAll, describe, expect, test, vi } from "vitest";
import { readRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import { openCluster } from "../targets/clusters.ts";
import { type ChooseFault, type FaultProxy, startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { createWorkplace, type Running, type Workplace } from "./cli.ts";
import { madeIn, nameOf, orphansAmong } from "./inventory.ts";
import { createNamespace, hasCluster, live, type TestNamespace } from "./namespace.ts";
import { createStrike, isWrite, type Point } from "./strike.ts";

vi.setConfig({ testTimeout: 300_000 });

const kubeconfig = process.env.KUBECONFIG ?? "";
/** Pods that no node takes are gone at once when they are deleted. */
const nowhere = "{ nodeSelector: { alien.dev/nobody: nowhere } }";
const anywhere = "{ terminationGracePeriodSeconds: 1, resources: { requests: { cpu: 1m, memory: 1Mi } } }";

/** Of those whose lock has to expire. */
const short = ["--no-wait", "--lease", "4s"];

/** Two daemons and two Secrets that all say the same word. */
const documentOf = (mark: string, { stack = "acme", pod = nowhere } = {}): string => `stack: ${stack}
secrets:
  token: { env: TOKEN }
resources:
${["one", "two"]
  .map(
    id => `  ${id}:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    environment: { MARK: "${mark}", TOKEN: { secret: token } }
`,
  )
  .join("")}platforms:
  kubernetes:
    pod: ${pod}
`;

/** What a party sent, in the order in which the server got it from all of them. */
interface Sent {
  readonly party: Party;
  readonly method: string;
  readonly url: string;
}

/** One who applies, behind a proxy of his own. */
interface Party {
  readonly proxy: FaultProxy;
  readonly workplace: Workplace;
  apply(mark: string, words?: readonly string[], document?: string): Running;
}

interface Scene {
  readonly namespace: TestNamespace;
  readonly parties: readonly [Party, Party];
  readonly sent: readonly Sent[];
  /** Chooses what happens to what a party sends; what was chosen before counts no more. */
  setFault(party: Party, choose: ChooseFault | undefined): void;
  close(): Promise<void>;
}

async function openScene(): Promise<Scene> {
  const namespace = await createNamespace("two");
  const sent: Sent[] = [];
  const openParty = async (): Promise<Party> => {
    const [proxy, workplace] = [await startFaultProxy({ kubeconfig }), createWorkplace({})];
    const common = ["--platform", "kubernetes", "--namespace", namespace.name];
    const apply: Party["apply"] = (mark, words = ["--no-wait"], document = documentOf(mark)) => {
      workplace.write("alien.yaml", document);
      const environment = { KUBECONFIG: proxy.kubeconfig, TOKEN: mark, ...runOf(mark) };
      return workplace.start(["apply", "alien.yaml", ...common, ...words], { environment });
    };
    return { proxy, workplace, apply };
  };
  const parties = [await openParty(), await openParty()] as const;
  const setFault: Scene["setFault"] = (party, choose) =>
    party.proxy.setFault(request => {
      sent.push({ party, ...request });
      return choose?.(request);
    });
  for (const party of parties) setFault(party, undefined);
  const close = async (): Promise<void> => {
    for (const { proxy, workplace } of parties) {
      await proxy.close();
      workplace.remove();
    }
    await namespace.remove();
  };
  return { namespace, parties, sent, setFault, close };
}

/** What a run in GitHub Actions says of itself, and so of who holds the lock. */
const runOf = (mark: string) => ({ GITHUB_REPOSITORY: "acme/stack", GITHUB_RUN_ID: mark });

const isLease = ({ url }: Pick<Sent, "url">): boolean => url.includes("/leases");
const isObjectWrite = (one: Pick<Sent, "method" | "url">): boolean => isWrite(one) && !isLease(one);
const writesOf = (sent: readonly Sent[]): readonly Sent[] => sent.filter(isObjectWrite);

/** Who wrote, one after the other. */
const turns = (sent: readonly Sent[]): readonly Party[] =>
  writesOf(sent)
    .map(({ party }) => party)
    .filter((party, index, all) => party !== all[index - 1]);

/** The words that the daemons, their Secrets and the record say, each once. */
async function marksIn({ namespace }: Scene, stack = "acme"): Promise<readonly string[]> {
  const items = await madeIn(namespace);
  const secrets = new Map(items.filter(({ kind }) => kind === "Secret").map(item => [item.metadata.name, item.data]));
  const deployments = items.filter(({ kind, metadata }) => kind === "Deployment" && metadata.name.startsWith(stack));
  expect(deployments.map(nameOf)).toEqual([`Deployment/${stack}-one`, `Deployment/${stack}-two`]);
  const inDaemons = deployments.flatMap(({ spec }) => {
    const [mark, token] = spec.template.spec.containers[0].env.filter(({ name }: { name: string }) =>
      ["MARK", "TOKEN"].includes(name),
    );
    return [mark.value, Buffer.from(secrets.get(token.valueFrom.secretKeyRef.name)?.TOKEN, "base64").toString()];
  });
  const recorded = await recordIn(namespace, stack);
  const ir = JSON.stringify((recorded.record.pending ?? recorded.record.good)?.ir);
  const inRecord = /"MARK","value":"([^"]+)"/.exec(ir)?.[1] ?? /"MARK"[^}]*?"([a-z]+-\d+)"/.exec(ir)?.[1] ?? ir;
  return [...new Set([...inDaemons, inRecord])];
}

async function recordIn(namespace: TestNamespace, stack: string) {
  const cluster = openCluster(kubeconfig, { namespace: namespace.name });
  try {
    const stored = await readRecord(cluster, stack);
    if (stored === undefined) throw new Error(`there is no record of ${stack}`);
    return stored;
  } finally {
    cluster.close();
  }
}

/** Nothing that the record does not know, and nobody at work. */
async function expectTidy({ namespace }: Scene): Promise<void> {
  const items = await madeIn(namespace);
  expect(items.filter(({ kind }) => kind === "Lease").map(nameOf)).toEqual([]);
  expect(orphansAmong(items, await recordIn(namespace, "acme"))).toEqual([]);
}

describe.skipIf(!hasCluster)(live("two applies at once"), () => {
  const scenes: Scene[] = [];
  const opened = async (): Promise<Scene> => {
    const scene = await openScene();
    scenes.push(scene);
    return scene;
  };
  afterAll(async () => void (await Promise.all(scenes.map(scene => scene.close()))));

  test.concurrent("one writes after the other, 12 times", async () => {
    const scene = await opened();
    for (let round = 1; round <= 12; round++) {
      const from = scene.sent.length;
      const [one, other] = scene.parties;
      const runs = [one.apply(`left-${round}`), other.apply(`right-${round}`)];
      const ends = await Promise.all(runs.map(({ done }) => done));
      expect(ends.map(({ exitCode, error }) => [exitCode, error.includes("error[")])).toEqual([
        [0, false],
        [0, false],
      ]);
      const order = turns(scene.sent.slice(from));
      expect(order).toHaveLength(2);
      expect(await marksIn(scene)).toEqual([`${order[1] === one ? "left" : "right"}-${round}`]);
    }
    await expectTidy(scene);
  });

  test.concurrent("who cannot wait is told who holds the lock, 6 times", async () => {
    const scene = await opened();
    for (let round = 1; round <= 6; round++) {
      const [holder, late] = round % 2 === 0 ? scene.parties : scene.parties.toReversed();
      if (holder === undefined || late === undefined) throw new Error("there are two");
      const from = scene.sent.length;
      // The holder is in the middle of it while the other one tries.
      const { promise: isTold, resolve: goOn } = Promise.withResolvers<void>();
      scene.setFault(holder, request => (isObjectWrite(request) ? { kind: "hold", until: isTold } : undefined));
      const held = holder.apply(`left-${round}`);
      await until(() => writesOf(scene.sent.slice(from)).length > 0, 60_000);
      const told = await late.apply(`right-${round}`, ["--no-wait", "--lock-timeout", "0s"]).done;
      goOn();
      expect([told.exitCode, told.error]).toEqual([
        3,
        expect.stringMatching(/error\[AL6120\]: `acme\/stack run left-\d`/),
      ]);
      expect((await held.done).exitCode).toBe(0);
      expect(turns(scene.sent.slice(from))).toEqual([holder]);
      expect(await marksIn(scene)).toEqual([`left-${round}`]);
    }
    await expectTidy(scene);
  });

  test.concurrent("who waits for daemons lets nobody in between, twice", async () => {
    const scene = await opened();
    const [one, other] = scene.parties;
    const words = ["--settle", "0s", "--timeout", "120s", "--lock-timeout", "120s"];
    const marks = [
      ["left-1", "right-1"],
      ["left-2", "right-2"],
    ] as const;
    for (const [left, right] of marks) {
      const from = scene.sent.length;
      const documents = [left, right].map(mark => documentOf(mark, { pod: anywhere }));
      const runs = [one.apply(left, words, documents[0]), other.apply(right, ["--no-wait"], documents[1])];
      const ends = await Promise.all(runs.map(({ done }) => done));
      expect(ends.map(({ exitCode, error }) => [exitCode, error.match(/error\[.*/g)])).toEqual([
        [0, null],
        [0, null],
      ]);
      const order = turns(scene.sent.slice(from));
      expect(order).toHaveLength(2);
      expect(await marksIn(scene)).toEqual([order[1] === one ? left : right]);
    }
    await expectTidy(scene);
  });

  test.concurrent("the lock of one who was killed expires", async () => {
    const scene = await opened();
    const [killed, next] = scene.parties;
    const strike = createStrike({ write: 4, moment: "received" }, () => run.kill("SIGKILL"));
    scene.setFault(killed, strike.choose);
    const run = killed.apply("left-1", short);
    expect((await run.done).signal).toBe("SIGKILL");
    const { exitCode, error } = await next.apply("right-1").done;
    expect([exitCode, error]).toEqual([0, expect.stringContaining("waiting for `acme/stack run left-1`")]);
    expect(await marksIn(scene)).toEqual(["right-1"]);
    await expectTidy(scene);
  });

  test.concurrent.each<[string, Point, readonly string[]]>([
    ["the answer", { write: 4, moment: "answered" }, []],
    ["a lost connection", { write: 4, moment: "received" }, []],
    ["its own next attempt", { write: 4, moment: "received", later: 300 }, ["--retry", "1s"]],
  ])("one who was suspended writes nothing more when woken by %s", async (_, point, words) => {
    const scene = await opened();
    const [suspended, next] = scene.parties;
    const strike = createStrike(point, () => run.kill("SIGSTOP"));
    scene.setFault(suspended, strike.choose);
    const run = suspended.apply("left-1", [...short, ...words]);
    await until(() => strike.struck() !== undefined, 60_000);
    expect((await next.apply("right-1").done).exitCode).toBe(0);
    const from = scene.sent.length;
    run.kill("SIGCONT");
    const { exitCode, error } = await run.done;
    expect([exitCode, error]).toEqual([3, expect.stringContaining("error[AL6121]")]);
    // It may only try to give back a lock that is not its own any more.
    const after = scene.sent.slice(from).filter(({ method }) => method !== "GET");
    expect(after.filter(one => !(one.method === "DELETE" && isLease(one)))).toEqual([]);
    expect(await marksIn(scene)).toEqual(["right-1"]);
    await expectTidy(scene);
  });

  test.concurrent("two stacks in one namespace do not disturb each other", async () => {
    const scene = await opened();
    const [one, other] = scene.parties;
    const documents = ["acme", "other"].map(stack => documentOf("same-1", { stack }));
    const runs = [one.apply("same-1", ["--no-wait"], documents[0]), other.apply("same-1", ["--no-wait"], documents[1])];
    const ends = await Promise.all(runs.map(({ done }) => done));
    expect(ends.map(({ exitCode, error }) => [exitCode, error.includes("is working on")])).toEqual([
      [0, false],
      [0, false],
    ]);
    const versions = async () => {
      const items = (await madeIn(scene.namespace)).filter(({ metadata }) => /^(alien-)?other-/.test(metadata.name));
      const written = items.filter(({ kind }) => !["Pod", "ReplicaSet", "Deployment"].includes(kind));
      const daemons = items.filter(({ kind }) => kind === "Deployment");
      return [
        ...written.map(item => [nameOf(item), item.metadata.resourceVersion]),
        ...daemons.map(item => [nameOf(item), item.metadata.uid, item.metadata.generation]),
      ];
    };
    const before = await versions();
    expect(before.length).toBeGreaterThan(5);
    const words = ["delete", "--stack", "acme", "--platform", "kubernetes", "--namespace", scene.namespace.name];
    expect((await one.workplace.run(words)).exitCode).toBe(0);
    expect(await versions()).toEqual(before);
    const left = (await madeIn(scene.namespace)).map(nameOf).filter(name => !name.includes("other-"));
    expect(left).toEqual([]);
  });
});

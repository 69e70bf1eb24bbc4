import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../../src/targets/kubernetes/api/cluster.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import { openStore, type Store, type Watched } from "../../src/targets/kubernetes/watch/store.ts";
import { openCluster, type TestCluster } from "./clusters.ts";
import { type ChooseFault, type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "./fault-proxy.ts";
import { until } from "./until.ts";

const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const kubeconfig = process.env.KUBECONFIG ?? "";
const reason = "KUBECONFIG names no file: point it at a cluster, for example one of `kind`";
const namespace = `alien-watch-${process.pid}`;
const label = "alien-watch=yes";
const watched: readonly Watched[] = [
  { kind: "Secret", selector: { labels: label } },
  { kind: "ServiceAccount", selector: { labels: label } },
];

const run = (words: readonly string[]): string => execFileSync(kubectl, [...words], { encoding: "utf8" });
const isWatch = ({ url }: ProxiedRequest): boolean => url.includes("watch=true");

/** Numbers that look like chance, and are the same in every run. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** All that can happen to a request that changes nothing. A stream ends some time in any case. */
function mischief(seed: number): ChooseFault {
  const chance = createChance(seed);
  return request => {
    const cut = { kind: "cut", afterBytes: Math.floor(chance() * 3_000) } as const;
    const own: readonly (Fault | undefined)[] = isWatch(request)
      ? [cut, cut, cut, { kind: "status", status: 410 }]
      : [undefined, cut, { kind: "reset-after-forward" }, { kind: "delay", milliseconds: 20 }];
    const faults: readonly (Fault | undefined)[] = [
      ...own,
      { kind: "reset" },
      { kind: "status", status: 429, headers: { "retry-after": "0" } },
      { kind: "status", status: 500 },
      { kind: "status", status: 503, body: "no healthy upstream" },
      { kind: "garbage" },
    ];
    return faults[Math.floor(chance() * faults.length)];
  };
}

const secret = (name: string, value: number) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, labels: { "alien-watch": "yes" } },
  data: { value: Buffer.from(String(value)).toString("base64") },
});
const account = (name: string) => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, labels: { "alien-watch": "yes" } },
});

/** Creates, modifies and deletes: each name many times. */
async function churn(cluster: Cluster, rounds: number): Promise<void> {
  const chance = createChance(7);
  for (let round = 0; round < rounds; round++) {
    const name = `object-${Math.floor(chance() * 6)}`;
    const kind = chance() < 0.7 ? "Secret" : "ServiceAccount";
    if (chance() < 0.35) await cluster.remove({ apiVersion: "v1", kind, name }, {});
    else await cluster.apply(kind === "Secret" ? secret(name, round) : account(name));
  }
}

/** What the store shows, or what a list says, in the same words. */
const shown = (store: Store): readonly LiveObject[] => watched.flatMap(({ kind }) => store.objects(kind));
const listed = async (cluster: Cluster): Promise<readonly LiveObject[]> =>
  (await Promise.all(watched.map(({ kind, selector }) => cluster.list(kind, selector)))).flatMap(({ items }) => items);

const isUpToDate = async (store: Store, cluster: Cluster): Promise<boolean> =>
  isDeepStrictEqual(shown(store), await listed(cluster));

describe.skipIf(!existsSync(kubeconfig))(`a store of a real API server (else: ${reason})`, { timeout: 120_000 }, () => {
  let direct: TestCluster;
  beforeAll(() => {
    run(["create", "namespace", namespace]);
    direct = openCluster(kubeconfig, { namespace });
  }, 60_000);
  afterAll(() => {
    direct.close();
    run(["delete", "namespace", namespace, "--wait=false"]);
  }, 60_000);

  /** A store that reads through a proxy. */
  async function open(fault?: ChooseFault): Promise<{ readonly store: Store; readonly proxy: FaultProxy }> {
    const proxy = await startFaultProxy({ kubeconfig, ...(fault === undefined ? {} : { fault }) });
    const cluster = openCluster(proxy.kubeconfig, { namespace, timing: { retry: 5 } });
    onTestFinished(async () => {
      cluster.close();
      await proxy.close();
    });
    const store = await openStore(cluster, watched);
    onTestFinished(() => store.stop());
    return { store, proxy };
  }

  test("sees each change without a list of its own", async () => {
    const { store, proxy } = await open();
    await churn(direct, 40);
    await until(() => isUpToDate(store, direct), 15_000);
    expect(proxy.log.filter(request => !isWatch(request))).toHaveLength(2);
    expect(Math.abs(store.serverTime() - Date.now())).toBeLessThan(2_000);
  });

  test.each([1, 2, 3, 4])("ends up with what is there, whatever happens to its requests (seed %d)", async seed => {
    const { store, proxy } = await open();
    proxy.setFault(mischief(seed));
    await churn(direct, 150);
    await until(() => isUpToDate(store, direct), 15_000);
    expect(new Set(proxy.log.map(({ fault }) => fault?.kind)).size).toBeGreaterThan(3);
    expect(proxy.log.filter(isWatch).length).toBeGreaterThan(10);
    proxy.setFault(undefined);
    await churn(direct, 10);
    await until(() => isUpToDate(store, direct), 15_000);
  });

  test("goes on where each stream is cut after an event or two", async () => {
    const { store, proxy } = await open(request => (isWatch(request) ? { kind: "cut", afterBytes: 2_000 } : undefined));
    await churn(direct, 100);
    await until(() => isUpToDate(store, direct), 15_000);
    expect(proxy.log.filter(isWatch).length).toBeGreaterThan(5);
  });

  test("lists again where it stands on what is no longer kept", async () => {
    const expired = JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
    const { store, proxy } = await open(request =>
      isWatch(request) && request.count < 5 ? { kind: "status", status: 200, body: `${expired}\n` } : undefined,
    );
    await churn(direct, 20);
    await until(() => isUpToDate(store, direct), 15_000);
    expect(proxy.log.filter(request => !isWatch(request)).length).toBeGreaterThan(2);
  });
});

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { leaseRef } from "../../src/targets/kubernetes/lock/lease.ts";
import { openCluster, type TestCluster } from "./clusters.ts";
import { realEffects } from "./effects.ts";
import { type LockWorld, lockContract, suspendable } from "./lock-contract.ts";
import { until } from "./until.ts";

const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const kubeconfig = process.env.KUBECONFIG ?? "";
const reason = "KUBECONFIG names no file: point it at a cluster, for example one of `kind`";
const namespace = `alien-lock-${process.pid}`;
const run = (words: readonly string[]) => execFileSync(kubectl, [...words], { encoding: "utf8" });
const limit = 60_000;

vi.setConfig({ testTimeout: limit });

describe.skipIf(!existsSync(kubeconfig))(`on a real API server (else: ${reason})`, () => {
  const lease = 2000;
  const opened: TestCluster[] = [];
  const open = (effects = realEffects) => {
    const timing = { lease, retry: 50, call: 5000 };
    const cluster = openCluster(kubeconfig, { namespace, effects: { ...effects, random: Math.random }, timing });
    opened.push(cluster);
    return cluster;
  };
  const world: LockWorld = {
    lease,
    now: () => performance.now(),
    party: () => {
      const { effects, ...switches } = suspendable(realEffects);
      return { cluster: open(effects), ...switches };
    },
    settle: promise => promise,
    until: condition => until(condition, limit),
    stored: stack => open().get(leaseRef(stack)),
    deleteLease: async stack => void (await open().remove(leaseRef(stack), {})),
  };
  beforeAll(() => void run(["create", "namespace", namespace]));
  afterAll(() => {
    for (const cluster of opened) cluster.close();
    run(["delete", "namespace", namespace, "--wait=false"]);
  });

  lockContract("the lock of a stack", world);
});

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe } from "vitest";
import { openCluster, type TestCluster } from "./clusters.ts";
import { recordContract } from "./record-contract.ts";

const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const kubeconfig = process.env.KUBECONFIG ?? "";
const reason = "KUBECONFIG names no file: point it at a cluster, for example one of `kind`";
const namespace = `alien-record-${process.pid}`;
const run = (words: readonly string[]) => execFileSync(kubectl, [...words], { encoding: "utf8" });

describe.skipIf(!existsSync(kubeconfig))(`on a real API server (else: ${reason})`, () => {
  const opened: TestCluster[] = [];
  beforeAll(() => void run(["create", "namespace", namespace]));
  afterAll(() => {
    for (const cluster of opened) cluster.close();
    run(["delete", "namespace", namespace, "--wait=false"]);
  });

  recordContract("the record of a stack", () => {
    const cluster = openCluster(kubeconfig, { namespace });
    opened.push(cluster);
    return cluster;
  });
});

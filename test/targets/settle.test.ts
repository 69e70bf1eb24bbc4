import { expect, test } from "vitest";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import { settle } from "../../src/targets/kubernetes/settle.ts";
import { daemonIr, stackIr } from "../render/stack-ir.ts";
import { listedCluster } from "./listed-cluster.ts";

const deployment = (id: string, spec: object, status: object = { observedGeneration: 1 }): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: `acme-${id}`, uid: id, resourceVersion: "1", generation: 1 },
  spec,
  status,
});
const up = { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 };
const stackOf = (...ids: readonly string[]) => stackIr({ stack: "acme", daemons: ids.map(id => daemonIr(id)) });
const mask = (text: string) => text;

test("each daemon that cannot run has its own reason in the state", async () => {
  const cluster = listedCluster([deployment("a", { replicas: 0 }), deployment("b", { paused: true })]);
  const { isReady, state, diagnostics } = await settle(cluster, {
    stack: stackOf("a", "b"),
    since: 0,
    wait: true,
    mask,
  });
  expect([isReady, diagnostics.map(({ name }) => name)]).toEqual([false, ["daemon-scaled-down", "daemon-paused"]]);
  const errors = ["a", "b"].map(id => state.resources[id]?.error?.message);
  expect(errors).toEqual(diagnostics.map(({ message }) => message));
});

test("a stack without daemons is ready at once", async () => {
  const { isReady, state } = await settle(listedCluster([]), { stack: stackOf(), since: 0, wait: true, mask });
  expect([isReady, state.resources]).toEqual([true, {}]);
});

test("without waiting it is told which daemons run", async () => {
  const cluster = listedCluster([deployment("a", {}, up), deployment("b", {})]);
  const { isReady, state } = await settle(cluster, { stack: stackOf("a", "b", "c"), since: 0, wait: false, mask });
  const running = Object.entries(state.resources).map(([id, { outputs }]) => [id, outputs?.running]);
  expect([isReady, running]).toEqual([
    false,
    [
      ["a", true],
      ["b", false],
      ["c", false],
    ],
  ]);
});

import type { Staged } from "../../diagnostics/index.ts";
import { DiagnosticError, isError } from "../../diagnostics/index.ts";
import type { Desired, Permissions, Plan, Target } from "../index.ts";
import { createMask } from "../index.ts";
import { atTheEdge, eachAtTheEdge } from "./api-edge.ts";
import { applyWork } from "./apply.ts";
import { type Cluster, createCluster } from "./cluster.ts";
import { connectCluster } from "./connect.ts";
import { watchStack } from "./health.ts";
import { stackLogs } from "./logs.ts";
import type { OpenOptions } from "./open-options.ts";
import { planStack } from "./plan.ts";
import { planDeletion } from "./plan-deletion.ts";
import { restartDaemons } from "./restart.ts";
import { stackStatus } from "./status.ts";
import { isWork, type Work } from "./work.ts";

/** A cluster to work on. Nothing is sent before it is asked for something. */
export function openKubernetes(options: OpenOptions): Staged<Target | undefined> {
  const { value: connected, diagnostics } = connectCluster(options.connect);
  if (connected === undefined) return { value: undefined, diagnostics };
  const { connection } = connected;
  const { effects, timing, onProgress, signal } = options;
  const namespace = options.namespace ?? connected.namespace ?? "default";
  const cluster = createCluster({ connection, namespace, effects, timing, onProgress, signal });
  return { value: targetOf(cluster, options), diagnostics };
}

function targetOf(cluster: Cluster, { holder, lockTimeout, namespacePath }: OpenOptions): Target {
  const edge = { server: cluster.connection.server, namespace: cluster.namespace };
  const planned = (desired: Desired, permissions: Permissions) =>
    planStack({ cluster, desired, permissions, namespacePath });
  const again = async (work: Work): Promise<Work> => {
    const { desired, permissions, stack } = work;
    const { value, diagnostics } =
      desired === undefined ? await planDeletion(cluster, stack, permissions) : await planned(desired, permissions);
    if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics.filter(isError));
    return value ?? { ...work, decisions: [], deletions: [], changes: [], stored: undefined };
  };
  return {
    platform: "kubernetes",
    plan: (desired, permissions) => atTheEdge(edge, () => planned(desired, permissions)),
    planDeletion: (stack, permissions) => atTheEdge(edge, () => planDeletion(cluster, stack, permissions)),
    apply: (plan, options) =>
      atTheEdge(edge, () => {
        const work = workOf(plan);
        const mask = createMask(work.desired?.secretValues.values() ?? []);
        return applyWork(work, { cluster, holder, lockTimeout, options, again: () => again(work), mask });
      }),
    restart: (stack, daemons, { wait }) =>
      atTheEdge(edge, () => restartDaemons(cluster, { stack, daemons, wait, holder, lockTimeout })),
    status: stack => atTheEdge(edge, () => stackStatus(cluster, stack)),
    logs: (stack, options) => eachAtTheEdge(edge, stackLogs(cluster, stack, options)),
    watch: (stack, options) => eachAtTheEdge(edge, watchStack(cluster, stack, options)),
    close: () => cluster.connection.close(),
  };
}

function workOf(plan: Plan): Work {
  if (isWork(plan)) return plan;
  throw new Error("applied a plan that this target did not make");
}

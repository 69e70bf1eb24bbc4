import { DiagnosticError, isError, type Staged } from "../../diagnostics/index.ts";
import { createMask, type Plan, type Target } from "../index.ts";
import { type Cluster, createCluster } from "./api/cluster.ts";
import { connectCluster } from "./api/connect.ts";
import { atTheEdge, eachAtTheEdge } from "./api/edge.ts";
import { namespaceMissing } from "./api/findings.ts";
import type { OpenOptions } from "./api/open-options.ts";
import { applyWork } from "./apply.ts";
import { watchStack } from "./health.ts";
import { stackLogs } from "./logs/logs.ts";
import { type PlanInput, planStack } from "./plan.ts";
import { planDeletion } from "./plan-deletion.ts";
import { eachWithRights, logRights, statusRights, watchRights, withRights } from "./probe/rights.ts";
import { checkServer } from "./probe/survey.ts";
import { restartDaemons } from "./restart.ts";
import { stackStatus } from "./status.ts";
import { isWork, type Work } from "./work.ts";

/** A cluster to work on. Nothing is sent before it is asked for something. */
export function openKubernetes(options: OpenOptions): Staged<Target | undefined> {
  const { value: connected, diagnostics } = connectCluster(options.connect);
  if (connected === undefined) return { value: undefined, diagnostics };
  const { connection } = connected;
  const { effects, timing, onProgress, signal, namespacePath } = options;
  const namespace = options.namespace ?? connected.namespace ?? "default";
  // In an address, `..` would name something else.
  if (!namespaceName.test(namespace))
    return { value: undefined, diagnostics: [namespaceMissing({ namespace, namespacePath })] };
  const cluster = createCluster({ connection, namespace, effects, timing, onProgress, signal });
  return { value: targetOf(cluster, options), diagnostics };
}

const namespaceName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function targetOf(cluster: Cluster, { holder, lockTimeout, namespacePath }: OpenOptions): Target {
  const edge = { server: cluster.connection.server, namespace: cluster.namespace, namespacePath };
  const planned = (input: Pick<PlanInput, "desired" | "permissions" | "warns">) =>
    planStack({ cluster, namespacePath, ...input });
  const again = async (work: Work): Promise<Work> => {
    const { desired, permissions, stack } = work;
    const { value, diagnostics } =
      desired === undefined
        ? await planDeletion(cluster, stack, permissions)
        : await planned({ desired, permissions, warns: false });
    if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics.filter(isError));
    return value ?? { ...work, decisions: [], deletions: [], changes: [], stored: undefined };
  };
  const reached = <T>(work: () => Promise<T>) => atTheEdge(edge, () => reach(cluster).then(work));
  const eachReached = <T>(items: () => AsyncIterable<T>) => eachAtTheEdge(edge, afterReach(cluster, items));
  return {
    platform: "kubernetes",
    plan: (desired, permissions) => atTheEdge(edge, () => planned({ desired, permissions, warns: true })),
    planDeletion: (stack, permissions) => atTheEdge(edge, () => planDeletion(cluster, stack, permissions)),
    apply: (plan, options) =>
      atTheEdge(edge, () => {
        const work = workOf(plan);
        const mask = createMask(work.desired?.secretValues.values() ?? []);
        return applyWork(work, { cluster, holder, lockTimeout, options, again: () => again(work), mask });
      }),
    restart: (stack, daemons, { wait }) =>
      reached(() => restartDaemons(cluster, { stack, daemons, wait, holder, lockTimeout })),
    status: stack => reached(() => withRights(cluster, statusRights, () => stackStatus(cluster, stack))),
    logs: (stack, options) => eachReached(() => eachWithRights(cluster, logRights, stackLogs(cluster, stack, options))),
    watch: (stack, options) =>
      eachReached(() => eachWithRights(cluster, watchRights, watchStack(cluster, stack, options))),
    close: () => cluster.connection.close(),
  };
}

/** Whether the cluster is there is found out with less patience than anything else. */
async function reach(cluster: Cluster): Promise<void> {
  const tooOld = await checkServer(cluster);
  if (tooOld.length > 0) throw new DiagnosticError(tooOld);
}

async function* afterReach<T>(cluster: Cluster, items: () => AsyncIterable<T>): AsyncIterable<T> {
  await reach(cluster);
  yield* items();
}

function workOf(plan: Plan): Work {
  if (isWork(plan)) return plan;
  throw new Error("applied a plan that this target did not make");
}

import { type Diagnostic, finding, type Staged, suggest } from "../../diagnostics/index.ts";
import { idAnnotation, manager, managerLabel, stackAnnotation } from "../../render/index.ts";
import { type DaemonStatus, type StackStatus, stateOfStatuses } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { unlessForbidden } from "./api/error.ts";
import type { LiveObject } from "./api/live-object.ts";
import { saysStack } from "./record/ownership.ts";
import { readRecord } from "./record/record-store.ts";
import { evidenceOf, judge, type Verdict } from "./rollout/index.ts";

/** What is observed of a stack, by kind. */
export interface Observation {
  readonly deployments: readonly LiveObject[];
  readonly replicaSets: readonly LiveObject[];
  readonly pods: readonly LiveObject[];
  readonly events: readonly LiveObject[];
  /** The server's clock, in milliseconds since 1970. */
  readonly date: number;
}

/** How the daemons of a stack are. Works without reading a Secret. */
export async function stackStatus(cluster: Cluster, stack: string): Promise<Staged<StackStatus | undefined>> {
  const labels = `${managerLabel}=${manager}`;
  const [deployed, replicaSets, pods] = await Promise.all([
    cluster.list("Deployment", { labels }),
    cluster.list("ReplicaSet", { labels }),
    cluster.list("Pod", { labels }),
  ]);
  const deployments = deployed.items.filter(live => saysStack(live, stack));
  if (deployments.length === 0) return { value: undefined, diagnostics: [notFound(cluster, stack, deployed.items)] };
  const { date } = deployed;
  const observation = { deployments, replicaSets: replicaSets.items, pods: pods.items, events: [], date };
  const daemons = daemonsOf(observation, 0);
  const revision = await revisionNumber(cluster, stack);
  const state = stateOfStatuses(stack, "kubernetes", daemons);
  const { namespace } = cluster;
  return {
    value: { stack, namespace, ...(revision === undefined ? {} : { revision }), daemons, state },
    diagnostics: [],
  };
}

/** The stack is not there; perhaps another with a similar name is. */
export function notFound({ namespace }: Cluster, stack: string, ours: readonly LiveObject[]): Diagnostic {
  const names = new Set(ours.flatMap(({ metadata }) => metadata.annotations?.[stackAnnotation] ?? []));
  return finding("stack-not-found", { argument: "--stack" }, { stack, namespace, suggestion: suggest(stack, names) });
}

const revisionNumber = async (cluster: Cluster, stack: string): Promise<number | undefined> =>
  (await unlessForbidden(readRecord(cluster, stack), undefined))?.record.good?.number;

/** The daemons by id. A process counts as running when it has for the settle time, in milliseconds. */
export const daemonsOf = (observation: Observation, settle: number): readonly DaemonStatus[] =>
  observation.deployments
    .map(deployment => daemonOf(deployment, observation, settle))
    .toSorted((a, b) => (a.daemon < b.daemon ? -1 : 1));

function daemonOf(deployment: LiveObject, observation: Observation, settle: number): DaemonStatus {
  const { name, annotations, deletionTimestamp } = deployment.metadata;
  const evidence = evidenceOf(name, observation);
  const verdict = judge(evidence, { now: observation.date, settle, since: 0 });
  const { restarts, runningSince, detail } = verdict;
  const image = imageOf(deployment);
  return {
    daemon: annotations?.[idAnnotation] ?? name,
    daemonName: name,
    running: verdict.phase === "ready",
    phase: deletionTimestamp === undefined ? phaseOf(verdict) : "deleting",
    ...(image === undefined ? {} : { image }),
    restarts,
    ...(runningSince === undefined ? {} : { since: new Date(runningSince).toISOString() }),
    ...(detail === undefined ? {} : { detail }),
  };
}

const phaseOf = ({ phase }: Verdict): DaemonStatus["phase"] =>
  phase === "ready" ? "running" : phase === "failing" ? "failing" : "starting";

interface DeploymentSpec {
  readonly template?: {
    readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
  };
}

const imageOf = ({ spec }: LiveObject): string | undefined =>
  (spec as DeploymentSpec).template?.spec?.containers?.find(({ name }) => name === "daemon")?.image;

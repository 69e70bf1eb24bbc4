import type { LiveObject } from "../api/live-object.ts";
import { aboutOf, eventView } from "./views.ts";

/** Everything the cluster says about one daemon. */
export interface Evidence {
  readonly deployment: LiveObject | undefined;
  readonly replicaSets: readonly LiveObject[];
  readonly pods: readonly LiveObject[];
  /** In the order of time, once it is `inOrder`. */
  readonly events: readonly LiveObject[];
}

/** The objects of a namespace, as far as they matter for a rollout. */
export interface Observed {
  readonly deployments: readonly LiveObject[];
  readonly replicaSets: readonly LiveObject[];
  readonly pods: readonly LiveObject[];
  readonly events: readonly LiveObject[];
}

export interface OwnerIndex {
  readonly deployments: ReadonlyMap<string, LiveObject>;
  /** By uid of the owner. */
  readonly owned: ReadonlyMap<string, readonly LiveObject[]>;
  /** By uid, or `Kind/name`, of what they are about. */
  readonly events: ReadonlyMap<string, readonly LiveObject[]>;
}

/** What concerns the Deployment of a name: by ownership, so that nobody else's pods are taken for it. */
export const evidenceOf = (name: string, observed: Observed): Evidence =>
  inOrder(evidenceFrom(indexOf(observed), name));

export function indexOf({ deployments, replicaSets, pods, events }: Observed): OwnerIndex {
  return {
    deployments: new Map(deployments.map(deployment => [deployment.metadata.name, deployment])),
    owned: Map.groupBy([...replicaSets, ...pods], ownerOf),
    events: Map.groupBy(events, aboutOf),
  };
}

const ownerOf = ({ metadata: { ownerReferences = [] } }: LiveObject): string =>
  (ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0])?.uid ?? "";

export function evidenceFrom({ deployments, owned, events }: OwnerIndex, name: string): Evidence {
  const deployment = deployments.get(name);
  if (deployment === undefined) return { deployment, replicaSets: [], pods: [], events: [] };
  const replicaSets = owned.get(deployment.metadata.uid) ?? [];
  const pods = replicaSets.flatMap(({ metadata }) => owned.get(metadata.uid) ?? []);
  const found = [deployment, ...replicaSets, ...pods].flatMap(({ kind, metadata: { uid, name: own } }) => [
    ...(events.get(uid) ?? []),
    ...(events.get(`${kind}/${own}`) ?? []),
  ]);
  return { deployment, replicaSets, pods, events: found };
}

export const inOrder = (evidence: Evidence): Evidence => ({
  ...evidence,
  events: evidence.events
    .map(event => ({ event, at: eventView(event).at }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event),
});

/** Whether two pieces of evidence hold the same objects, none of them changed. */
export const sameEvidence = (a: Evidence, b: Evidence): boolean =>
  sameObjects(a.deployment === undefined ? [] : [a.deployment], b.deployment === undefined ? [] : [b.deployment]) &&
  sameObjects(a.replicaSets, b.replicaSets) &&
  sameObjects(a.pods, b.pods) &&
  sameObjects(a.events, b.events);

const sameObjects = (a: readonly LiveObject[], b: readonly LiveObject[]): boolean =>
  a.length === b.length &&
  a.every((object, index) => {
    const other = b[index];
    return (
      object === other ||
      (object.metadata.uid === other?.metadata.uid &&
        object.metadata.resourceVersion === other.metadata.resourceVersion)
    );
  });

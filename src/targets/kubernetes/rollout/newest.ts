import type { LiveObject } from "../api/live-object.ts";
import type { Evidence } from "./evidence.ts";
import { deploymentView, revisionAnnotation } from "./views.ts";

/**
 * The ReplicaSet of what the Deployment says now. Until the controller has made one, its revision is still that of the
 * ReplicaSet before, so the templates are compared too: else the old pod would be judged.
 */
export function newestReplicaSet({ deployment, replicaSets }: Evidence): LiveObject | undefined {
  if (deployment === undefined) return undefined;
  const found = replicaSets.find(set => revisionOf(set) === revisionOf(deployment));
  if (found === undefined) return undefined;
  const { observedGeneration, generation, updated } = deploymentView(deployment);
  const counted = observedGeneration >= generation && updated >= 1;
  return counted || templateOf(found) === templateOf(deployment) ? found : undefined;
}

const revisionOf = ({ metadata }: LiveObject): string | undefined => metadata.annotations?.[revisionAnnotation];

/** The pod template as text, without the label that only ReplicaSets have. */
function templateOf({ spec }: LiveObject): string {
  const { template } = spec as { readonly template?: unknown };
  return JSON.stringify(template, (name, given) => (name === "pod-template-hash" ? undefined : sorted(given)));
}

const sorted = (given: unknown): unknown =>
  typeof given === "object" && given !== null && !Array.isArray(given)
    ? Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)))
    : given;

import { type Diagnostic, DiagnosticError, finding, key } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import { idAnnotation, manager, managerLabel, stackAnnotation } from "../../../render/index.ts";
import { isList } from "../api/answer.ts";
import { type Cluster, createCluster, listOf } from "../api/cluster.ts";
import { isStatus } from "../api/error.ts";
import { collectionPath } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { readRecord } from "../record/record-store.ts";

/** Other stacks from the same source that still run: most likely this one before it was renamed or moved. */
export async function leftBehindWarnings(
  cluster: Cluster,
  { stack, source }: { readonly stack: StackIr; readonly source: string | undefined },
): Promise<readonly Diagnostic[]> {
  if (source === undefined) return [];
  const deployments = await allDeployments(cluster);
  const unlikely = ({ metadata: { namespace, annotations } }: LiveObject): number =>
    Number(namespace !== cluster.namespace && annotations?.[stackAnnotation] !== stack.stack);
  const others = Map.groupBy(
    deployments
      .filter(({ metadata }) => isOther(metadata, stack.stack, cluster.namespace))
      .toSorted((a, b) => unlikely(a) - unlikely(b)),
    ({ metadata }) => `${metadata.namespace}/${metadata.annotations?.[stackAnnotation]}`,
  );
  const found = [...others.values()].slice(0, mostLookedAt).map(async daemons => {
    const { annotations = {}, namespace = "" } = daemons[0]?.metadata ?? {};
    const name = annotations[stackAnnotation] ?? "";
    if ((await sourceOf(cluster, namespace, name)) !== source) return [];
    const ids = daemons.map(({ metadata }) => metadata.annotations?.[idAnnotation] ?? metadata.name).sort();
    return [finding("stack-left-behind", key("/stack"), { stack: name, daemons: ids, namespace })];
  });
  return (await Promise.all(found)).flat();
}

/** Each takes a call. Those with the same name or namespace are looked at first. */
const mostLookedAt = 50;

const isOther = ({ annotations = {}, namespace }: LiveObject["metadata"], stack: string, own: string): boolean =>
  annotations[stackAnnotation] !== undefined && !(annotations[stackAnnotation] === stack && namespace === own);

/** Where another stack comes from; unknown where its record cannot be read. */
async function sourceOf(cluster: Cluster, namespace: string, stack: string): Promise<string | undefined> {
  try {
    return (await readRecord(createCluster({ ...cluster, namespace }), stack))?.record.source;
  } catch (cause) {
    if (isStatus(cause, 403, 404) || cause instanceof DiagnosticError) return undefined;
    throw cause;
  }
}

/** Ours in all namespaces, or in this one for those who may not look further. */
async function allDeployments(cluster: Cluster): Promise<readonly LiveObject[]> {
  const query = { labelSelector: `${managerLabel}=${manager}` };
  for (const path of ["/apis/apps/v1/deployments", collectionPath("Deployment", cluster.namespace)]) {
    try {
      return listOf(await cluster.call({ method: "GET", path, query }, { accepts: isList }), "Deployment").items;
    } catch (cause) {
      if (!isStatus(cause, 403)) throw cause;
    }
  }
  return [];
}

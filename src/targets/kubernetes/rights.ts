import { type Diagnostic, finding, key } from "../../diagnostics/index.ts";
import type { Cluster } from "./cluster.ts";
import { groupOf, type KindName, pluralOf } from "./kinds.ts";

/** Something that has to be allowed. */
export interface Right {
  readonly verb: string;
  readonly kind: KindName;
  readonly subresource?: string;
}

const rights = (kind: KindName, ...verbs: readonly string[]): readonly Right[] => verbs.map(verb => ({ kind, verb }));

/** What looking at a stack takes. */
export const readRights = (kinds: readonly KindName[]): readonly Right[] => [
  ...kinds.flatMap(kind => rights(kind, "get", "list")),
  ...rights("Secret", "get"),
];

/** What carrying out a plan takes. */
export const writeRights = (kinds: readonly KindName[]): readonly Right[] => [
  ...kinds.flatMap(kind => rights(kind, "create", "patch", "delete")),
  ...rights("Secret", "create", "update", "delete"),
  ...rights("Lease", "get", "create", "update", "delete"),
];

/** What waiting for daemons takes. */
export const waitRights: readonly Right[] = [
  ...rights("Deployment", "list", "watch"),
  ...rights("ReplicaSet", "list", "watch"),
  ...rights("Pod", "list", "watch"),
];

/** Asks the server about all of them at once; the ones it denies. */
export async function missingRights(cluster: Cluster, wanted: readonly Right[]): Promise<readonly Right[]> {
  const unique = [...new Map(wanted.map(right => [`${right.verb} ${right.kind}`, right])).values()];
  const answers = await Promise.all(unique.map(right => isAllowed(cluster, right)));
  return unique.filter((_, index) => answers[index] === false);
}

async function isAllowed(cluster: Cluster, { verb, kind, subresource }: Right): Promise<boolean> {
  const resourceAttributes = {
    namespace: cluster.namespace,
    verb,
    group: groupOf(kind),
    resource: pluralOf(kind),
    ...(subresource === undefined ? {} : { subresource }),
  };
  const { body } = await cluster.call({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
  });
  return (body as { readonly status?: { readonly allowed?: boolean } }).status?.allowed === true;
}

/** One finding for each resource, with all verbs that are missing on it. `path` tells what of the document needs it. */
export function rightsFindings(
  missing: readonly Right[],
  { namespace, path }: { readonly namespace: string; readonly path: (kind: KindName) => string | undefined },
): readonly Diagnostic[] {
  const byKind = Map.groupBy(missing, ({ kind }) => kind);
  return Array.from(byKind, ([kind, found]) => {
    const group = groupOf(kind);
    const resource = group === "" ? pluralOf(kind) : `${pluralOf(kind)}.${group}`;
    const at = path(kind);
    const args = { verbs: found.map(({ verb }) => verb), resource, namespace };
    return finding("rights-missing", at === undefined ? { argument: "" } : key(at), args, { poisons: [] });
  });
}

import { type Diagnostic, DiagnosticError, finding, key } from "../../../diagnostics/index.ts";
import type { Cluster } from "../api/cluster.ts";
import { isStatus } from "../api/error.ts";
import { groupOf, type KindName, pluralOf } from "../api/kinds.ts";

/** Something that has to be allowed. */
export interface Right {
  readonly verb: string;
  readonly kind: KindName;
  readonly subresource?: string;
}

const rights = (kind: KindName, ...verbs: readonly string[]): readonly Right[] => verbs.map(verb => ({ kind, verb }));

const lockRights = rights("Lease", "get", "create", "update", "delete");
const workloads = ["Deployment", "ReplicaSet", "Pod"] as const satisfies readonly KindName[];

/** What waiting for daemons takes, and watching them. */
export const watchRights: readonly Right[] = workloads.flatMap(kind => rights(kind, "list", "watch"));

/** What a look at the daemons takes. */
export const statusRights: readonly Right[] = workloads.flatMap(kind => rights(kind, "list"));

export const logRights: readonly Right[] = [
  ...rights("Deployment", "list"),
  ...rights("Pod", "list"),
  { kind: "Pod", subresource: "log", verb: "get" },
];

export const restartRights: readonly Right[] = [
  ...rights("Deployment", "list", "patch"),
  ...watchRights,
  ...lockRights,
];

/** What carrying out a plan takes, with looking first. */
export const applyRights = (kinds: readonly KindName[]): readonly Right[] => [
  ...kinds.flatMap(kind => rights(kind, "get", "list", "create", "patch", "delete")),
  ...rights("Secret", "get", "create", "update"),
  ...lockRights,
  ...watchRights,
];

/** What removing a stack takes. */
export const deleteRights = (kinds: readonly KindName[]): readonly Right[] => [
  ...kinds.flatMap(kind => rights(kind, "list", "delete")),
  ...rights("Secret", "get", "delete"),
  ...lockRights,
];

/** What comparing a stack with its record takes. */
export const driftRights = (kinds: readonly KindName[]): readonly Right[] => [
  ...kinds.flatMap(kind => rights(kind, "get", "list")),
  ...rights("Secret", "get"),
];

/** Asks the server about all of them at once; the ones it denies. */
export async function missingRights(cluster: Cluster, wanted: readonly Right[]): Promise<readonly Right[]> {
  const unique = [...new Map(wanted.map(right => [`${right.verb} ${nameOf(right)}`, right])).values()];
  const answers = await Promise.all(unique.map(right => isAllowed(cluster, right)));
  return unique.filter((_, index) => answers[index] === false);
}

/** `pods/log`, `deployments.apps`. */
function nameOf({ kind, subresource }: Right): string {
  const group = groupOf(kind);
  return `${pluralOf(kind)}${subresource === undefined ? "" : `/${subresource}`}${group === "" ? "" : `.${group}`}`;
}

async function isAllowed(cluster: Cluster, { verb, kind, subresource }: Right): Promise<boolean> {
  return isGranted(cluster, {
    namespace: cluster.namespace,
    verb,
    group: groupOf(kind),
    resource: pluralOf(kind),
    ...(subresource === undefined ? {} : { subresource }),
  });
}

/** Whether a namespace may be created: a right in the whole cluster. */
export const mayCreateNamespace = (cluster: Cluster): Promise<boolean> =>
  isGranted(cluster, { verb: "create", group: "", resource: "namespaces" });

async function isGranted(cluster: Cluster, resourceAttributes: Readonly<Record<string, string>>): Promise<boolean> {
  const { body } = await cluster.call({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
  });
  return (body as { readonly status?: { readonly allowed?: boolean } }).status?.allowed === true;
}

interface At {
  readonly namespace: string;
  /** What of the document needs a kind. */
  readonly path?: (kind: KindName) => string | undefined;
}

/** One finding for each resource, with all verbs that are missing on it. */
export function rightsFindings(missing: readonly Right[], { namespace, path }: At): readonly Diagnostic[] {
  const byResource = Map.groupBy(missing, nameOf);
  return Array.from(byResource, ([resource, found]) => {
    const at = found[0] && path?.(found[0].kind);
    const args = { verbs: found.map(({ verb }) => verb), resource, namespace };
    return finding("rights-missing", at === undefined ? { argument: "" } : key(at), args, { poisons: [] });
  });
}

/** Rejects with every right that is missing. */
export async function demandRights(cluster: Cluster, wanted: readonly Right[]): Promise<void> {
  const missing = await missingRights(cluster, wanted);
  if (missing.length > 0) throw new DiagnosticError(rightsFindings(missing, cluster));
}

/** Where something is forbidden, all rights that the work takes and that are missing are told instead. */
export async function withRights<T>(cluster: Cluster, wanted: readonly Right[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw await inFull(cluster, wanted, cause);
  }
}

export async function* eachWithRights<T>(
  cluster: Cluster,
  wanted: readonly Right[],
  items: AsyncIterable<T>,
): AsyncIterable<T> {
  try {
    yield* items;
  } catch (cause) {
    throw await inFull(cluster, wanted, cause);
  }
}

async function inFull(cluster: Cluster, wanted: readonly Right[], cause: unknown): Promise<unknown> {
  if (!isStatus(cause, 403)) return cause;
  const missing = await missingRights(cluster, wanted);
  return missing.length === 0 ? cause : new DiagnosticError(rightsFindings(missing, cluster), { cause });
}

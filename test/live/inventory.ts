import type { StoredRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import type { KubernetesItem, TestNamespace } from "./namespace.ts";

const kinds = "deployments,replicasets,pods,secrets,leases,serviceaccounts,roles,rolebindings,networkpolicies";

/** Everything in a namespace that the cluster did not put there by itself. */
export async function madeIn(namespace: TestNamespace): Promise<readonly KubernetesItem[]> {
  return (await namespace.get(kinds)).filter(item => !isClusters(item));
}

const isClusters = ({ kind, type, metadata: { name } }: KubernetesItem): boolean =>
  (kind === "ServiceAccount" && name === "default") || type === "kubernetes.io/service-account-token";

export const nameOf = ({ kind, metadata: { name } }: KubernetesItem): string => `${kind}/${name}`;

/** What nobody would ever remove: neither the record knows it, nor does it belong to something that the record knows. */
export function orphansAmong(
  items: readonly KubernetesItem[],
  { record }: Pick<StoredRecord, "record">,
): readonly string[] {
  const known = new Map(record.inventory.map(({ kind, name, uid }) => [`${kind}/${name}`, uid]));
  const uids = new Set(items.map(({ metadata }) => metadata.uid));
  const isKept = (item: KubernetesItem): boolean => {
    const { uid, ownerReferences } = item.metadata as KubernetesItem["metadata"] & Owned;
    if (ownerReferences !== undefined) return ownerReferences.every(owner => uids.has(owner.uid));
    // A run that was killed leaves its Lease to the next one that writes.
    if (item.kind === "Lease" || item.metadata.name.endsWith("-state")) return true;
    return known.has(nameOf(item)) && (known.get(nameOf(item)) ?? uid) === uid;
  };
  return items.filter(item => !isKept(item)).map(nameOf);
}

interface Owned {
  readonly ownerReferences?: readonly { readonly uid: string }[];
}

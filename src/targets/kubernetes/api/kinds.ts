import type { ObjectRef } from "../../index.ts";

interface ApiKind {
  readonly apiVersion: string;
  readonly plural: string;
}

/** Every kind of object that we write or read, by its name. */
const kinds = {
  NetworkPolicy: { apiVersion: "networking.k8s.io/v1", plural: "networkpolicies" },
  ServiceAccount: { apiVersion: "v1", plural: "serviceaccounts" },
  Role: { apiVersion: "rbac.authorization.k8s.io/v1", plural: "roles" },
  RoleBinding: { apiVersion: "rbac.authorization.k8s.io/v1", plural: "rolebindings" },
  Secret: { apiVersion: "v1", plural: "secrets" },
  Deployment: { apiVersion: "apps/v1", plural: "deployments" },
  ReplicaSet: { apiVersion: "apps/v1", plural: "replicasets" },
  Pod: { apiVersion: "v1", plural: "pods" },
  Event: { apiVersion: "v1", plural: "events" },
  Lease: { apiVersion: "coordination.k8s.io/v1", plural: "leases" },
  ResourceQuota: { apiVersion: "v1", plural: "resourcequotas" },
  LimitRange: { apiVersion: "v1", plural: "limitranges" },
} as const satisfies Record<string, ApiKind>;

export type KindName = keyof typeof kinds;

/** Every kind that a stack can have objects of. */
export const stackKinds: readonly KindName[] = [
  "NetworkPolicy",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "Secret",
  "Deployment",
];

export const isKind = (name: string): name is KindName => Object.hasOwn(kinds, name);
export const pluralOf = (kind: KindName): string => kinds[kind].plural;
export const groupOf = (kind: KindName): string => {
  const { apiVersion } = kinds[kind];
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
};

/** The path of all objects of a kind in a namespace. */
export function collectionPath(kind: KindName, namespace: string): string {
  const { apiVersion, plural } = kinds[kind];
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  return `${root}/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** The path of one object. */
export function objectPath({ kind, name }: Pick<ObjectRef, "kind" | "name">, namespace: string): string {
  if (!isKind(kind)) throw new Error(`there is no path for the kind ${kind}`);
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

export const refOf = (kind: KindName, name: string): ObjectRef => ({ apiVersion: kinds[kind].apiVersion, kind, name });
export const keyOf = ({ kind, name }: Pick<ObjectRef, "kind" | "name">): string => `${kind}/${name}`;

import { readFileSync } from "node:fs";
import { load, loadAll } from "js-yaml";
import { kubectlRun, type TestNamespace } from "./namespace.ts";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface RoleObject {
  readonly kind: "Role";
  readonly metadata: { readonly name: string };
  readonly rules: readonly Rule[];
}

const roleFile = new URL("../../docs/kubernetes-role.yaml", import.meta.url);

/** The Roles of the guide, by name. */
export const documentedRoles = (): ReadonlyMap<string, RoleObject> =>
  new Map((loadAll(readFileSync(roleFile, "utf8")) as RoleObject[]).map(role => [role.metadata.name, role]));

export const roleText = (name: string, rules: readonly Rule[]): string =>
  JSON.stringify({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name }, rules });

/** Binds a Role to a user of the cluster. */
export const bindingText = (role: string, user: string): string =>
  JSON.stringify({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: `${role}-${user}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
  });

/** Several objects in one text. */
export const listText = (...objects: readonly string[]): string =>
  `{"apiVersion":"v1","kind":"List","items":[${objects.join(",")}]}`;

/** A kubeconfig as JSON, which is YAML. */
export interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
  readonly [field: string]: unknown;
}

/** What the tests themselves use, with nothing outside of it. */
export const adminConfig = async (): Promise<Kubeconfig> =>
  load(await kubectlRun(["config", "view", "--raw", "--minify", "--flatten"])) as Kubeconfig;

export const withUser = (config: Kubeconfig, user: Readonly<Record<string, unknown>>): Kubeconfig => ({
  ...config,
  users: config.users.map(({ name }) => ({ name, user })),
});

/** The tests' own user, acting as somebody with other rights. */
export async function impersonating(user: string): Promise<string> {
  const config = await adminConfig();
  return JSON.stringify(withUser(config, { ...config.users[0]?.user, as: user }));
}

/** Creates a ServiceAccount that holds a Role, and returns its token. */
export async function createAccount(namespace: TestNamespace, name: string, role: string): Promise<string> {
  await namespace.kubectl("create", "serviceaccount", name);
  const account = `--serviceaccount=${namespace.name}:${name}`;
  await namespace.kubectl("create", "rolebinding", name, `--role=${role}`, account);
  const secret = await tokenSecret(namespace, name);
  // Since 1.24, accounts have no Secrets.
  if (secret === undefined) return (await namespace.kubectl("create", "token", name)).trim();
  const token = await namespace.kubectl("get", "secret", secret, "-o", "jsonpath={.data.token}");
  return Buffer.from(token, "base64").toString();
}

async function tokenSecret({ kubectl }: TestNamespace, name: string): Promise<string | undefined> {
  const { minor } = JSON.parse(await kubectl("version", "-o", "json")).serverVersion as { minor: string };
  if (Number.parseInt(minor, 10) >= 24) return undefined;
  for (let end = performance.now() + 20_000; performance.now() < end; ) {
    const found = await kubectl("get", "serviceaccount", name, "-o", "jsonpath={.secrets[0].name}");
    if (found !== "") return found;
  }
  throw new Error(`the ServiceAccount ${name} has no token`);
}

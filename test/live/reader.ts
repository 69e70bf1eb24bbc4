import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../targets/until.ts";
import { kubectlRun, type TestNamespace } from "./namespace.ts";

const subject = "alien-test-reader";
const objects = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: subject } },
  {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/service-account-token",
    metadata: { name: `${subject}-token`, annotations: { "kubernetes.io/service-account.name": subject } },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: subject },
    rules: [
      { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: subject },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: subject },
    subjects: [{ kind: "ServiceAccount", name: subject }],
  },
];

/** Writes the kubeconfig of a user who may look at daemons and at no Secret; returns its path. */
export async function createReader(namespace: TestNamespace, directory: string): Promise<string> {
  await namespace.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  let token = "";
  await until(async () => {
    const secrets = await namespace.get("secrets");
    const data = secrets.find(({ metadata }) => metadata.name === `${subject}-token`)?.data;
    token = Buffer.from(data?.token ?? "", "base64").toString();
    return token !== "";
  }, 30_000);
  const config = JSON.parse(await kubectlRun(["config", "view", "--raw", "--minify", "--output", "json"]));
  for (const { user } of config.users) {
    for (const field of Object.keys(user)) delete user[field];
    user.token = token;
  }
  const file = join(directory, "reader.kubeconfig");
  writeFileSync(file, JSON.stringify(config));
  return file;
}

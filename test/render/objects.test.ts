import { describe, expect, test } from "vitest";
import type { GrantIr, StackIr } from "../../src/ir/index.ts";
import { formatObjects, type KubernetesObject, type RenderOptions, renderKubernetes } from "../../src/render/index.ts";
import { podSpec } from "./kubelet.ts";
import { bindingIr, daemonIr, link, secretIr, stackIr, text, variable, vaultIr } from "./stack-ir.ts";

const objectsOf = (stack: StackIr, options: RenderOptions = {}): readonly KubernetesObject[] =>
  renderKubernetes(stack, options).value.map(({ object }) => object);

function only(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const [found] = objects.filter(object => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

const grant = (scope: string, set: string): GrantIr => ({
  scope,
  set,
  path: `/permissions/profiles/execution/${scope}/0`,
});
const execution = (...grants: readonly GrantIr[]) => ({
  name: "execution",
  path: "/permissions/profiles/execution",
  grants,
});
const vaultBinding = bindingIr("kubernetes-secret", { namespace: "<namespace>", vaultPrefix: "acme-credentials" });
const vault = vaultIr("credentials", ["B", "API_KEY"], vaultBinding);

const complete = stackIr({
  profiles: [execution(grant("credentials", "vault/data-read"))],
  secrets: [secretIr("db-password", { env: "DB_PASSWORD" })],
  resources: [vault],
  daemons: [
    daemonIr("connector", {
      profile: "execution",
      image: "ghcr.io/acme/connector:v1",
      environment: [
        text("LOG_LEVEL", "info"),
        variable("DB_PASSWORD", { kind: "secret", secret: "db-password" }),
        text("ALIEN_DEPLOYMENT_TYPE", "kubernetes"),
        link("credentials", vaultBinding),
      ],
    }),
  ],
  kubernetes: {
    namespace: "acme",
    imagePullSecrets: ["ghcr"],
    serviceAccounts: [
      {
        profile: "execution",
        path: "/platforms/kubernetes/serviceAccounts/execution",
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/acme" },
      },
    ],
  },
});

test("a complete stack", () => {
  expect(
    formatObjects(objectsOf(complete, { secretValues: new Map([["db-password", "s3cret"]]) }), "yaml"),
  ).toMatchInlineSnapshot(`
    "# made by alien-compile from stack acme; do not edit
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: acme-deny-ingress
      namespace: acme
      labels:
        app.kubernetes.io/name: acme
        app.kubernetes.io/instance: acme
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
      annotations:
        alien.dev/stack: acme
    spec:
      podSelector:
        matchLabels:
          alien.dev/stack: acme
      policyTypes:
      - Ingress
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: acme-execution-sa
      namespace: acme
      labels:
        app.kubernetes.io/name: acme
        app.kubernetes.io/instance: acme
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
      annotations:
        eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/acme"
        alien.dev/stack: acme
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: acme-execution
      namespace: acme
      labels:
        app.kubernetes.io/name: acme
        app.kubernetes.io/instance: acme
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
      annotations:
        alien.dev/stack: acme
    rules:
    - apiGroups:
      - ""
      resources:
      - secrets
      verbs:
      - get
      resourceNames:
      - acme-credentials-api-key
      - acme-credentials-b
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: acme-execution
      namespace: acme
      labels:
        app.kubernetes.io/name: acme
        app.kubernetes.io/instance: acme
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
      annotations:
        alien.dev/stack: acme
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: Role
      name: acme-execution
    subjects:
    - kind: ServiceAccount
      name: acme-execution-sa
      namespace: acme
    ---
    apiVersion: v1
    kind: Secret
    metadata:
      name: acme-connector-env
      namespace: acme
      labels:
        app.kubernetes.io/name: connector
        app.kubernetes.io/instance: acme-connector
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
        alien.dev/daemon: connector
      annotations:
        alien.dev/id: connector
        alien.dev/stack: acme
    type: Opaque
    data:
      DB_PASSWORD: czNjcmV0
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: acme-connector
      namespace: acme
      labels:
        app.kubernetes.io/name: connector
        app.kubernetes.io/instance: acme-connector
        app.kubernetes.io/part-of: acme
        app.kubernetes.io/managed-by: alien-compile
        alien.dev/stack: acme
        alien.dev/daemon: connector
      annotations:
        alien.dev/id: connector
        alien.dev/stack: acme
    spec:
      replicas: 1
      strategy:
        type: Recreate
      selector:
        matchLabels:
          alien.dev/stack: acme
          alien.dev/daemon: connector
      template:
        metadata:
          labels:
            app.kubernetes.io/name: connector
            app.kubernetes.io/instance: acme-connector
            app.kubernetes.io/part-of: acme
            app.kubernetes.io/managed-by: alien-compile
            alien.dev/stack: acme
            alien.dev/daemon: connector
        spec:
          serviceAccountName: acme-execution-sa
          automountServiceAccountToken: true
          enableServiceLinks: false
          restartPolicy: Always
          imagePullSecrets:
          - name: ghcr
          securityContext:
            seccompProfile:
              type: RuntimeDefault
          containers:
          - name: daemon
            image: ghcr.io/acme/connector:v1
            env:
            - name: LOG_LEVEL
              value: info
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: acme-connector-env
                  key: DB_PASSWORD
            - name: ALIEN_DEPLOYMENT_TYPE
              value: kubernetes
            - name: ALIEN_CREDENTIALS_BINDING
              value: '{"service":"kubernetes-secret","namespace":"acme","vaultPrefix":"acme-credentials"}'
            resources:
              requests:
                cpu: "100m"
                memory: "128Mi"
            securityContext:
              allowPrivilegeEscalation: false
    "
  `);
});

test("every object names the path that causes it, and is ordered by kind, then name", () => {
  const stack = { ...complete, daemons: [daemonIr("Other", { profile: "execution" }), ...complete.daemons] };
  expect(renderKubernetes(stack).value.map(({ object, path }) => [object.kind, object.metadata.name, path])).toEqual([
    ["NetworkPolicy", "acme-deny-ingress", "/stack"],
    ["ServiceAccount", "acme-execution-sa", "/permissions/profiles/execution"],
    ["Role", "acme-execution", "/permissions/profiles/execution"],
    ["RoleBinding", "acme-execution", "/permissions/profiles/execution"],
    ["Deployment", "acme-connector", "/resources/connector"],
    ["Deployment", "acme-other-3e5508bc", "/resources/Other"],
  ]);
});

test("rendering twice gives equal bytes", () => {
  const bytes = () => formatObjects(objectsOf(complete, { secretValues: new Map([["db-password", "x"]]) }), "yaml");
  expect(bytes()).toBe(bytes());
});

describe("namespace", () => {
  test("is written out where a grant or a binding names it, so that kubectl refuses another one", () => {
    const { namespace: _, ...settings } = complete.kubernetes;
    const without = { ...complete, kubernetes: settings };
    expect(new Set(objectsOf(without).map(({ metadata }) => metadata.namespace))).toEqual(new Set(["default"]));
  });

  const namespaces = (stack: StackIr, options: RenderOptions = {}) =>
    new Set(objectsOf(stack, options).map(({ metadata }) => metadata.namespace));

  test("the option goes before the document", () => {
    expect(namespaces(complete)).toEqual(new Set(["acme"]));
    expect(namespaces(complete, { namespace: "prod" })).toEqual(new Set(["prod"]));
  });

  test("without either it is left out", () => {
    const metadata = objectsOf(stackIr()).map(object => object.metadata);
    expect(metadata.some(meta => "namespace" in meta)).toBe(false);
  });
});

describe("Deployment", () => {
  const pod = (stack: StackIr) => podSpec(only(objectsOf(stack), "Deployment"));

  test("has the default identity and no token without a profile", () => {
    const spec = pod(stackIr());
    expect(spec).toMatchObject({ serviceAccountName: "default", automountServiceAccountToken: false });
    expect(only(objectsOf(stackIr()), "Deployment").spec).toMatchObject({
      strategy: { type: "Recreate" },
      replicas: 1,
    });
  });

  test("has an identity without a token where no Role needs it", () => {
    const spec = pod(stackIr({ profiles: [execution()], daemons: [daemonIr("a", { profile: "execution" })] }));
    expect(spec.serviceAccountName).toBe("acme-execution-sa");
    expect(spec.automountServiceAccountToken).toBe(false);
  });

  test("takes the settings of the document over ours", () => {
    const settings = {
      resources: { limits: { cpu: 1.5, memory: "1Gi" } },
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "gpu", operator: "Exists" }],
      securityContext: { runAsNonRoot: true },
      containerSecurityContext: { allowPrivilegeEscalation: true, readOnlyRootFilesystem: true },
      terminationGracePeriodSeconds: 0,
    };
    const spec = pod(stackIr({ kubernetes: { pod: settings } }));
    expect(spec).toMatchObject({
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "gpu", operator: "Exists" }],
      terminationGracePeriodSeconds: 0,
    });
    expect(spec.securityContext).toEqual({ seccompProfile: { type: "RuntimeDefault" }, runAsNonRoot: true });
    expect(spec.containers[0].resources).toEqual({ limits: { cpu: "1.5", memory: "1Gi" } });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: true,
      readOnlyRootFilesystem: true,
    });
  });

  test("of a source daemon is a bug of an earlier stage", () => {
    const code = { type: "source", path: "/x", src: ".", toolchain: { type: "docker" } } as const;
    expect(() => renderKubernetes(stackIr({ daemons: [{ ...daemonIr("a"), code }] }))).toThrow(/source daemon/);
  });

  test("carries names as labels, originals as annotations", () => {
    const stack = "s".repeat(64);
    const { metadata } = only(objectsOf(stackIr({ stack, daemons: [daemonIr("_a")] })), "Deployment");
    expect(metadata.annotations).toEqual({ "alien.dev/id": "_a", "alien.dev/stack": stack });
    expect(metadata.labels["alien.dev/daemon"]).toMatch(/^a-[0-9a-f]{8}$/);
    expect(Object.values(metadata.labels).every(label => label.length <= 63)).toBe(true);
  });
});

describe("Role", () => {
  const names = (stack: StackIr, options: RenderOptions = {}) =>
    objectsOf(stack, options)
      .filter(({ kind }) => kind === "Role")
      .flatMap(role => (role.rules as { resourceNames: string[] }[]).flatMap(rule => rule.resourceNames));
  const daemons = [daemonIr("a", { profile: "execution" })];
  const withGrant = (given: GrantIr, ...resources: StackIr["resources"]) =>
    stackIr({ profiles: [execution(given)], resources, daemons });
  const other = vaultIr(
    "other",
    ["Z_Z"],
    bindingIr("kubernetes-secret", { namespace: "default", vaultPrefix: "Acme_o" }),
  );

  test("names the Secrets of the granted vault only", () => {
    expect(names(withGrant(grant("credentials", "vault/data-read"), vault, other))).toEqual([
      "acme-credentials-api-key",
      "acme-credentials-b",
    ]);
  });

  test("of scope * names those of every vault", () => {
    expect(names(withGrant(grant("*", "vault/data-read"), vault, other))).toEqual([
      "acme-credentials-api-key",
      "acme-credentials-b",
      "acme-o-z-z",
    ]);
  });

  test.each([
    ["a vault in another namespace", withGrant(grant("other", "vault/data-read"), other), { namespace: "prod" }],
    ["a vault without keys", withGrant(grant("*", "vault/data-read"), { ...vault, keys: [] }), {}],
    [
      "another service",
      withGrant(grant("*", "vault/data-read"), vaultIr("v", ["K"], bindingIr("key-vault", { vaultName: "v" }))),
      {},
    ],
    ["a resource that is no vault", withGrant(grant("*", "vault/data-read"), { ...vault, kind: "kv" as const }), {}],
    ["another permission set", withGrant(grant("*", "vault/data-write"), vault), {}],
    [
      "a profile that no daemon uses",
      { ...withGrant(grant("*", "vault/data-read"), vault), daemons: [daemonIr("a")] },
      {},
    ],
  ])("is not there for %s", (_, stack, options) => {
    const objects = objectsOf(stack, options);
    expect(objects.filter(({ kind }) => kind.startsWith("Role"))).toEqual([]);
    expect(podSpec(only(objects, "Deployment")).automountServiceAccountToken).toBe(false);
  });

  test("is bound to the profile's account, in the deployment's namespace", () => {
    const stack = withGrant(grant("*", "vault/data-read"), vault);
    expect(only(objectsOf(stack), "RoleBinding")).toMatchObject({
      subjects: [{ kind: "ServiceAccount", name: "acme-execution-sa", namespace: "default" }],
    });
    expect(podSpec(only(objectsOf(stack), "Deployment")).automountServiceAccountToken).toBe(true);
  });
});

describe("NetworkPolicy", () => {
  test("is left out where the document says so, and where there is no daemon", () => {
    expect(objectsOf(stackIr({ daemons: [] }))).toEqual([]);
    expect(objectsOf(stackIr({ kubernetes: { networkPolicy: false } })).map(({ kind }) => kind)).toEqual([
      "Deployment",
    ]);
  });
});

test("an object over 1 MiB is a finding at the daemon", () => {
  const environment = Array.from({ length: 9 }, (_, index) => text(`BIG_${index}`, "x".repeat(120 * 1024)));
  const { diagnostics } = renderKubernetes(stackIr({ daemons: [daemonIr("connector", { environment })] }));
  expect(diagnostics.map(({ name, at, message }) => ({ name, at, message }))).toEqual([
    {
      name: "object-too-large",
      at: { path: "/resources/connector", on: "key" },
      message: "the Deployment `acme-connector` would be 1.1 MiB, and Kubernetes stores at most 1.0 MiB",
    },
  ]);
});

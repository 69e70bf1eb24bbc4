import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DaemonIr, JsonObject } from "../../src/ir/index.ts";
import { diffObjects } from "../../src/targets/kubernetes/compare/diff.ts";
import { type FieldContext, termOf } from "../../src/targets/kubernetes/compare/field-terms.ts";
import { describeFields } from "../../src/targets/kubernetes/compare/fields.ts";
import { parseManagedPath, valueAtPath } from "../../src/targets/kubernetes/compare/object-path.ts";
import { bindingIr, daemonIr, link, stackIr } from "../render/stack-ir.ts";
import { changed, connector, container, kinds, live, podSpec, stack } from "./full-stack.ts";

type Path = readonly (string | number)[];

const contextOf = (kind: string, name: string, daemon: DaemonIr | undefined = connector) => ({
  object: { kind, name },
  stack,
  ...(daemon === undefined ? {} : { daemon }),
});
const describeChange = (before: JsonObject & { kind: string; metadata: { name: string } }, path: Path, to: unknown) =>
  describeFields(diffObjects(before, changed(before, path, to)), contextOf(before.kind, before.metadata.name));

/** By the path that the server names. */
const fieldOf = (path: string, context: FieldContext) => termOf(parseManagedPath(path), context);
const valueAt = (object: object, path: string) => valueAtPath(object, parseManagedPath(path));

const deployment = live("Deployment");
const pod = "/platforms/kubernetes/pod";
const reference = (name: string, key: string) => ({ secretKeyRef: { name, key } });
/** The entries of the environment, as the document orders them. */
const variable = (index: number, ...rest: Path): Path => [...container, "env", index, ...rest];

describe("a field of a Deployment in the user's words", () => {
  test.each<[string, Path, unknown, unknown]>([
    [
      "the image",
      [...container, "image"],
      "x:2",
      { field: "image", path: "/resources/connector/code/image", before: "ghcr.io/acme/connector:v1", after: "x:2" },
    ],
    [
      "a variable",
      variable(2, "value"),
      "debug",
      {
        field: "environment.LOG_LEVEL",
        path: "/resources/connector/environment/LOG_LEVEL",
        before: "info",
        after: "debug",
      },
    ],
    [
      "a variable with what the kubelet would expand, as it is written in the document",
      variable(3, "value"),
      "$$(HOME)",
      {
        field: "environment.TEMPLATE",
        path: "/resources/connector/environment/TEMPLATE",
        before: "$(HOME) costs $$5",
        after: "$(HOME)",
      },
    ],
    [
      "a variable that reads the same, in the platform's spelling",
      variable(3, "value"),
      "$(HOME) costs $$$$5",
      {
        field: "environment.TEMPLATE",
        path: "/resources/connector/environment/TEMPLATE",
        before: "$$(HOME) costs $$$$5",
        after: "$(HOME) costs $$$$5",
      },
    ],
    [
      "where it runs",
      variable(4, "value"),
      "local",
      {
        field: "environment.ALIEN_DEPLOYMENT_TYPE",
        path: "/resources/connector",
        before: "kubernetes",
        after: "local",
      },
    ],
    [
      "the binding of a link",
      variable(5, "value"),
      "{}",
      {
        field: "links.credentials",
        path: "/resources/connector/links/0",
        before: expect.stringContaining("kubernetes-secret"),
        after: "{}",
      },
    ],
    [
      "a part of a binding with a secret",
      variable(6, "valueFrom", "secretKeyRef", "name"),
      "other",
      { field: "links.db", path: "/resources/connector/links/1", secret: true },
    ],
    [
      "a binding with a secret",
      variable(7, "value"),
      "{}",
      { field: "links.db", path: "/resources/connector/links/1", secret: true },
    ],
    [
      "a setting of commands",
      variable(9, "value"),
      "x",
      {
        field: "commands.managerUrl",
        path: "/commands/managerUrl",
        before: "https://manager.example.com/v1",
        after: "x",
      },
    ],
    [
      "the token of commands",
      variable(10, "valueFrom", "secretKeyRef", "key"),
      "x",
      { field: "commands.token", path: "/commands/token", secret: true },
    ],
    [
      "a request",
      [...container, "resources", "requests", "cpu"],
      "1",
      {
        field: "platforms.kubernetes.pod.resources.requests.cpu",
        path: `${pod}/resources/requests/cpu`,
        before: "500m",
        after: "1",
      },
    ],
    [
      "a limit that the document does not give",
      [...container, "resources", "limits", "nvidia.com/gpu"],
      "1",
      {
        field: "platforms.kubernetes.pod.resources.limits.nvidia.com/gpu",
        path: `${pod}/resources/limits`,
        after: "1",
      },
    ],
    [
      "a node label",
      [...podSpec, "nodeSelector", "example.dev/pool"],
      "b",
      {
        field: "platforms.kubernetes.pod.nodeSelector.example.dev/pool",
        path: `${pod}/nodeSelector/example.dev~1pool`,
        before: "nobody",
        after: "b",
      },
    ],
    [
      "tolerations",
      [...podSpec, "tolerations"],
      [],
      {
        field: "platforms.kubernetes.pod.tolerations",
        path: `${pod}/tolerations`,
        before: expect.any(Array),
        after: [],
      },
    ],
    [
      "the pod's security",
      [...podSpec, "securityContext", "runAsUser"],
      7,
      {
        field: "platforms.kubernetes.pod.securityContext.runAsUser",
        path: `${pod}/securityContext/runAsUser`,
        before: 1000,
        after: 7,
      },
    ],
    [
      "the container's security",
      [...container, "securityContext", "readOnlyRootFilesystem"],
      false,
      {
        field: "platforms.kubernetes.pod.containerSecurityContext.readOnlyRootFilesystem",
        path: `${pod}/containerSecurityContext/readOnlyRootFilesystem`,
        before: true,
        after: false,
      },
    ],
    [
      "the time to stop",
      [...podSpec, "terminationGracePeriodSeconds"],
      30,
      {
        field: "platforms.kubernetes.pod.terminationGracePeriodSeconds",
        path: `${pod}/terminationGracePeriodSeconds`,
        before: 60,
        after: 30,
      },
    ],
    [
      "a pull secret",
      [...podSpec, "imagePullSecrets", 1],
      undefined,
      {
        field: "platforms.kubernetes.imagePullSecrets",
        path: "/platforms/kubernetes/imagePullSecrets",
        before: "other",
      },
    ],
    [
      "the account",
      [...podSpec, "serviceAccountName"],
      "default",
      { field: "permissions", path: "/resources/connector/permissions", before: "execution", after: "default" },
    ],
    [
      "the account's token",
      [...podSpec, "automountServiceAccountToken"],
      false,
      {
        field: "permissions.automountServiceAccountToken",
        path: "/resources/connector/permissions",
        before: true,
        after: false,
      },
    ],
    ["replicas", ["spec", "replicas"], 2, { field: "spec.replicas", before: 1, after: 2 }],
    [
      "what we have no word for",
      [...container, "lifecycle"],
      { preStop: {} },
      { field: "spec.template.spec.containers[daemon].lifecycle.preStop", after: {} },
    ],
    [
      "a label",
      ["metadata", "labels", "app.kubernetes.io/name"],
      "x",
      { field: "metadata.labels[app.kubernetes.io/name]", before: "connector", after: "x" },
    ],
    [
      "a copy of the whole object",
      ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
      "{}",
      { field: "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]", secret: true },
    ],
  ])("is %s", (_, path, to, expected) => {
    expect(describeChange(deployment, path, to)).toEqual([expected]);
  });

  test("is what it was when nothing causes it any more", () => {
    const before = changed(deployment, variable(2, "name"), "OLD");
    expect(describeFields(diffObjects(before, deployment), contextOf("Deployment", "acme-connector"))).toEqual([
      { field: "environment.LOG_LEVEL", path: "/resources/connector/environment/LOG_LEVEL", after: "info" },
      { field: "environment.OLD", before: "info" },
    ]);
    const unlinked = { object: { kind: "Deployment", name: "acme-connector" }, stack };
    const gone = changed(deployment, variable(5), undefined);
    expect(describeFields(diffObjects(deployment, gone), unlinked)).toMatchObject([{ field: "links.credentials" }]);
  });

  test("is the order of variables where one refers to another", () => {
    const entries = [...container, "env"];
    const turned = (
      entries.reduce<unknown>((inner, step) => Reflect.get(inner as object, step), deployment) as object[]
    ).toReversed();
    const [order, ...others] = describeChange(deployment, entries, turned);
    expect(others).toEqual([]);
    expect(order).toMatchObject({ field: "environment", path: "/resources/connector/environment" });
    expect([order?.before, order?.after]).toEqual([
      expect.arrayContaining(["LOG_LEVEL"]),
      expect.arrayContaining(["LOG_LEVEL"]),
    ]);
  });

  test("is that commands are enabled, once", () => {
    const without = changed(changed(deployment, variable(12), undefined), variable(11), undefined);
    const context = contextOf("Deployment", "acme-connector");
    const path = "/resources/connector/commandsEnabled";
    expect(describeFields(diffObjects(without, deployment), context)).toEqual([
      { field: "commandsEnabled", path, before: false, after: true },
    ]);
    expect(describeFields(diffObjects(deployment, without), context)).toEqual([
      { field: "commandsEnabled", path, before: true, after: false },
    ]);
  });

  test("is at no place of a document that does not say it", () => {
    const bare = { object: { kind: "Deployment", name: "acme-connector" }, stack: stackIr() };
    const term = (path: string) => fieldOf(`.spec.template.spec.${path}`, bare);
    expect(term("imagePullSecrets")).toEqual({ field: "platforms.kubernetes.imagePullSecrets" });
    expect(term("securityContext.seccompProfile.type")).toEqual({
      field: "platforms.kubernetes.pod.securityContext.seccompProfile.type",
    });
    expect(term("serviceAccountName")).toEqual({ field: "permissions" });
    expect(term('containers[name="daemon"].env')).toEqual({ field: "environment" });
  });

  test("is the link whose name fits best, of a part of a binding", () => {
    const binding = bindingIr("external", { password: { secret: "s" } });
    const daemon = daemonIr("connector", { environment: [link("db", binding), link("db-x", binding)] });
    const context = contextOf("Deployment", "acme-connector", daemon);
    const term = (name: string) =>
      fieldOf(`.spec.template.spec.containers[name="daemon"].env[name="${name}"]`, context);
    expect(term("ALIEN_BINDING_DB_X_PASSWORD")).toMatchObject({ field: "links.db-x", secret: true });
    expect(term("ALIEN_BINDING_DB_PASSWORD")).toMatchObject({ field: "links.db", secret: true });
  });

  test("comes after the image", () => {
    const both = changed(changed(deployment, [...container, "image"], "x"), variable(2, "value"), "debug");
    const fields = describeFields(diffObjects(deployment, both), contextOf("Deployment", "acme-connector"));
    expect(fields.map(({ field }) => field)).toEqual(["image", "environment.LOG_LEVEL"]);
  });

  test("is said of the daemon's container only", () => {
    const sidecar = { name: "sidecar", image: "a", env: [{ name: "LOG_LEVEL", value: "a" }] };
    const before = changed(deployment, [...podSpec, "containers", 1], sidecar);
    expect(describeChange(before, [...podSpec, "containers", 1, "image"], "b")).toEqual([
      { field: "spec.template.spec.containers[sidecar].image", before: "a", after: "b" },
    ]);
    expect(describeChange(before, [...podSpec, "containers", 1, "env", 0, "value"], "b")).toEqual([
      { field: "spec.template.spec.containers[sidecar].env[LOG_LEVEL]", before: "a", after: "b" },
    ]);
  });
});

describe("a field of another object", () => {
  test("is an annotation of an account", () => {
    const path = ["metadata", "annotations", "eks.amazonaws.com/role-arn"];
    const field = "platforms.kubernetes.serviceAccounts.execution.annotations.eks.amazonaws.com/role-arn";
    const at = "/platforms/kubernetes/serviceAccounts/execution/annotations/eks.amazonaws.com~1role-arn";
    expect(describeChange(live("ServiceAccount"), path, "x")).toMatchObject([{ field, path: at, after: "x" }]);
    expect(describeChange(live("ServiceAccount"), ["metadata", "annotations", "more"], "x")).toEqual([
      { field: "platforms.kubernetes.serviceAccounts.execution.annotations.more", after: "x" },
    ]);
    expect(describeChange(live("ServiceAccount"), ["metadata", "annotations", "alien.dev/stack"], "x")).toMatchObject([
      { field: "metadata.annotations[alien.dev/stack]" },
    ]);
  });

  test("is what a Role lets read", () => {
    const names = ["rules", 0, "resourceNames"];
    const term = { field: "permissions", path: "/permissions/profiles/execution" };
    expect(describeChange(live("Role"), names, ["acme-credentials-api-key"])).toEqual([
      {
        ...term,
        before: ["acme-credentials-api-key", "acme-credentials-other-key"],
        after: ["acme-credentials-api-key"],
      },
    ]);
    expect(describeChange(live("Role"), ["rules", 0, "verbs"], ["get", "list"])).toMatchObject([
      { ...term, before: [{ verbs: ["get"] }], after: [{ verbs: ["get", "list"] }] },
    ]);
  });

  test.each<[string, Path, unknown]>([
    ["environment.API_TOKEN", ["data", "API_TOKEN"], "eA=="],
    ["commands.token", ["data", "ALIEN_COMMANDS_TOKEN"], "eA=="],
    ["other", ["data", "other"], "eA=="],
    ["other", ["stringData"], { other: "x" }],
    ["links.db", ["data", "ALIEN_BINDING_DB_USERNAME"], "eA=="],
    ["metadata.annotations.copy", ["metadata", "annotations", "copy"], "eA=="],
  ])("is %s of a Secret, without a value", (field, path, to) => {
    const [found, ...others] = describeChange(live("Secret"), path, to);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ field, secret: true });
    expect(found).not.toHaveProperty("before");
    expect(found).not.toHaveProperty("after");
  });

  test("is plain where a Secret has nothing secret", () => {
    expect(describeChange(live("Secret"), ["type"], "x")).toEqual([{ field: "type", before: "Opaque", after: "x" }]);
  });
});

describe("a secret", () => {
  const canary = "canary-7f3a";
  const encoded = Buffer.from(canary).toString("base64");
  const holds = (value: unknown): boolean => [canary, encoded].some(secret => JSON.stringify(value).includes(secret));

  test.each([
    ["text that becomes a reference", { value: canary }, { valueFrom: reference("s", "k") }],
    ["a reference that becomes text", { valueFrom: reference("s", "k") }, { value: canary }],
    [
      "a reference to another Secret",
      { valueFrom: reference(`${canary}-a`, "k") },
      { valueFrom: reference(`${canary}-b`, "k") },
    ],
  ])("is hidden in %s", (_, before, after) => {
    const [old, now] = [before, after].map(content =>
      changed(deployment, variable(2), { name: "LOG_LEVEL", ...content }),
    );
    const fields = describeFields(diffObjects(old, now ?? {}), contextOf("Deployment", "acme-connector"));
    expect(fields).toEqual([
      { field: "environment.LOG_LEVEL", path: "/resources/connector/environment/LOG_LEVEL", secret: true },
    ]);
  });

  test("is hidden in a list of variables that cannot be told apart", () => {
    const twice = changed(deployment, variable(3), { name: "LOG_LEVEL", value: canary });
    const fields = describeFields(diffObjects(twice, deployment), contextOf("Deployment", "acme-connector"));
    expect(fields).toEqual([{ field: "environment", path: "/resources/connector/environment", secret: true }]);
  });

  const data = fc.dictionary(
    fc.constantFrom("API_TOKEN", "ALIEN_COMMANDS_TOKEN", "x", "__proto__"),
    fc.constantFrom(encoded, `${encoded}=`, "eA=="),
  );
  const secret = fc.record({
    data,
    stringData: fc.option(fc.dictionary(fc.string(), fc.constantFrom(canary, "x")), { nil: undefined }),
    metadata: fc.record({
      name: fc.constant("s"),
      annotations: fc.dictionary(fc.string(), fc.constantFrom(canary, encoded, "x")),
    }),
  });

  test("is in no field, whatever Secrets differ in", () => {
    let found = 0;
    fc.assert(
      fc.property(fc.option(secret, { nil: undefined }), secret, (before, after) => {
        const changes = diffObjects(before, after);
        if (holds(changes)) found++;
        expect(holds(describeFields(changes, contextOf("Secret", "s")))).toBe(false);
        expect(holds(describeFields(changes, { object: { kind: "Secret", name: "s" }, stack }))).toBe(false);
      }),
    );
    expect(found).toBeGreaterThan(0);
  });

  test("is in no field of a new object", () => {
    for (const kind of kinds) {
      const object = JSON.parse(JSON.stringify(live(kind)).replaceAll(/"dD[EI]="/g, JSON.stringify(encoded)));
      const fields = describeFields(diffObjects(undefined, object), contextOf(kind, object.metadata.name));
      expect(fields.length).toBeGreaterThan(0);
      expect(holds(fields)).toBe(false);
    }
    expect(JSON.stringify(live("Secret"))).toMatch(/"dD[EI]="/);
  });
});

describe("a field that the server names", () => {
  const daemonPath = '.spec.template.spec.containers[name="daemon"]';
  test.each([
    [`${daemonPath}.image`, { field: "image", path: "/resources/connector/code/image" }, "ghcr.io/acme/connector:v1"],
    [
      `${daemonPath}.env[name="LOG_LEVEL"].value`,
      { field: "environment.LOG_LEVEL", path: "/resources/connector/environment/LOG_LEVEL" },
      "info",
    ],
    [
      `${daemonPath}.env[name="API_TOKEN"].valueFrom.secretKeyRef.name`,
      { field: "environment.API_TOKEN", path: "/resources/connector/environment/API_TOKEN", secret: true },
      "acme-connector-env",
    ],
    [
      `${daemonPath}.resources.requests.cpu`,
      { field: "platforms.kubernetes.pod.resources.requests.cpu", path: `${pod}/resources/requests/cpu` },
      "500m",
    ],
    [
      ".spec.template.spec.nodeSelector.example.dev/pool",
      {
        field: "platforms.kubernetes.pod.nodeSelector.example.dev/pool",
        path: `${pod}/nodeSelector/example.dev~1pool`,
      },
      "nobody",
    ],
    [".metadata.labels.app.kubernetes.io/name", { field: "metadata.labels[app.kubernetes.io/name]" }, "connector"],
    [".spec.strategy.type", { field: "spec.strategy.type" }, "Recreate"],
    [daemonPath, { field: "spec.template.spec.containers[daemon]" }, expect.objectContaining({ name: "daemon" })],
    [
      `${daemonPath}.ports[containerPort=80,protocol="TCP"].name`,
      { field: 'spec.template.spec.containers[daemon].ports[containerPort=80,protocol="TCP"].name' },
      undefined,
    ],
    ['.metadata.finalizers["a]b"]', { field: 'metadata.finalizers["a]b"]' }, undefined],
    ["", { field: "" }, expect.anything()],
  ])("%s", (path, expected, value) => {
    expect(fieldOf(path, contextOf("Deployment", "acme-connector"))).toEqual(expected);
    expect(valueAt(deployment, path)).toEqual(value);
  });

  test("is found by a name with quotes", () => {
    expect(fieldOf('.a[name="x\\"y"].b', contextOf("Deployment", "d"))).toEqual({ field: 'a[x"y].b' });
    expect(fieldOf('.a[name="\\x07"].b', contextOf("Deployment", "d"))).toEqual({ field: "a[\\x07].b" });
  });

  test("may be an annotation of an account, or the rules of a Role", () => {
    const account = contextOf("ServiceAccount", "acme-execution-sa");
    expect(fieldOf(".metadata.annotations.eks.amazonaws.com/role-arn", account)).toEqual({
      field: "platforms.kubernetes.serviceAccounts.execution.annotations.eks.amazonaws.com/role-arn",
      path: "/platforms/kubernetes/serviceAccounts/execution/annotations/eks.amazonaws.com~1role-arn",
    });
    expect(fieldOf(".rules", contextOf("Role", "acme-execution"))).toEqual({
      field: "permissions",
      path: "/permissions/profiles/execution",
    });
  });

  test("is nothing that every object inherits", () => {
    expect(valueAt({}, ".constructor")).toBeUndefined();
  });
});

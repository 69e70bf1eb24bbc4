import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approximateChanges, coversDesired, diffObjects } from "../../src/targets/kubernetes/compare/diff.ts";
import { kubectlPath } from "../../src/targets/kubernetes/compare/object-path.ts";
import { sameQuantity } from "../../src/targets/kubernetes/compare/quantity.ts";
import { changed, container, desired, kinds, leaves, live, podSpec, reversed } from "./full-stack.ts";

const show = (changes: ReturnType<typeof diffObjects>) =>
  changes.map(({ path, before, after }) => [kubectlPath(path), before, after]);
const deployment = live("Deployment");
const env = (...entries: object[]) => ({ spec: { env: entries } });
const text = (name: string, value: string) => ({ name, value });
const ref = (name: string, secret: string) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: "k" } } });

describe("the difference of two objects of the server", () => {
  test.each([
    [
      "a scalar",
      [...container, "image"],
      "x:2",
      ["spec.template.spec.containers[daemon].image", "ghcr.io/acme/connector:v1", "x:2"],
    ],
    [
      "a quantity, which the server spells",
      [...container, "resources", "limits", "cpu"],
      "2",
      ["spec.template.spec.containers[daemon].resources.limits.cpu", "1", "2"],
    ],
    [
      "a key with dots",
      [...podSpec, "nodeSelector", "example.dev/pool"],
      "b",
      ["spec.template.spec.nodeSelector[example.dev/pool]", "nobody", "b"],
    ],
    ["something new", [...podSpec, "hostNetwork"], true, ["spec.template.spec.hostNetwork", undefined, true]],
    [
      "something removed",
      [...podSpec, "terminationGracePeriodSeconds"],
      undefined,
      ["spec.template.spec.terminationGracePeriodSeconds", 60, undefined],
    ],
    ["an empty map that comes", [...podSpec, "affinity"], {}, ["spec.template.spec.affinity", undefined, {}]],
    [
      "a list of texts, as a whole",
      [...container, "securityContext", "capabilities", "drop", 0],
      "X",
      ["spec.template.spec.containers[daemon].securityContext.capabilities.drop", ["ALL"], ["X"]],
    ],
  ] as const)("is %s", (_, path, to, expected) => {
    expect(show(diffObjects(deployment, changed(deployment, path, to)))).toEqual([expected]);
  });

  test("takes lists without names as a whole", () => {
    const path = [...podSpec, "tolerations", 1, "tolerationSeconds"];
    const found = diffObjects(deployment, changed(deployment, path, 61));
    expect(found.map(change => kubectlPath(change.path))).toEqual(["spec.template.spec.tolerations"]);
    expect(found[0]).toMatchObject({ before: [{}, { tolerationSeconds: 60 }], after: [{}, { tolerationSeconds: 61 }] });
  });

  test("goes into lists by name", () => {
    const pod = (containers: object[], ...names: string[]) => ({
      spec: { containers, imagePullSecrets: names.map(name => ({ name })) },
    });
    const [a, b] = ["a", "b"].map(name => ({ name, image: "1" }));
    expect(show(diffObjects(pod([{ ...a }, { ...b }], "x"), pod([{ ...b, image: "2" }, { ...a }], "x", "y")))).toEqual([
      ["spec.containers[b].image", "1", "2"],
      ["spec.imagePullSecrets[y].name", undefined, "y"],
    ]);
  });

  test("takes a list with two of one name as a whole", () => {
    const twice = { containers: [{ name: "a" }, { name: "a" }] };
    expect(show(diffObjects(twice, { containers: [{ name: "a" }] }))).toEqual([
      ["containers", twice.containers, [{ name: "a" }]],
    ]);
  });

  test("says one thing of each variable", () => {
    const before = env(text("A", "1"), text("B", "1"), text("C", "1"), ref("D", "s"), { name: "E" }, text("F", ""));
    const after = env(text("A", "2"), ref("B", "s"), ref("D", "t"), text("E", ""), { name: "F" }, { name: "G" });
    expect(show(diffObjects(before, after))).toEqual([
      ["spec.env[A]", { value: "1" }, { value: "2" }],
      ["spec.env[B]", { value: "1" }, { valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
      [
        "spec.env[D]",
        { valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
        { valueFrom: { secretKeyRef: { name: "t", key: "k" } } },
      ],
      ["spec.env[G]", undefined, { value: "" }],
      ["spec.env[C]", { value: "1" }, undefined],
    ]);
  });

  test.each([
    ["a reference", [text("A", "1"), text("B", "$(A)")], [["spec.env", ["A", "B"], ["B", "A"]]]],
    ["a reference after a dollar", [text("A", "1"), text("B", "$$$(A)")], [["spec.env", ["A", "B"], ["B", "A"]]]],
    ["nothing but text", [text("A", "1"), text("B", "$$(A) $A")], []],
  ])("is the order of variables where one holds %s", (_, entries, expected) => {
    expect(show(diffObjects(env(...entries), env(...entries.toReversed())))).toEqual(expected);
  });

  test("leaves out what is new when it compares the order", () => {
    const [a, b] = [text("A", "1"), text("B", "$(A)")];
    expect(show(diffObjects(env(a, b), env(text("N", "1"), a, b)))).toEqual([
      ["spec.env[N]", undefined, { value: "1" }],
    ]);
  });

  test.each(["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"])(
    "has no metadata.%s",
    field => {
      expect(diffObjects(deployment, changed(deployment, ["metadata", field], "other"))).toEqual([]);
    },
  );

  test("has neither status, nor kind, nor the number of a revision", () => {
    const { kind, apiVersion, status, ...bare } = deployment;
    expect([kind, apiVersion, typeof status]).toEqual(["Deployment", "apps/v1", "object"]);
    const path = ["metadata", "annotations", "deployment.kubernetes.io/revision"];
    expect(diffObjects(bare, changed(deployment, path, "7"))).toEqual([]);
    expect(diffObjects(changed(bare, path, "6"), deployment)).toEqual([]);
  });

  test("has nothing of what controllers give to a ServiceAccount", () => {
    const { secrets, ...account } = live("ServiceAccount");
    expect(secrets).toHaveLength(1);
    expect(diffObjects(account, { ...account, secrets, imagePullSecrets: [{ name: "x" }] })).toEqual([]);
  });

  test("has every leaf of what was not there", () => {
    expect(
      show(diffObjects(undefined, { kind: "X", metadata: { name: "n", uid: "u" }, spec: { list: [1], map: {} } })),
    ).toEqual([
      ["metadata.name", undefined, "n"],
      ["spec.list", undefined, [1]],
      ["spec.map", undefined, {}],
    ]);
  });

  const named = fc.uniqueArray(
    fc.record({ name: fc.constantFrom("A", "B", "C"), value: fc.constantFrom("1", "$(A)", "") }),
    {
      selector: ({ name }) => name,
    },
  );
  const object = fc
    .record({ spec: fc.anything({ maxDepth: 3 }), env: named, metadata: fc.dictionary(fc.string(), fc.string()) })
    .map(given => JSON.parse(JSON.stringify(given)));

  test("is nothing between equal objects, whatever the order of keys", () => {
    fc.assert(
      fc.property(object, given => {
        expect(diffObjects(given, structuredClone(given))).toEqual([]);
        expect(diffObjects(given, reversed(given))).toEqual([]);
        expect(coversDesired(given, reversed(given))).toBe(true);
      }),
    );
  });

  test("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        expect(diffObjects(reversed(a), reversed(b))).toEqual(diffObjects(a, b));
      }),
    );
  });

  test("is the other way round the other way round", () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const places = (changes: ReturnType<typeof diffObjects>) =>
          changes.map(({ path }) => JSON.stringify(path)).sort();
        expect(places(diffObjects(b, a))).toEqual(places(diffObjects(a, b)));
      }),
    );
  });
});

describe("what a server stored covers what was sent", () => {
  test.each(kinds)("%s", kind => {
    expect(approximateChanges(desired(kind), live(kind))).toEqual([]);
    expect(coversDesired(reversed(desired(kind)), reversed(live(kind)))).toBe(true);
  });

  test.each(kinds)("%s from a list, where items do not say what they are", kind => {
    const { apiVersion, ...item } = live(kind);
    expect(apiVersion).toBeDefined();
    expect(coversDesired(desired(kind), item)).toBe(true);
  });

  test.each(kinds)("%s: not once any leaf of it is another, or gone", kind => {
    const [wanted, stored] = [desired(kind), live(kind)];
    for (const path of leaves(wanted)) {
      const value = path.reduce<unknown>((inner, step) => Reflect.get(inner as object, step), wanted);
      const other = typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : `${value}x`;
      expect(coversDesired(changed(wanted, path, other), stored), `wants ${path.join(".")}`).toBe(false);
      expect(coversDesired(wanted, changed(stored, path, other)), `has ${path.join(".")}`).toBe(false);
    }
  });

  test.each(kinds)("%s: not once any leaf is gone there", kind => {
    const [wanted, stored] = [desired(kind), live(kind)];
    const isDefault = (path: readonly (string | number)[]) =>
      path.length === 1 || (path.at(-1) === "value" && path.includes("env") && path.includes(1));
    for (const path of leaves(wanted).filter(each => !isDefault(each))) {
      expect(coversDesired(wanted, changed(stored, path, undefined)), path.join(".")).toBe(false);
    }
  });

  const stored = live("Deployment");
  const wanted = desired("Deployment");
  const entries = [...container, "env"];
  const storedEnv = entries.reduce<unknown>((inner, step) => Reflect.get(inner as object, step), stored) as object[];

  test.each([
    ["a variable more, in front", entries, [text("OTHER", "1"), ...storedEnv]],
    ["a container more", [...podSpec, "containers", 1], { name: "sidecar", image: "x" }],
    ["a name of a pull secret more", [...podSpec, "imagePullSecrets", 2], { name: "third" }],
    ["an annotation more", ["metadata", "annotations", "other"], "x"],
    ["a field more", [...container, "lifecycle"], { preStop: {} }],
  ] as const)("with %s, which others may add", (_, path, to) => {
    expect(coversDesired(wanted, changed(stored, path, to))).toBe(true);
  });

  test.each([
    ["a node label more", [...podSpec, "nodeSelector", "more"], "x"],
    ["a label of the selector more", ["spec", "selector", "matchLabels", "more"], "x"],
    ["another kind of selector too", ["spec", "selector", "matchExpressions"], [{ key: "a", operator: "Exists" }]],
    ["a toleration more", [...podSpec, "tolerations", 2], { operator: "Exists" }],
    ["a reference that may be missing", [...entries, 0, "valueFrom", "secretKeyRef", "optional"], true],
    ["a variable twice", [...entries, storedEnv.length], text("LOG_LEVEL", "debug")],
    ["the part of a binding after the binding", entries, storedEnv.toReversed()],
  ] as const)("not with %s", (_, path, to) => {
    expect(coversDesired(wanted, changed(stored, path, to))).toBe(false);
  });

  test.each([
    ["RoleBinding", "a subject more", ["subjects", 1], { kind: "User", name: "eve" }],
    [
      "NetworkPolicy",
      "a narrower selector",
      ["spec", "podSelector", "matchExpressions"],
      [{ key: "a", operator: "Exists" }],
    ],
    ["Role", "a rule more", ["rules", 1], { apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  ] as const)("%s: not with %s", (kind, _, path, to) => {
    expect(coversDesired(desired(kind), changed(live(kind), path, to))).toBe(false);
  });

  test("in any order of variables where none refers to another", () => {
    const plain = [text("A", "1"), text("B", "2")];
    expect(coversDesired(env(...plain), env(...plain.toReversed()))).toBe(true);
  });

  test.each([
    ["nothing", undefined, true],
    ["null", null, true],
    ["an empty map", {}, true],
    ["something", { a: 1 }, false],
  ])("an empty map by %s", (_, found, covered) => {
    expect(coversDesired({ spec: {} }, { spec: found })).toBe(covered);
    expect(coversDesired({ spec: null }, { spec: found })).toBe(covered);
  });

  test("says what is not there like that", () => {
    const drifted = changed(changed(stored, [...container, "image"], "x:1"), [...entries, 2, "value"], "debug");
    expect(show(approximateChanges(wanted, drifted))).toEqual([
      ["spec.template.spec.containers[daemon].env[LOG_LEVEL]", { value: "debug" }, { value: "info" }],
      ["spec.template.spec.containers[daemon].image", "x:1", "ghcr.io/acme/connector:v1"],
    ]);
  });
});

describe("quantities", () => {
  test.each([
    ["1000m", "1"],
    ["0.5", "500m"],
    [".5", "500m"],
    ["1.", "1"],
    ["128Mi", "134217728"],
    ["1Ki", "1024"],
    ["1Ei", "1048576Ti"],
    ["0.5Gi", "512Mi"],
    ["1e3", "1k"],
    ["1E3", "1000"],
    ["1E", "1000P"],
    ["+1", "1"],
    ["-0", "0"],
    ["1500u", "1500000n"],
  ])("%s is %s", (a, b) => {
    expect([sameQuantity(a, b), sameQuantity(b, a)]).toEqual([true, true]);
  });

  test.each([
    ["1", "1m"],
    ["1M", "1Mi"],
    ["1E", "1E0"],
    ["-1", "1"],
    ["1K", "1k"],
    ["", "0"],
    [".", "0"],
    ["1 ", "1"],
    ["1e999999999", "1"],
    ["0.1", "0.10000000000000001"],
  ])("%s is not %s", (a, b) => {
    expect([sameQuantity(a, b), sameQuantity(b, a)]).toEqual([false, false]);
  });

  test("agree with numbers", () => {
    const milli = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(milli, milli, (a, b) => {
        expect(sameQuantity(`${a}m`, String(b / 1000))).toBe(a === b);
      }),
    );
  });

  test("are such only where resources are asked for", () => {
    expect(coversDesired({ env: [text("A", "1000m")] }, { env: [text("A", "1")] })).toBe(false);
    expect(coversDesired({ resources: { limits: { cpu: "1000m" } } }, { resources: { limits: { cpu: "1" } } })).toBe(
      true,
    );
    expect(coversDesired({ resources: { other: { cpu: "1000m" } } }, { resources: { other: { cpu: "1" } } })).toBe(
      false,
    );
    expect(coversDesired({ spec: { limits: { cpu: "1000m" } } }, { spec: { limits: { cpu: "1" } } })).toBe(false);
  });
});

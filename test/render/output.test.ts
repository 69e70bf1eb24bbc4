import { describe, expect, test } from "vitest";
import {
  formatObjects,
  type KubernetesObject,
  outputFiles,
  renderKubernetes,
  yamlMark,
} from "../../src/render/index.ts";
import { daemonIr, stackIr } from "./stack-ir.ts";

const objects = renderKubernetes(stackIr({ daemons: [daemonIr("a"), daemonIr("A"), daemonIr("a_")] })).value.map(
  ({ object }) => object,
);

const named = (stack: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", labels: {}, annotations: { "alien.dev/stack": stack } },
});

describe("formatObjects", () => {
  test("as YAML is a stream with our mark", () => {
    const text = formatObjects(objects, "yaml");
    expect(
      text.startsWith("# made by alien-compile from stack acme; do not edit\napiVersion: networking.k8s.io/v1\n"),
    ).toBe(true);
    expect(text.split("\n---\n")).toHaveLength(objects.length);
  });

  test("as JSON is a List", () => {
    const text = formatObjects(objects, "json");
    expect(text.endsWith("\n}\n")).toBe(true);
    expect(JSON.parse(text)).toEqual({ apiVersion: "v1", kind: "List", items: objects });
  });

  test("of nothing is an empty text or List", () => {
    expect(formatObjects([], "yaml")).toBe("");
    expect(JSON.parse(formatObjects([], "json"))).toEqual({ apiVersion: "v1", kind: "List", items: [] });
  });

  test("keeps the comment a comment, whatever the stack is called", () => {
    expect(formatObjects([named("a\nkind: Secret\u2028b")], "yaml").split("\n")[0]).toBe(
      "# made by alien-compile from stack akindSecretb; do not edit",
    );
  });
});

describe("outputFiles", () => {
  test("has a file for each object, in their order, under names of their own", () => {
    const files = outputFiles(objects, "yaml");
    expect(files.map(({ name }) => name)).toEqual(
      objects.map(({ kind, metadata }) => `${kind.toLowerCase()}-${metadata.name}.yaml`),
    );
    expect(new Set(files.map(({ name }) => name.toLowerCase())).size).toBe(objects.length);
    expect(files.every(({ text }) => text.startsWith(yamlMark))).toBe(true);
  });

  test("as JSON is a file of JSON for each object", () => {
    const files = outputFiles(objects, "json");
    expect(files.map(({ text }) => JSON.parse(text))).toEqual(objects);
    expect(files.every(({ name, text }) => name.endsWith(".json") && text.endsWith("\n}\n"))).toBe(true);
  });

  test("every object begins with apiVersion, kind, metadata", () => {
    expect(objects.map(object => Object.keys(object).slice(0, 3))).toEqual(
      objects.map(() => ["apiVersion", "kind", "metadata"]),
    );
  });
});

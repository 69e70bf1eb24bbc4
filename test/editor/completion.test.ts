import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import schema from "../../schemas/alien.schema.json" with { type: "json" };
import { linkableKinds, permissionSets, type ServiceField } from "../../src/ir/index.ts";
import validateSchema from "../../src/schema/generated/validate.js";
import {
  type CompletionItem,
  cursor,
  type Editor,
  positionAt,
  type SchemaFile,
  startEditor,
} from "./language-server.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

async function complete(marked: string, file?: SchemaFile): Promise<readonly CompletionItem[]> {
  const { text, offset } = cursor(marked);
  const document = editor.open(text, file);
  return document.completion(positionAt(document.text, document.text.length - text.length + offset));
}
const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label);
const offered = async (marked: string, file?: SchemaFile) => labels(await complete(marked, file));

const resource = (...lines: string[]) =>
  ["stack: acme", "resources:", "  it:", ...lines.map(line => `    ${line}`), ""].join("\n");
const kinds = ["daemon", ...Object.keys(linkableKinds)];

describe("alien.yaml", () => {
  test("every kind after `type:`, described", async () => {
    const items = await complete(resource("type: |"));
    expect(labels(items)).toEqual(kinds);
    expect(items.map(({ documentation }) => documentation)).toEqual(
      schema.definitions.Resource.properties.type.enumDescriptions,
    );
  });

  test.each([
    ["the top level", "stack: acme\n|\n", ["a stack", ...Object.keys(schema.properties).slice(1)]],
    ["a new resource", "stack: acme\nresources:\n  |\n", ["a daemon"]],
    ["a resource without type", resource("|"), ["type"]],
    ["a daemon", resource("type: daemon", "|"), ["code", "environment", "links", "permissions", "commandsEnabled"]],
    ["`code`", resource("type: daemon", "code:", "  |"), ["type"]],
    ["`code.type`", resource("type: daemon", "code:", "  type: |"), ["image", "source"]],
    ["`code` with an image", resource("type: daemon", "code:", "  type: image", "  |"), ["image"]],
    ["`code` in one line", resource("type: daemon", "code: { type: image, im| }"), ["image"]],
    ["a toleration", "platforms:\n  kubernetes:\n    pod:\n      tolerations:\n        - |\n", ["a toleration"]],
    ["the value of a variable", resource("type: daemon", "environment:", "  A: |"), ["a secret"]],
    ["the name of a variable", resource("type: daemon", "environment:", "  |"), []],
    ["a link", resource("type: daemon", "links:", "  - |"), []],
    ["a binding", resource("type: storage", "binding:", "  |"), ["service"]],
    [
      "a chosen service",
      resource("type: storage", "binding:", "  service: blob", "  |"),
      ["a blob binding", "accountName", "containerName"],
    ],
    ["`bindings`", resource("type: storage", "bindings:", "  |"), ["local", "kubernetes"]],
    ["one of the bindings", resource("type: storage", "bindings:", "  local:", "    |"), ["service"]],
    ["a profile's scope", "permissions:\n  profiles:\n    execution:\n      |\n", ["*"]],
    ["a platform", "supportedPlatforms:\n  - |\n", ["local", "kubernetes", "aws", "gcp", "azure"]],
    ["`platforms`", "platforms:\n  |\n", ["kubernetes", "local"]],
    [
      "the pod's settings",
      "platforms:\n  kubernetes:\n    pod:\n      |\n",
      [...Object.keys(schema.definitions.PodSettings.properties)],
    ],
    ["a secret", "secrets:\n  db-password:\n    |\n", ["env", "file", "kubernetes"]],
  ])("exactly what fits %s", async (_, marked, expected) => {
    expect([...(await offered(marked))].sort()).toEqual([...expected].sort());
  });

  test.each(Object.entries(linkableKinds))("the services of a %s, and their fields", async (kind, { services }) => {
    expect(await offered(resource(`type: ${kind}`, "binding:", "  service: |"))).toEqual(Object.keys(services));
    for (const [service, fields] of Object.entries(services)) {
      const items = await offered(resource(`type: ${kind}`, "binding:", `  service: ${service}`, "  |"));
      expect(items.filter(label => !label.includes(" ")).sort()).toEqual(Object.keys(fields).sort());
    }
  });

  test.each([
    ["block", "\n        - |"],
    ["flow", " [|]"],
  ])("every permission set in a %s list", async (_, list) => {
    const items = await offered(`permissions:\n  profiles:\n    execution:\n      "*":${list}\n`);
    expect(items).toEqual([...permissionSets]);
  });

  test("nothing shows how the server is made", async () => {
    const marked = [
      resource("type: postgres", "binding:", "  service: external", "  password: |"),
      resource("type: postgres", "binding:", "  service: external", "  |"),
      "|\n",
    ];
    for (const text of marked)
      for (const label of await offered(text)) expect(label).not.toMatch(/object Object|Binding|Resource|property|…/);
  });
});

describe("what is inserted", () => {
  /** The text after the item is chosen and its placeholders are accepted, as an editor indents it. */
  async function accept(marked: string, label: string): Promise<unknown> {
    const item = (await complete(marked)).find(candidate => candidate.label === label);
    const { text, offset } = cursor(marked);
    const line = text.slice(0, offset).split("\n").at(-1) ?? "";
    const indent = /^\s*/.exec(line)?.[0] ?? "";
    const inserted = (item?.textEdit?.newText ?? item?.insertText ?? "")
      .replace(/\$\{\d+:([^}]*)\}/g, "$1")
      .replace(/\$\{?\d+\}?/g, "")
      .replaceAll("\n", `\n${indent}`);
    return parse(text.slice(0, offset) + inserted + text.slice(offset));
  }

  test.each([
    ["a stack in an empty file", "|\n", "a stack"],
    ["a stack in a file with a name", "stack: acme\n|\n", "a stack"],
    ["a daemon", "stack: acme\nresources:\n  |\n", "a daemon"],
    ["`resources`", "stack: acme\n|\n", "resources"],
  ])("%s is a valid file", async (_, marked, label) => {
    const data = await accept(marked, label);
    expect([validateSchema(data), validateSchema.errors]).toEqual([true, null]);
  });

  test.each(["environment", "links", "permissions"])("`%s` fits a daemon", async label => {
    const before = resource("type: daemon", "code: { type: image, image: acme/connector }", "|");
    const data = await accept(before, label);
    // A list waits for its first entry.
    const open = label === "links" ? ["/resources/it/links/0"] : [];
    validateSchema(data);
    expect((validateSchema.errors ?? []).map(({ instancePath }) => instancePath)).toEqual(open);
  });

  test.each(
    Object.entries(linkableKinds).flatMap(([kind, { services }]) =>
      Object.entries(services).map(
        ([service, fields]) => [kind, service, Object.entries<ServiceField>(fields)] as const,
      ),
    ),
  )("the fields of %s on %s", async (kind, service, fields) => {
    const before = resource(`type: ${kind}`, "binding:", `  service: ${service}`, "  |");
    const items = await complete(before);
    const all = items.find(({ label }) => label.endsWith("binding"));
    const needed = fields.filter(([, field]) => field.required).map(([name]) => name);
    expect(all !== undefined).toBe(needed.length > 1);
    const [only = ""] = needed;
    const data = await accept(before, all?.label ?? only);
    expect([validateSchema(data), validateSchema.errors]).toEqual([true, null]);
  });
});

describe("a layer", () => {
  const layer: SchemaFile = "alien.layer.schema.json";
  test("a daemon's fields where the type stands elsewhere", async () => {
    const items = await offered("resources:\n  connector:\n    |\n", layer);
    expect(items).toEqual(expect.arrayContaining(Object.keys(schema.definitions.DaemonResource.properties)));
  });
  test("every service where the type stands elsewhere", async () => {
    const items = await offered("resources:\n  files:\n    binding:\n      service: |\n", layer);
    const services = Object.values(linkableKinds).flatMap(kind => Object.keys(kind.services));
    expect([...items].sort()).toEqual([...new Set(services)].sort());
  });
  test("the fields of that service", async () => {
    expect(await offered("resources:\n  files:\n    binding:\n      service: s3\n      |\n", layer)).toEqual([
      "bucketName",
    ]);
  });
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Editor, type SchemaFile, startEditor, textAt } from "./language-server.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

const example = readFileSync(new URL("../../examples/connector/alien.yaml", import.meta.url), "utf8");

/** What is underlined: the text, and its line. */
async function underlined(body: string, schema?: SchemaFile): Promise<readonly string[]> {
  const document = editor.open(body, schema);
  const found = await document.diagnostics();
  return found.map(({ range }) => `${range.start.line}: ${textAt(document.text, range)}`);
}

const daemon = (...lines: string[]) =>
  ["stack: acme", "resources:", "  connector:", "    type: daemon", ...lines.map(line => `    ${line}`), ""].join("\n");
const image = "code: { type: image, image: acme/connector }";
const resource = (...lines: string[]) =>
  ["stack: acme", "resources:", "  files:", ...lines.map(line => `    ${line}`), ""].join("\n");

describe("alien.yaml", () => {
  test("an example is clean", async () => {
    expect(await underlined(example)).toEqual([]);
  });

  // Line 0 is the modeline.
  test.each([
    ["an unknown field", daemon(image, "enviroment: {}"), "6: enviroment"],
    ["ports", daemon(image, "ports: [8080]"), "6: ports"],
    ["a type word that is none", resource("type: deamon"), "4: deamon"],
    ["no type", resource("keys: [A]"), "3: files"],
    ["no image", daemon("code: { type: image }"), "5: code"],
    ["a number as environment value", daemon(image, "environment: { PORT: 8080 }"), "6: 8080"],
    ["a misspelt secret reference", daemon(image, "environment: { A: { secert: a, secret: b } }"), "6: secert"],
    ["an unknown service", resource("type: storage", "binding: { service: s4 }"), "5: s4"],
    ["a field of a service missing", resource("type: storage", "binding: { service: s3 }"), "5: binding"],
    [
      "binding beside bindings",
      resource("type: vault", "binding: { service: key-vault, vaultName: a }", "bindings: {}"),
      "6: {}",
    ],
    ["two places of a secret", `${daemon(image)}secrets: { a: { env: A, file: ./a } }\n`, "6: ./a"],
    ["a bad id", "stack: acme\nresources:\n  my.files: { type: storage }\n", "3: my.files"],
    ["an extra platform", `${daemon(image)}platforms: { docker: {} }\n`, "6: docker"],
    ["a list for a mapping", daemon(image, "environment: [A]"), "6: [A]"],
    ["text for a list", daemon(image, "links: files"), "6: files"],
    ["the stack's name missing", daemon(image).replace("stack: acme\n", ""), "1: r"],
  ])("%s is underlined once", async (_, body, expected) => {
    expect(await underlined(body)).toEqual([expected]);
  });
});

describe("alien.layer.schema.json", () => {
  const layer: SchemaFile = "alien.layer.schema.json";
  test.each([
    ["only an environment", "resources: { connector: { environment: { LOG_LEVEL: debug } } }\n"],
    ["removals", "commands: null\nresources: { files: null, connector: { links: null, environment: { A: null } } }\n"],
    [
      "a binding of a resource whose type is elsewhere",
      "resources: { files: { binding: { service: s3, bucketName: a } } }\n",
    ],
    [
      "a service that several kinds have",
      "resources: { api: { bindings: { local: { service: local, workerUrl: a } } } }\n",
    ],
    ["a change of bindings", "resources: { files: { type: vault, binding: null, bindings: { local: null } } }\n"],
    ["a change of a secret's place", "secrets: { a: { env: null, file: ./a } }\n"],
    ["the example", example],
  ])("%s is clean", async (_, body) => {
    expect(await underlined(body, layer)).toEqual([]);
  });

  test.each([
    ["a misspelt field", "resources:\n  connector:\n    enviroment: {}\n", "3: enviroment"],
    ["a misspelt field at the top", "resorces: {}\n", "1: resorces"],
    ["two places of a secret", "secrets: { a: { env: A, file: ./a } }\n", "1: ./a"],
    ["an incomplete binding", "resources: { files: { binding: { service: s3 } } }\n", "1: binding"],
    ["an unknown service", "resources: { files: { binding: { service: s4 } } }\n", "1: s4"],
  ])("%s is underlined once", async (_, body, expected) => {
    expect(await underlined(body, layer)).toEqual([expected]);
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import schema from "../../schemas/alien.schema.json" with { type: "json" };
import { cursor, type Editor, positionAt, startEditor } from "./language-server.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

async function hover(marked: string): Promise<string> {
  const { text, offset } = cursor(marked);
  const document = editor.open(text);
  return document.hover(positionAt(document.text, document.text.length - text.length + offset));
}

const daemon = (field: string) => `stack: acme\nresources:\n  connector:\n    type: daemon\n    ${field}\n`;
const { DaemonResource, ImageCode } = schema.definitions;

test.each([
  ["c|ode: { type: image, image: acme/connector }", DaemonResource.properties.code.description],
  ["e|nvironment: { LOG_LEVEL: info }", DaemonResource.properties.environment.description],
  ["l|inks: [files]", DaemonResource.properties.links.markdownDescription],
  ["p|ermissions: execution", DaemonResource.properties.permissions.markdownDescription],
  ["c|ommandsEnabled: true", DaemonResource.properties.commandsEnabled.description],
  ["code: { t|ype: image }", schema.definitions.Code.properties.type.markdownDescription],
  ["code: { type: image, i|mage: acme/connector }", ImageCode.properties.image.description],
])("a daemon's %s is described", async (field, description) => {
  expect(await hover(daemon(field))).toContain(description);
});

test.each([
  ["the stack's name", "s|tack: acme\n", schema.properties.stack.markdownDescription],
  ["a daemon's id", daemon("links: []").replace("connector", "c|onnector"), DaemonResource.description],
  [
    "a binding",
    "resources:\n  files:\n    type: storage\n    b|inding: { service: s3, bucketName: a }\n",
    schema.definitions.StorageResource.properties.binding.description,
  ],
  [
    "a field of a binding",
    "resources:\n  files:\n    type: storage\n    binding: { service: s3, b|ucketName: a }\n",
    schema.definitions.StorageS3Binding.properties.bucketName.description,
  ],
])("%s is described", async (_, marked, description) => {
  expect(await hover(marked)).toContain(description);
});

test("nothing is said where nothing is known", async () => {
  expect(await hover(daemon("n|othing: 1"))).not.toContain(DaemonResource.properties.code.description);
});

import type { ComposeFile } from "./compose/compose-file.ts";
import { stackAnnotation } from "./kubernetes/labels.ts";
import type { KubernetesObject } from "./kubernetes/object.ts";
import { escapeInJson } from "./yaml-text.ts";
import { writeYaml, writeYamlStream } from "./yaml-writer.ts";

/** How the first line of everything we write as YAML begins. */
export const yamlMark = "# made by alien-compile";

export type OutputFormat = "yaml" | "json";

export interface OutputFile {
  readonly name: string;
  readonly text: string;
  /** Whether values of secrets are in it: then nobody else may read it. */
  readonly isSecret: boolean;
}

/** One text with all objects: a YAML stream, or a `List` in JSON. */
export function formatObjects(objects: readonly KubernetesObject[], format: OutputFormat): string {
  if (format === "yaml") return firstLine(objects[0]) + writeYamlStream(objects);
  return json({ apiVersion: "v1", kind: "List", items: objects });
}

/** One file per object. Kind and name tell objects of one stack apart, so they do the files. */
export const outputFiles = (objects: readonly KubernetesObject[], format: OutputFormat): readonly OutputFile[] =>
  objects.map(object => ({
    name: `${object.kind.toLowerCase()}-${object.metadata.name}.${format}`,
    text: format === "json" ? json(object) : firstLine(object) + writeYaml(object),
    isSecret: object.kind === "Secret",
  }));

/** One Compose file; of which stack, its first line says. Compose reads JSON as YAML. */
export const formatCompose = (file: ComposeFile, format: OutputFormat, stack: string): string =>
  format === "json" ? escapeInJson(json(file)) : marked(stack) + writeYaml(file);

const json = (data: unknown): string => `${JSON.stringify(data, undefined, 2)}\n`;

function firstLine(object: KubernetesObject | undefined): string {
  const stack = object?.metadata.annotations[stackAnnotation];
  return stack === undefined ? "" : marked(stack);
}

const marked = (stack: string): string =>
  `${yamlMark} from stack ${stack.replaceAll(/[^A-Za-z0-9_-]/g, "")}; do not edit\n`;

import { stackAnnotation } from "./kubernetes/labels.ts";
import type { KubernetesObject } from "./kubernetes/object.ts";
import { writeYaml, writeYamlStream } from "./yaml-writer.ts";

/** How the first line of everything we write as YAML begins. */
export const yamlMark = "# made by alien-compile";

export interface OutputFile {
  readonly name: string;
  readonly text: string;
}

/** One text with all objects: a YAML stream, or a `List` in JSON. */
export function formatObjects(objects: readonly KubernetesObject[], format: "yaml" | "json"): string {
  if (format === "yaml") return firstLine(objects[0]) + writeYamlStream(objects);
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }, undefined, 2)}\n`;
}

/** One file per object. Kind and name tell objects of one stack apart, so they do the files. */
export const outputFiles = (objects: readonly KubernetesObject[], format: "yaml" | "json"): readonly OutputFile[] =>
  objects.map(object => ({
    name: `${object.kind.toLowerCase()}-${object.metadata.name}.${format}`,
    text: format === "json" ? `${JSON.stringify(object, undefined, 2)}\n` : firstLine(object) + writeYaml(object),
  }));

function firstLine(object: KubernetesObject | undefined): string {
  const stack = object?.metadata.annotations[stackAnnotation];
  return stack === undefined ? "" : `${yamlMark} from stack ${stack.replaceAll(/[^A-Za-z0-9_-]/g, "")}; do not edit\n`;
}

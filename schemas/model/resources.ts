import { type Kind, linkableKinds, type ServiceField, targetPlatforms } from "../../src/ir/index.ts";
import { patterns } from "../../src/schema/patterns.ts";
import type { Node, NumberNode, ObjectNode, SecretableNode, TextNode, UnionNode } from "./nodes.ts";

export const secretReference: ObjectNode = {
  node: "object",
  name: "secretReference",
  owner: "a reference to a secret",
  description: "A reference to a secret declared under `secrets`.",
  examples: [{ secret: "db-password" }],
  fields: {
    secret: {
      node: "text",
      description: "Name of the secret.",
      pattern: patterns.id.pattern,
      examples: ["db-password"],
    },
  },
  required: ["secret"],
};

export const secretable = (base: TextNode | NumberNode): SecretableNode => ({
  node: "secretable",
  description: base.description,
  ...(base.examples === undefined ? {} : { examples: base.examples }),
  base,
  reference: secretReference,
});

const pascal = (word: string): string =>
  word.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
const article = (word: string): string => (/^[aeiou]/i.test(word) ? `an ${word}` : `a ${word}`);

function serviceField({ type, description, choices }: ServiceField): Node {
  if (type === "number") return { node: "integer", description, minimum: 0, maximum: 65_535, examples: [8080] };
  if (choices !== undefined) return { node: "text", description, choices, examples: [choices[0]] };
  return secretable({ node: "text", description, pattern: patterns.filled.pattern, examples: ["…"] });
}

function binding(kind: string, { title, services }: Kind): UnionNode {
  const variants = Object.entries(services).map(([service, fields]): [string, ObjectNode] => [
    service,
    {
      node: "object",
      name: `${pascal(kind)}${pascal(service)}Binding`,
      owner: article(`${service} binding`),
      description: `${title} as ${service}.`,
      fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, serviceField(field)])),
      required: Object.keys(fields).filter(name => fields[name]?.required),
    },
  ]);
  return {
    node: "union",
    name: `${pascal(kind)}Binding`,
    owner: article(`binding of a ${kind}`),
    description: `Where the ${title.toLowerCase()} is.`,
    tag: "service",
    tagDescription: `What serves the ${title.toLowerCase()}.`,
    variants: Object.fromEntries(variants),
  };
}

function linkable(kind: string, definition: Kind): ObjectNode {
  const where = binding(kind, definition);
  return {
    node: "object",
    name: `${pascal(kind)}Resource`,
    owner: article(kind),
    description: definition.description,
    fields: {
      ...(kind === "vault" ? { keys: vaultKeys } : {}),
      binding: { ...where, description: `${where.description} The same on every platform.` },
      bindings: {
        node: "object",
        name: `${pascal(kind)}Bindings`,
        owner: "`bindings`",
        description: `${where.description} One per platform.`,
        fields: Object.fromEntries(
          targetPlatforms.map(platform => [
            platform,
            { ...where, description: `${where.description} On ${platform}.` },
          ]),
        ),
        required: [],
      },
    },
    required: [],
    exclusive: ["binding", "bindings"],
  };
}

const vaultKeys: Node = {
  node: "list",
  description: "What the vault holds. On Kubernetes, the daemon is allowed to read exactly these.",
  examples: [["API_KEY"]],
  unique: true,
  items: { node: "text", description: "Name of an entry.", pattern: patterns.secretKey.pattern, examples: ["API_KEY"] },
};

export const linkableResources: Readonly<Record<string, ObjectNode>> = Object.fromEntries(
  Object.entries(linkableKinds).map(([kind, definition]) => [kind, linkable(kind, definition)]),
);

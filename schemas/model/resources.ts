import { type Kind, linkableKinds, type ServiceField, targetPlatforms } from "../../src/ir/index.ts";
import { patterns } from "../../src/schema/patterns.ts";
import type { Node, NumberNode, ObjectNode, SecretableNode, Snippet, TextNode, UnionNode } from "./nodes.ts";
import { serviceExamples } from "./service-examples.ts";

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

export const secretSnippet: Snippet = {
  label: "a secret",
  description: secretReference.description,
  body: { secret: "${1:db-password}" },
};

export const secretable = (base: TextNode | NumberNode): SecretableNode => ({
  node: "secretable",
  description: base.description,
  ...(base.examples === undefined ? {} : { examples: base.examples }),
  ...(base.snippets === undefined ? {} : { snippets: base.snippets }),
  base,
  reference: secretReference,
});

const pascal = (word: string): string =>
  word.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
const article = (word: string): string => (/^[aeiou]/i.test(word) ? `an ${word}` : `a ${word}`);

function serviceField(name: string, { type, description, choices, maximum = 65_535 }: ServiceField): Node {
  if (choices !== undefined) return { node: "text", description, choices, examples: [choices[0]] };
  const example = serviceExamples[name];
  if (type === "text") {
    const filled = name === "password" ? { snippets: [secretSnippet] } : { examples: [example] };
    return secretable({ node: "text", description, pattern: patterns.filled.pattern, ...filled });
  }
  const number = typeof example === "number" ? example : 0;
  return { node: "integer", description, minimum: 0, maximum, examples: [number] };
}

/** The first of the services, with the fields it needs. */
function bindingExample(services: Kind["services"]): Readonly<Record<string, unknown>> {
  const [service = "", fields = {}] = Object.entries(services)[0] ?? [];
  const needed = Object.keys(fields).filter(name => fields[name]?.required);
  return { service, ...Object.fromEntries(needed.map(name => [name, serviceExamples[name]])) };
}

function binding(kind: string, { title, services }: Kind): UnionNode {
  const variants = Object.entries(services).map(([service, fields]): [string, ObjectNode] => [
    service,
    {
      node: "object",
      name: `${pascal(kind)}${pascal(service)}Binding`,
      owner: article(`${service} binding`),
      description: `${title} as ${service}.`,
      fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, serviceField(name, field)])),
      required: Object.keys(fields).filter(name => fields[name]?.required),
    },
  ]);
  return {
    node: "union",
    name: `${pascal(kind)}Binding`,
    owner: article(`binding of a ${kind}`),
    description: `Where the ${title.toLowerCase()} is.`,
    examples: [bindingExample(services)],
    tag: "service",
    tagDescription: `What serves the ${title.toLowerCase()}.`,
    variants: Object.fromEntries(variants),
  };
}

/**
 * A binding whose kind stands in another layer: the services of every kind. A service that several kinds have takes
 * the fields of all of them, and needs those that all need.
 */
export function anyBinding(): UnionNode {
  const services: Record<string, ObjectNode> = {};
  for (const [kind, definition] of Object.entries(linkableKinds)) {
    for (const [service, variant] of Object.entries(binding(kind, definition).variants)) {
      const other = services[service];
      services[service] = other === undefined ? variant : merged(service, other, variant);
    }
  }
  return {
    node: "union",
    name: "AnyBinding",
    owner: "a binding",
    description: "Where the resource is.",
    examples: [bindingExample(linkableKinds.storage.services)],
    tag: "service",
    tagDescription: "What serves the resource.",
    variants: services,
  };
}

const merged = (service: string, one: ObjectNode, other: ObjectNode): ObjectNode => ({
  ...one,
  name: `Any${pascal(service)}Binding`,
  description: `Something linked, as ${service}.`,
  fields: { ...one.fields, ...other.fields },
  required: one.required.filter(field => other.required.includes(field)),
});

const perPlatform = (name: string, where: UnionNode): ObjectNode => ({
  node: "object",
  name,
  owner: "`bindings`",
  description: `${where.description} One per platform.`,
  examples: (where.examples ?? []).map(example => ({ kubernetes: example })),
  fields: Object.fromEntries(
    targetPlatforms.map(platform => [platform, { ...where, description: `${where.description} On ${platform}.` }]),
  ),
  required: [],
});

/** The fields of a resource whose kind stands in another layer, where kinds differ in them. */
export const untoldFields = (): Readonly<Record<string, Node>> => ({
  binding: { ...anyBinding(), description: "Where the resource is. The same on every platform." },
  bindings: perPlatform("AnyBindings", anyBinding()),
});

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
      bindings: perPlatform(`${pascal(kind)}Bindings`, where),
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
  items: { node: "text", description: "Name of an entry.", pattern: patterns.secretKey.pattern },
};

export const linkableResources: Readonly<Record<string, ObjectNode>> = Object.fromEntries(
  Object.entries(linkableKinds).map(([kind, definition]) => [kind, linkable(kind, definition)]),
);

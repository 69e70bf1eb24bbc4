import type { ListNode, MapNode, Node, ObjectNode, SecretableNode, TextNode, UnionNode } from "./nodes.ts";

/**
 * `conditional` (if/then) gives one finding per mistake and the best completion: for editors.
 * `tagged` says the same with a keyword of ours, a fraction of the code: for the validator.
 * `oneOf` is what the type generator understands.
 */
export interface Spelling {
  readonly unions: "conditional" | "tagged" | "oneOf";
  /** A layer may leave out what another layer says, and remove with `null`. */
  readonly layer: boolean;
}

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Keywords that yaml-language-server knows and JSON Schema does not. */
export const editorKeywords = [
  "defaultSnippets",
  "doNotSuggest",
  "enumDescriptions",
  "errorMessage",
  "markdownDescription",
];

export const ref = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });

interface Emission {
  readonly spelling: Spelling;
  readonly definitions: Record<string, JsonSchema>;
}

/** What a later layer replaces as a whole has to be complete in itself. */
const atomic = /(Binding|Code|Toolchain)$|^(secretReference|KubernetesSecretSource)$/;

/** The JSON Schema (draft-07) of a model. */
export function emitSchema(model: ObjectNode, spelling: Spelling, head: JsonSchema): JsonSchema {
  const emission: Emission = { spelling, definitions: {} };
  const root = objectSchema(emission, model);
  const definitions = Object.fromEntries(Object.entries(emission.definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { $schema: "http://json-schema.org/draft-07/schema#", ...head, ...root, ...head, definitions };
}

function emit(emission: Emission, node: Node): JsonSchema {
  const described = {
    ...words(emission, node.description),
    ...(node.default === undefined || isEmpty(node.default) ? {} : { default: node.default }),
    ...(node.examples === undefined ? {} : { examples: node.examples }),
    ...(node.snippets === undefined ? {} : { defaultSnippets: node.snippets }),
  };
  switch (node.node) {
    case "text":
      return { ...described, ...typed(emission, "string"), ...textRules(emission, node) };
    case "integer":
      return { ...described, ...typed(emission, "integer"), minimum: node.minimum, maximum: node.maximum };
    case "boolean":
      return { ...described, ...typed(emission, "boolean") };
    case "free":
      return { ...described, ...typed(emission, "object") };
    case "list":
      return { ...described, ...typed(emission, "array"), ...listRules(emission, node) };
    case "map":
      return { ...described, ...typed(emission, "object"), ...mapRules(emission, node) };
    case "secretable":
      return { ...described, ...secretableSchema(emission, node) };
    case "object":
    case "union":
      define(emission, node);
      return { ...ref(node.name), ...(emission.spelling.unions === "oneOf" ? {} : described) };
  }
}

/** Editors show the code in a description as such only where they are told that it is Markdown. */
const words = ({ spelling }: Emission, description: string): JsonSchema =>
  spelling.unions === "conditional" && description.includes("`")
    ? { description, markdownDescription: description }
    : { description };

/** Editors would fill in `links: []`. */
const isEmpty = (value: unknown): boolean => typeof value === "object" && JSON.stringify(value).length === 2;

function define(emission: Emission, node: ObjectNode | UnionNode): void {
  if (Object.hasOwn(emission.definitions, node.name)) return;
  emission.definitions[node.name] = {};
  emission.definitions[node.name] = node.node === "object" ? objectSchema(emission, node) : unionSchema(emission, node);
}

const typed = ({ spelling }: Emission, type: string): JsonSchema => ({ type: spelling.layer ? [type, "null"] : type });

function textRules({ spelling }: Emission, { pattern, choices, choiceDescriptions }: TextNode): JsonSchema {
  return {
    ...(pattern === undefined ? {} : { pattern }),
    ...(choices === undefined ? {} : { enum: spelling.layer ? [...choices, null] : choices }),
    ...(choiceDescriptions === undefined ? {} : { enumDescriptions: choiceDescriptions }),
  };
}

const listRules = (emission: Emission, { items, unique, minItems }: ListNode): JsonSchema => ({
  items: emit(emission, items),
  ...(unique === true ? { uniqueItems: true } : {}),
  ...(minItems === undefined ? {} : { minItems }),
});

function mapRules(emission: Emission, { keys, offered, values }: MapNode): JsonSchema {
  const additionalProperties = emit(emission, values);
  return {
    ...(keys === undefined ? {} : { propertyNames: { pattern: keys, doNotSuggest: true } }),
    ...(offered === undefined
      ? {}
      : { properties: Object.fromEntries(offered.map(key => [key, additionalProperties])) }),
    additionalProperties,
  };
}

function secretableSchema(emission: Emission, { base, reference }: SecretableNode): JsonSchema {
  const rules = base.node === "text" ? textRules(emission, base) : { minimum: base.minimum, maximum: base.maximum };
  const { type } = typed(emission, base.node === "text" ? "string" : "integer");
  const object = emit(emission, reference);
  if (emission.spelling.unions === "oneOf") return { oneOf: [{ type, ...rules }, object] };
  const types = Array.isArray(type) ? type : [type];
  const otherwise = Object.keys(rules).length === 0 ? {} : { else: rules };
  return { type: [...types, "object"], if: { type: "object" }, then: { $ref: object.$ref }, ...otherwise };
}

function objectSchema(
  emission: Emission,
  node: ObjectNode,
  tag?: { readonly name: string; readonly schema: JsonSchema; readonly silent: boolean },
): JsonSchema {
  const { spelling } = emission;
  const required = [...(tag === undefined ? [] : [tag.name]), ...node.required];
  const optional = spelling.layer && !atomic.test(node.name);
  const silent = tag?.silent === true;
  const properties = Object.entries(node.fields).map(([name, field]) => [name, emit(emission, field)]);
  return {
    ...title(emission, node),
    ...typed(emission, "object"),
    ...(silent ? {} : words(emission, node.description)),
    ...(node.examples === undefined ? {} : { examples: node.examples }),
    ...(node.snippets === undefined ? {} : { defaultSnippets: node.snippets }),
    properties: { ...(tag === undefined ? {} : { [tag.name]: tag.schema }), ...Object.fromEntries(properties) },
    ...(optional ? {} : requires(emission, required, node.required.length > 1 && node.snippets === undefined)),
    ...(node.exclusive === undefined ? {} : excludes(emission, node.exclusive)),
    ...(node.filled === true && !optional ? { minProperties: 1 } : {}),
    additionalProperties: false,
  };
}

/** How editors call a definition; the type generator names types after titles. */
const title = ({ spelling }: Emission, { owner }: ObjectNode | UnionNode): JsonSchema =>
  spelling.unions === "oneOf" ? {} : { title: owner.replaceAll("`", "") };

/**
 * Where `required` stands beside `properties`, editors offer all required fields at once, which is only a second entry
 * for the same thing where there is one of them.
 */
function requires({ spelling }: Emission, required: readonly string[], offersAll: boolean): JsonSchema {
  if (required.length === 0) return {};
  return spelling.unions !== "conditional" || offersAll ? { required } : { allOf: [{ required }] };
}

/** Editors underline what the schema of a field refuses, and the whole object where it is the object's own. */
function excludes({ spelling }: Emission, exclusive: readonly [string, string]): JsonSchema {
  if (spelling.unions !== "conditional") return { not: { type: "object", required: exclusive } };
  const [first, second] = exclusive;
  const refused = { not: {}, errorMessage: `Keep \`${first}\` or \`${second}\`, not both.` };
  // A layer that changes from one to the other removes the first.
  const kept = { not: { type: "null" } };
  const said = spelling.layer ? { properties: { [first]: kept, [second]: kept } } : {};
  return { if: { required: exclusive, ...said }, then: { properties: { [second]: refused } } };
}

function unionSchema(emission: Emission, node: UnionNode): JsonSchema {
  return emission.spelling.unions === "oneOf" ? oneOfSchema(emission, node) : conditionalSchema(emission, node);
}

function oneOfSchema(emission: Emission, { name, description, tag, tagDescription, variants }: UnionNode): JsonSchema {
  const branches = Object.entries(variants).map(([value, variant]) => {
    const schema = { type: "string", const: value, description: tagDescription };
    emission.definitions[variant.name] = objectSchema(emission, variant, { name: tag, schema, silent: false });
    return ref(variant.name);
  });
  return { title: name, description, oneOf: branches };
}

function conditionalSchema(emission: Emission, node: UnionNode): JsonSchema {
  const { description, tag, tagDescription, variants, examples } = node;
  const values = Object.keys(variants);
  for (const [value, variant] of Object.entries(variants)) {
    const schema = { ...words(emission, tagDescription), examples: [value] };
    const silent = node.speaks !== "variant";
    emission.definitions[variant.name] = objectSchema(emission, variant, { name: tag, schema, silent });
  }
  const optional = emission.spelling.layer && !atomic.test(node.name);
  const choice = {
    type: "string",
    ...words(emission, tagDescription),
    enum: values,
    enumDescriptions: values.map(value => variants[value]?.description),
    examples: values.slice(0, 1),
  };
  const tagged = emission.spelling.unions === "tagged";
  const needed = optional ? [] : [{ required: [tag] }];
  return {
    ...title(emission, node),
    ...typed(emission, "object"),
    ...words(emission, description),
    ...(examples === undefined ? {} : { examples }),
    properties: { [tag]: choice },
    ...(tagged ? { required: [tag] } : {}),
    ...(tagged
      ? { tag, variants: Object.fromEntries(Object.entries(variants).map(([value, { name }]) => [value, ref(name)])) }
      : { allOf: [...needed, ...branches(node), ...(optional ? [untagged(emission, node)] : [])] }),
  };
}

const branches = ({ tag, variants }: UnionNode): JsonSchema[] =>
  Object.entries(variants).map(([value, variant]) => ({
    if: { type: "object", properties: { [tag]: { const: value } }, required: [tag] },
    then: ref(variant.name),
  }));

/** In a layer the tag may stand in another layer: then any variant's fields are possible. */
function untagged(emission: Emission, { tag, variants, untold }: UnionNode): JsonSchema {
  const fields = [untold ?? {}, ...Object.values(variants).map(({ fields: own }) => own)].flatMap(Object.entries<Node>);
  const properties: Record<string, JsonSchema> = {};
  for (const [name, field] of fields) properties[name] ??= emit(emission, field);
  return { if: { type: "object", not: { required: [tag] } }, then: { properties, additionalProperties: false } };
}

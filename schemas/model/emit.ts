import type { ListNode, MapNode, Node, ObjectNode, SecretableNode, TextNode, UnionNode } from "./nodes.ts";

/**
 * `conditional` (if/then) gives one finding per mistake and the best completion: for the validator and editors.
 * `oneOf` is what the type generator understands.
 */
export interface Spelling {
  readonly unions: "conditional" | "oneOf";
  /** A layer may leave out what another layer says, and remove with `null`. */
  readonly layer: boolean;
}

export type JsonSchema = { readonly [keyword: string]: unknown };

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
  return { $schema: "http://json-schema.org/draft-07/schema#", ...head, ...root, definitions };
}

function emit(emission: Emission, node: Node): JsonSchema {
  const described = {
    description: node.description,
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.examples === undefined ? {} : { examples: node.examples }),
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
      return { $ref: `#/definitions/${node.name}`, ...(emission.spelling.unions === "oneOf" ? {} : described) };
  }
}

function define(emission: Emission, node: ObjectNode | UnionNode): void {
  if (Object.hasOwn(emission.definitions, node.name)) return;
  emission.definitions[node.name] = {};
  emission.definitions[node.name] = node.node === "object" ? objectSchema(emission, node) : unionSchema(emission, node);
}

const typed = ({ spelling }: Emission, type: string): JsonSchema => ({ type: spelling.layer ? [type, "null"] : type });

function textRules({ spelling }: Emission, { pattern, choices }: TextNode): JsonSchema {
  return {
    ...(pattern === undefined ? {} : { pattern }),
    ...(choices === undefined ? {} : { enum: spelling.layer ? [...choices, null] : choices }),
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
    ...(keys === undefined ? {} : { propertyNames: { pattern: keys } }),
    ...(offered === undefined
      ? {}
      : { properties: Object.fromEntries(offered.map(key => [key, additionalProperties])) }),
    additionalProperties,
  };
}

function secretableSchema(emission: Emission, { base, reference }: SecretableNode): JsonSchema {
  const { description: _, examples: __, type, ...rules } = emit(emission, base);
  const object = emit(emission, reference);
  if (emission.spelling.unions === "oneOf") return { oneOf: [{ type, ...rules }, object] };
  const types = Array.isArray(type) ? type : [type];
  const otherwise = Object.keys(rules).length === 0 ? {} : { else: rules };
  return { type: [...types, "object"], if: { type: "object" }, then: { $ref: object.$ref }, ...otherwise };
}

function objectSchema(
  emission: Emission,
  node: ObjectNode,
  tag?: { readonly name: string; readonly schema: JsonSchema },
): JsonSchema {
  const { spelling } = emission;
  const required = [...(tag === undefined ? [] : [tag.name]), ...node.required];
  const optional = spelling.layer && !atomic.test(node.name);
  const properties = Object.entries(node.fields).map(([name, field]) => [name, emit(emission, field)]);
  return {
    ...typed(emission, "object"),
    description: node.description,
    ...(node.examples === undefined ? {} : { examples: node.examples }),
    properties: { ...(tag === undefined ? {} : { [tag.name]: tag.schema }), ...Object.fromEntries(properties) },
    ...(required.length === 0 || optional ? {} : { required }),
    ...(node.exclusive === undefined ? {} : { not: { required: node.exclusive } }),
    ...(node.filled === true && !optional ? { minProperties: 1 } : {}),
    additionalProperties: false,
  };
}

function unionSchema(emission: Emission, node: UnionNode): JsonSchema {
  return emission.spelling.unions === "oneOf" ? oneOfSchema(emission, node) : conditionalSchema(emission, node);
}

function oneOfSchema(emission: Emission, { name, description, tag, tagDescription, variants }: UnionNode): JsonSchema {
  const branches = Object.entries(variants).map(([value, variant]) => {
    const schema = { type: "string", const: value, description: tagDescription };
    emission.definitions[variant.name] = objectSchema(emission, variant, { name: tag, schema });
    return { $ref: `#/definitions/${variant.name}` };
  });
  return { title: name, description, oneOf: branches };
}

function conditionalSchema(emission: Emission, node: UnionNode): JsonSchema {
  const { description, tag, tagDescription, variants, examples } = node;
  const values = Object.keys(variants);
  const branches = Object.entries(variants).map(([value, variant]) => {
    const schema = { description: tagDescription, examples: [value] };
    emission.definitions[variant.name] = objectSchema(emission, variant, { name: tag, schema });
    const matches = { type: "object", properties: { [tag]: { const: value } }, required: [tag] };
    return { if: matches, then: { $ref: `#/definitions/${variant.name}` } };
  });
  const optional = emission.spelling.layer && !atomic.test(node.name);
  const choice = {
    type: "string",
    description: tagDescription,
    enum: values,
    enumDescriptions: values.map(value => variants[value]?.description),
    examples: values.slice(0, 1),
  };
  return {
    ...typed(emission, "object"),
    description,
    ...(examples === undefined ? {} : { examples }),
    properties: { [tag]: choice },
    ...(optional ? {} : { required: [tag] }),
    allOf: optional ? [...branches, untagged(emission, node)] : branches,
  };
}

/** In a layer the tag may stand in another layer: then any variant's fields are possible. */
function untagged(emission: Emission, { tag, variants }: UnionNode): JsonSchema {
  const fields = Object.values(variants).flatMap(({ fields: own }) => Object.entries(own));
  const properties: Record<string, JsonSchema> = {};
  for (const [name, field] of fields) properties[name] ??= emit(emission, field);
  return { if: { type: "object", not: { required: [tag] } }, then: { properties, additionalProperties: false } };
}

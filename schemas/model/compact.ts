import { editorKeywords, type JsonSchema, ref } from "./emit.ts";

const annotations = new Set(["$id", "$schema", "title", "description", "examples", "default", ...editorKeywords]);

/**
 * A schema as a validator needs it: nothing that is only read by people, and every part that occurs twice a definition
 * of its own, which becomes one function. What is below `if`, `not`, `propertyNames` and `items` stays where it is:
 * ajv reports the name of a key, and which entry of a list is repeated, by what it sees there.
 */
export function compactSchema(schema: JsonSchema, rootName: string): JsonSchema {
  const { definitions, ...root } = withoutAnnotations(schema) as JsonSchema & { definitions: Definitions };
  const named = { [rootName]: root, ...definitions };
  const repeated = repeatedParts(named);
  const nameOf = new Map<string, string>();
  const compacted: Record<string, JsonSchema> = {};
  const define = (name: string, content: JsonSchema) => {
    const key = JSON.stringify(content);
    if (nameOf.has(key)) return;
    nameOf.set(key, name);
    compacted[name] = mapParts(content, part);
  };
  const part = (content: JsonSchema): JsonSchema => {
    if (typeof content.$ref === "string") return ref(same(content.$ref));
    const key = JSON.stringify(content);
    if (!repeated.has(key)) return mapParts(content, part);
    if (!nameOf.has(key)) define(`Shared${nameOf.size}`, content);
    return ref(nameOf.get(key) ?? "");
  };
  /** Definitions with the same content are one. */
  const same = (pointer: string): string => {
    const content = named[pointer.replace("#/definitions/", "")] ?? {};
    if (!nameOf.has(JSON.stringify(content))) define(pointer.replace("#/definitions/", ""), content);
    return nameOf.get(JSON.stringify(content)) ?? "";
  };
  define(rootName, root);
  return { ...ref(rootName), definitions: compacted };
}

type Definitions = Record<string, JsonSchema>;

function withoutAnnotations(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const kept = Object.entries(schema).filter(([keyword]) => !annotations.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      mapsOfParts.has(keyword) ? mapValues(value as Definitions, withoutAnnotations) : withoutAnnotations(value),
    ]),
  );
}

const mapsOfParts = new Set(["definitions", "properties", "variants"]);
const singleParts = new Set(["additionalProperties", "then", "else"]);

function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  return mapValues(schema, (value, keyword) => {
    if (mapsOfParts.has(keyword)) return mapValues(value as Definitions, change);
    return singleParts.has(keyword) && typeof value === "object" ? change(value as JsonSchema) : value;
  });
}

function repeatedParts(named: Definitions): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const visit = (part: JsonSchema): JsonSchema => {
    const key = JSON.stringify(part);
    if (typeof part.$ref !== "string" && key !== "{}") (seen.has(key) ? repeated : seen).add(key);
    return mapParts(part, visit);
  };
  for (const definition of Object.values(named)) mapParts(definition, visit);
  return repeated;
}

const mapValues = <Value, Changed>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Changed,
): Record<string, Changed> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

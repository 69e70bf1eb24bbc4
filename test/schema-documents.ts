import fc from "fast-check";
import type { Node, ObjectNode, TextNode, UnionNode } from "../schemas/model/nodes.ts";

/** Documents that a model allows. */
export function documents(node: Node): fc.Arbitrary<unknown> {
  switch (node.node) {
    case "text":
      return texts(node);
    case "integer":
      return fc.integer({ min: node.minimum, max: node.maximum });
    case "boolean":
      return fc.boolean();
    case "free":
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string(), { maxKeys: 2, noNullPrototype: true });
    case "list":
      return fc.uniqueArray(documents(node.items), { minLength: node.minItems ?? 0, maxLength: 3 });
    case "map": {
      const keys = fc.stringMatching(node.keys === undefined ? /^[a-z*]{1,5}$/ : new RegExp(node.keys));
      return fc.dictionary(keys, documents(node.values), { maxKeys: 2, noNullPrototype: true });
    }
    case "secretable":
      return fc.oneof(documents(node.base), documents(node.reference));
    case "object":
      return objects(node);
    case "union":
      return unions(node);
  }
}

function texts({ choices, pattern, examples }: TextNode): fc.Arbitrary<unknown> {
  if (choices !== undefined) return fc.constantFrom(...choices);
  const given = examples === undefined ? [] : [fc.constantFrom(...examples)];
  return fc.oneof(...given, pattern === undefined ? fc.string() : fc.stringMatching(new RegExp(pattern)));
}

function objects({ fields, required, exclusive, filled }: ObjectNode): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, documents(field)]));
  return fc
    .record(model, { requiredKeys: [...required], noNullPrototype: true })
    .map(made => (exclusive?.every(field => field in made) ? without(made, exclusive[1]) : made))
    .filter(made => filled !== true || Object.keys(made).length > 0);
}

const unions = ({ tag, variants }: UnionNode): fc.Arbitrary<unknown> =>
  fc.oneof(
    ...Object.entries(variants).map(([value, variant]) =>
      objects(variant).map(fields => ({ [tag]: value, ...fields })),
    ),
  );

const without = (made: Record<string, unknown>, field: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(made).filter(([name]) => name !== field));

const strangers = [null, "", 0, 1.5, true, [], {}, "other", ["a", "a"], { secret: "a" }, { type: "daemon" }];

/** A document with something changed somewhere: a field gone, one too many, or another value. */
export function mutated(whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    pick: fc.nat(),
    kind: fc.constantFrom("remove", "add", "replace", "repeat"),
    value: fc.constantFrom(...strangers),
    name: fc.constantFrom("extra", "binding", "bindings", "env", "file", "type", "service", "my.id", "local", "keys"),
  });
  return fc.tuple(whole, fc.array(change, { minLength: 1, maxLength: 2 })).map(([document, changes]) => {
    const changed = structuredClone(document);
    for (const { pick, kind, value, name } of changes) {
      const places = placesIn(changed);
      const place = places[pick % places.length];
      if (place === undefined) continue;
      const { holder, field } = place;
      const held = holder[field];
      if (kind === "remove" && !Array.isArray(holder)) delete holder[field];
      else if (kind === "add" && isRecord(held)) held[name] = structuredClone(value);
      else if (kind === "repeat" && Array.isArray(held)) held.push(structuredClone(held[0]));
      else holder[field] = structuredClone(value);
    }
    return changed;
  });
}

interface PlaceIn {
  readonly holder: Record<string, unknown>;
  readonly field: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function placesIn(value: unknown): PlaceIn[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap(field => [{ holder, field }, ...placesIn(holder[field])]);
}

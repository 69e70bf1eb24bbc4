import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchema } from "ajv";
import draft07 from "ajv/dist/refs/json-schema-draft-07.json" with { type: "json" };
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { stack } from "../schemas/model/stack.ts";
import { createAjv } from "../schemas/model/validator.ts";
import { layerSchema, oneOfSchema, outputs, schema, taggedSchema } from "../scripts/build-schema.ts";
import { linkableKinds, permissionSets, platforms, type ServiceField } from "../src/ir/index.ts";
import type { SchemaError } from "../src/schema/generated/validate.js";
import validateSchema from "../src/schema/generated/validate.js";
import { documents, mutated } from "./schema-documents.ts";

const root = join(import.meta.dirname, "..");

test("the generated files are those of the model", async () => {
  for (const [path, text] of await outputs()) expect(readFileSync(join(root, path), "utf8") === text, path).toBe(true);
});

test("the validator stays small: it is loaded on every start", () => {
  expect(readFileSync(join(root, "src/schema/generated/validate.js")).byteLength).toBeLessThan(120_000);
});

type Schema = { readonly [keyword: string]: unknown };
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const namesParts = new Set(["properties", "definitions"]);
const holdsNoParts = new Set(["if", "not", "examples", "default", "defaultSnippets"]);

/** Every property that a schema declares, by where it stands. What is below `if` and `not` only asks. */
function properties(part: unknown, at = ""): (readonly [string, Schema])[] {
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([keyword, value]) => {
    const here = `${at}/${keyword}`;
    if (holdsNoParts.has(keyword)) return [];
    if (!namesParts.has(keyword) || !isSchema(value)) return properties(value, here);
    return Object.entries(value).flatMap(([name, property]) => {
      const below = properties(property, `${here}/${name}`);
      return keyword === "properties" && isSchema(property)
        ? [[`${here}/${name}`, property] as const, ...below]
        : below;
    });
  });
}
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

describe.each([
  ["alien.schema.json", schema],
  ["alien.layer.schema.json", layerSchema],
])("%s", (_, published) => {
  // A property that is only there to be refused says so in a message of its own.
  const declared = properties(published).filter(([, { errorMessage }]) => errorMessage === undefined);

  test("declares the properties this test is about", () => {
    const names = declared.map(([at]) => at.split("/").at(-1));
    expect(names).toEqual(expect.arrayContaining(["stack", "image", "service", "type", "binding", "bindings", "pod"]));
    expect(declared.length).toBeGreaterThan(200);
  });
  test.each(declared)("%s is described, with an example or a default", (_path, property) => {
    expect(String(property.description ?? "").length).toBeGreaterThan(3);
    const { examples, default: byDefault, defaultSnippets, items } = property;
    const sample = examples ?? byDefault ?? defaultSnippets ?? (items as Schema | undefined)?.defaultSnippets;
    expect(sample).toBeDefined();
  });
  test("is a draft-07 schema", () => {
    const ajv = new Ajv({ allErrors: true });
    expect([ajv.validate(draft07.$id, published), ajv.errors]).toEqual([true, null]);
    expect(published.$schema).toBe(draft07.$id);
  });
  test("compiles in strict mode", () => {
    expect(() => createAjv().compile(published as AnySchema)).not.toThrow();
  });
  test("its examples and defaults are what it allows", () => {
    const ajv = createAjv();
    ajv.addSchema(published as AnySchema, "published");
    for (const [at, { examples, default: byDefault }] of declared) {
      const check = ajv.compile({ $ref: `published#${at.replaceAll("~", "~0")}` });
      for (const value of [...((examples as unknown[]) ?? []), ...(byDefault === undefined ? [] : [byDefault])])
        expect([at, check(value), check.errors]).toEqual([at, true, null]);
    }
  });
});

describe("the schema and the table of kinds", () => {
  const definitions = schema.definitions as Readonly<Record<string, Schema>>;
  const pascal = (word: string) => word.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
  const tagOf = (name: string, tag: string) =>
    ((definitions[name]?.properties as Record<string, Schema> | undefined)?.[tag]?.enum ?? []) as readonly string[];
  const requiredOf = ({ required, allOf }: Schema) =>
    (required ?? (allOf as readonly Schema[] | undefined)?.[0]?.required ?? []) as readonly string[];

  test("name the same kinds", () => {
    expect(tagOf("Resource", "type")).toEqual(["daemon", ...Object.keys(linkableKinds)]);
  });
  test.each(Object.entries(linkableKinds))(
    "name the same services of a %s, with their fields",
    (kind, { services }) => {
      expect(tagOf(`${pascal(kind)}Binding`, "service")).toEqual(Object.keys(services));
      for (const [service, fields] of Object.entries(services)) {
        const definition = definitions[`${pascal(kind)}${pascal(service)}Binding`] ?? {};
        expect(Object.keys(definition.properties ?? {})).toEqual(["service", ...Object.keys(fields)]);
        const required = Object.entries<ServiceField>(fields).filter(([, field]) => field.required);
        expect(requiredOf(definition)).toEqual(["service", ...required.map(([name]) => name)]);
      }
    },
  );
  test("name the same permission sets", () => {
    type Profiles = { profiles: { additionalProperties: { additionalProperties: { items: Schema } } } };
    const { profiles } = (definitions.Permissions?.properties as Profiles | undefined) ?? {};
    expect(profiles?.additionalProperties.additionalProperties.items.examples).toEqual([...permissionSets]);
  });
  test("name the same platforms", () => {
    const { supportedPlatforms } = schema.properties as { supportedPlatforms: { items: Schema } };
    expect(supportedPlatforms.items.enum).toEqual([...platforms]);
  });
});

describe("the spellings agree", () => {
  const ajv = () => createAjv({ strict: false });
  const conditional = ajv().compile(schema as AnySchema);
  const tagged = ajv().compile(taggedSchema as AnySchema);
  const oneOf = ajv().compile(oneOfSchema as AnySchema);
  const layer = ajv().compile(layerSchema as AnySchema);

  /** What is found, however the spelling arrives at it. */
  function places(errors: readonly SchemaError[] | null | undefined): readonly string[] {
    const told = (errors ?? []).filter(({ keyword }) => keyword !== "if");
    return told.map(({ instancePath, keyword, params, propertyName }) => {
      if (keyword === "not") return `${instancePath.replace(/\/(bindings|file)$/, "")} not`;
      return JSON.stringify([instancePath, keyword, params, propertyName]);
    });
  }

  function compare(data: unknown): boolean {
    const verdict = validateSchema(data);
    const found = places(validateSchema.errors).toSorted();
    expect(tagged(data)).toBe(verdict);
    expect(places(tagged.errors).toSorted()).toEqual(found);
    expect(conditional(data)).toBe(verdict);
    expect(places(conditional.errors).toSorted()).toEqual(found);
    expect(oneOf(data)).toBe(verdict);
    // Whatever is a whole stack is a layer too.
    if (verdict) expect([layer(data), layer.errors]).toEqual([true, null]);
    return verdict;
  }

  const files = globSync(["examples/**/*.yaml", "fixtures/diagnostics/*/alien.yaml", "fixtures/render/*/alien.yaml"], {
    cwd: root,
  }).sort();
  test("there are examples", () => {
    expect(files.length).toBeGreaterThan(1);
    expect(existsSync(join(root, "examples/connector/alien.yaml"))).toBe(true);
  });
  test.each(files)("on %s", file => {
    const data = readable(readFileSync(join(root, file), "utf8"));
    if (data !== undefined) compare(data);
  });

  const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
  test(`on made documents, all of them allowed (seed ${seed})`, () => {
    const allowed = fc.property(documents(stack), document => {
      expect([compare(document), validateSchema.errors]).toEqual([true, null]);
    });
    fc.assert(allowed, { seed, numRuns: 1000 });
  }, 60_000);
  test(`on documents with mistakes (seed ${seed})`, () => {
    const verdicts = { true: 0, false: 0 };
    const changed = fc.property(mutated(documents(stack)), document => {
      verdicts[`${compare(document)}`]++;
    });
    fc.assert(changed, { seed, numRuns: 2000 });
    expect(verdicts.false).toBeGreaterThan(500);
    expect(verdicts.true).toBeGreaterThan(20);
  }, 60_000);
});

/** Fixtures that are no YAML, or more than data, are about the reader. */
function readable(text: string): unknown {
  try {
    return parse(text, { uniqueKeys: false, merge: true, logLevel: "silent" });
  } catch {
    return undefined;
  }
}

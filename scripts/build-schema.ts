// Writes everything that comes from the one model: both schemas, the validator, the types and the table of owners.
// With --check it writes nothing and fails if a file is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";
import { compactSchema } from "../schemas/model/compact.ts";
import { emitSchema } from "../schemas/model/emit.ts";
import { owners } from "../schemas/model/owners.ts";
import { stack } from "../schemas/model/stack.ts";
import { validatorModule } from "../schemas/model/validator.ts";

const root = new URL("..", import.meta.url);
const id = (name: string) => ({ $id: `https://alien.dev/schemas/0.1/${name}`, title: "alien.yaml" });

export const schema = emitSchema(stack, { unions: "conditional", layer: false }, id("alien.schema.json"));
export const layerSchema = emitSchema(stack, { unions: "conditional", layer: true }, id("alien.layer.schema.json"));
export const oneOfSchema = emitSchema(stack, { unions: "oneOf", layer: false }, {});
export const taggedSchema = compactSchema(emitSchema(stack, { unions: "tagged", layer: false }, {}), "Stack");

const typeOptions = {
  bannerComment: "",
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  declareExternallyReferenced: true,
  style: { printWidth: 120 },
};
const note = "// Made by `npm run build:schema` from schemas/model. Do not edit.\n";

/** Every file that the model makes, by its path in the repository. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const document = { ...(oneOfSchema as object), title: "Document" };
  const types = await compile(document as Parameters<typeof compile>[0], "Document", typeOptions);
  return new Map([
    ["schemas/alien.schema.json", json(schema)],
    ["schemas/alien.layer.schema.json", json(layerSchema)],
    ["src/schema/generated/validate.js", note + (await validatorModule(taggedSchema))],
    ["src/schema/generated/validate.d.ts", `${note}${validatorTypes}`],
    ["src/schema/generated/document.ts", note + types],
    ["src/schema/generated/owners.ts", `${note}${ownersType}${json(owners(stack)).trimEnd()};\n`],
  ]);
}

const ownersType = `export type Owner =
  | { readonly owner: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly owner: string; readonly tag: string; readonly variants: Readonly<Record<string, string>> };
export const owners: Readonly<Record<string, Owner>> = `;

const validatorTypes = `export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
}
declare const validate: { (data: unknown): boolean; errors?: SchemaError[] | null };
export default validate;
`;

async function main(check: boolean): Promise<void> {
  for (const [path, text] of await outputs()) {
    const url = new URL(path, root);
    if (!check) writeFileSync(url, text);
    else if (readFileSync(url, "utf8") !== text) {
      process.stderr.write(`${path} is stale: run npm run build:schema\n`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main(process.argv.includes("--check"));

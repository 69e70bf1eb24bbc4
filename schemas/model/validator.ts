import { Ajv, type KeywordCxt } from "ajv";
import { _, getProperty } from "ajv/dist/compile/codegen/index.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { editorKeywords, type JsonSchema } from "./emit.ts";

/** The `tagged` spelling of a union: the variant that the value of `tag` names. `tag` itself is checked by `properties`. */
const variants = {
  keyword: "variants",
  type: "object",
  schemaType: "object",
  code(context: KeywordCxt) {
    const { gen, data, schema, parentSchema } = context;
    const tag = getProperty(parentSchema.tag);
    for (const value of Object.keys(schema)) {
      gen.if(_`${data}${tag} === ${value}`, () => {
        context.subschema({ keyword: "variants", schemaProp: value }, gen.name("valid"));
      });
    }
  },
} as const;

export function createAjv(options: ConstructorParameters<typeof Ajv>[0] = {}): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    messages: false,
    keywords: ["tag", ...editorKeywords],
    ...options,
  });
  return ajv.addKeyword(variants);
}

/** The validator of a schema as one minified module. */
export async function validatorModule(schema: JsonSchema): Promise<string> {
  const ajv = createAjv({ inlineRefs: false, code: { source: true, esm: true, optimize: true } });
  const bundle = await build({
    stdin: {
      contents: withoutUnread(standalone.default(ajv, ajv.compile(schema))),
      resolveDir: import.meta.dirname,
      loader: "js",
    },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    write: false,
    minify: true,
  });
  return bundle.outputFiles[0]?.text ?? "";
}

/**
 * ajv's code without what nobody here reads (an error's `schemaPath`, the data above the instance), and with the two
 * steps it spells out at every error as functions. Half the bytes: the module is loaded on every start.
 */
function withoutUnread(source: string): string {
  const shortened = source
    .replace(/schemaPath:"[^"]*",/g, "")
    .replace(/,parentData:[^,}]+,parentDataProperty:[^,}]+,rootData/g, "")
    .replace(/,parentData,parentDataProperty,rootData/g, "")
    .replace(/, parentData, parentDataProperty, rootData=data\}/g, "}")
    .replace(
      /if\(vErrors === null\)\{vErrors = \[(err\d+)\];\}else \{vErrors\.push\(\1\);\}errors\+\+;/g,
      "vErrors = withError(vErrors, $1);errors++;",
    )
    .replace(
      /vErrors = vErrors === null \? (validate\d+)\.errors : vErrors\.concat\(\1\.errors\);/g,
      "vErrors = withErrors(vErrors, $1.errors);",
    );
  if (/schemaPath|parentData|rootData/.test(shortened)) throw new Error("ajv spells its code in another way now");
  return shortened + steps;
}

const steps = `
function withError(errors, error) { if (errors === null) return [error]; errors.push(error); return errors; }
function withErrors(errors, more) { return errors === null ? more : errors.concat(more); }
`;

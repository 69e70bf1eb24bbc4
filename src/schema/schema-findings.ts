import {
  beside,
  type Diagnostic,
  type Fix,
  finding,
  fixTitle,
  isSurfaceField,
  join,
  key,
  segments,
  suggest,
  value,
} from "../diagnostics/index.ts";
import type { SchemaError } from "./generated/validate.js";
import { child, ownerAt } from "./owner-at.ts";
import { patterns, ruleOf } from "./patterns.ts";

/** What was validated, and the text behind it. */
export interface Validated {
  readonly data: unknown;
  /** A value as it stands in the file. */
  sourceText(path: string): string | undefined;
}

type Translate = (error: SchemaError, validated: Validated) => Diagnostic;

/** One finding for one mistake: the schema's errors without those that only follow from another. */
export function schemaFindings(errors: readonly SchemaError[], validated: Validated): Diagnostic[] {
  return withoutEchoes(errors, validated).map(error => (translations[error.keyword] ?? badFormat)(error, validated));
}

const translations: Readonly<Record<string, Translate>> = {
  additionalProperties: unknownField,
  required: missingField,
  type: wrongType,
  enum: notAChoice,
  const: notAChoice,
  pattern: badFormat,
  uniqueItems: repeatedItem,
  minItems: badSize,
  minimum: badSize,
  maximum: badSize,
  minProperties: ({ instancePath }) =>
    finding("secret-without-source", key(instancePath), { secret: segments(instancePath).at(-1) ?? "" }),
  not: exclusive,
};

function withoutEchoes(errors: readonly SchemaError[], validated: Validated): SchemaError[] {
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === "type").map(({ instancePath }) => instancePath));
  const lacking = new Set(
    errors.filter(({ keyword }) => keyword === "required").map(({ instancePath }) => instancePath),
  );
  const renamed = new Set(errors.flatMap(error => renamedField(error, lacking, validated) ?? []));
  return errors.filter(error => {
    if (error.keyword === "if" || error.keyword === "propertyNames") return false;
    if (error.keyword === "required")
      return !renamed.has(join(error.instancePath, String(error.params.missingProperty)));
    return error.keyword === "type" || !mistyped.has(error.instancePath) || error.propertyName !== undefined;
  });
}

/** The missing field that an unknown one was meant to be. */
function renamedField(error: SchemaError, lacking: ReadonlySet<string>, { data }: Validated): string | undefined {
  if (error.keyword !== "additionalProperties" || !lacking.has(error.instancePath)) return undefined;
  const { fields } = ownerAt(data, segments(error.instancePath));
  const meant = meantField(String(error.params.additionalProperty), openFields(fields, error, data));
  return meant === undefined ? undefined : join(error.instancePath, meant);
}

/** The fields of an object that are not given. */
const openFields = (fields: readonly string[], { instancePath }: SchemaError, data: unknown): readonly string[] =>
  fields.filter(name => child(valueAt(data, instancePath), name) === undefined);

/** Fields that people know from other tools, and the one that says it here. */
const otherNames: Readonly<Record<string, string>> = { image: "code", build: "code" };

/** What an unknown field was meant to be: one that is spelt alike, has another name elsewhere, or is the only one left. */
function meantField(field: string, open: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherNames, field) ? otherNames[field] : undefined;
  if (other !== undefined && open.includes(other)) return other;
  return suggest(field, open) ?? (open.length === 1 ? open[0] : undefined);
}

function unknownField(error: SchemaError, { data }: Validated): Diagnostic {
  const { instancePath, params } = error;
  const field = String(params.additionalProperty);
  const at = key(join(instancePath, field));
  const path = segments(instancePath);
  const { definition, owner, fields } = ownerAt(data, path);
  if (definition === "DaemonResource" && isSurfaceField(field)) {
    const meant = meantField(field, openFields(fields, error, data));
    const poisons = [at.path, ...(meant === "code" ? [join(instancePath, meant)] : [])];
    return finding("daemon-surface", at, { field, daemon: path.at(-1) ?? "" }, { poisons });
  }
  const known = openFields(fields, error, data);
  const suggestion = suggest(field, known);
  const fixes =
    suggestion === undefined ? [] : [{ title: fixTitle.rename(suggestion), edits: [{ at, newText: suggestion }] }];
  const meant = meantField(field, known);
  const poisons = [at.path, ...(meant === undefined ? [] : [join(instancePath, meant)])];
  return finding("unknown-field", at, { field, owner, known, suggestion }, { fixes, poisons });
}

function missingField({ instancePath, params }: SchemaError, { data }: Validated): Diagnostic {
  const field = String(params.missingProperty);
  const { owner, untold } = ownerAt(data, segments(instancePath));
  const poisons = untold ? [instancePath] : [join(instancePath, field)];
  const at = instancePath === "" ? value("") : key(instancePath);
  return finding("missing-field", at, { field, owner }, { poisons });
}

function wrongType({ instancePath, params }: SchemaError, { data, sourceText }: Validated): Diagnostic {
  const expected = ([] as string[]).concat(params.type as string | string[]);
  const found = typeOf(valueAt(data, instancePath));
  const isScalar = found === "number" || found === "boolean" || found === "null";
  if (!expected.includes("string") || !isScalar) {
    return finding("wrong-type", value(instancePath), { expected: expected.filter(type => type !== "null"), found });
  }
  const source = sourceText(instancePath) ?? "";
  const quoted = source === "" ? '""' : JSON.stringify(source);
  const fixes: Fix[] = [{ title: fixTitle.quoteText(quoted), edits: [{ at: value(instancePath), newText: quoted }] }];
  return finding("text-needed", value(instancePath), { source, found, quoted }, { fixes: source === "" ? [] : fixes });
}

function notAChoice({ instancePath, params }: SchemaError, { data }: Validated): Diagnostic {
  const choices = ((params.allowedValues as unknown[] | undefined) ?? [params.allowedValue]).map(String);
  const path = segments(instancePath);
  const found = String(valueAt(data, instancePath));
  const suggestion = suggest(found, choices);
  const parent = instancePath.slice(0, instancePath.lastIndexOf("/"));
  const poisons = ownerAt(data, path.slice(0, -1)).untold ? [parent] : [instancePath];
  const at = value(instancePath);
  const fixes =
    suggestion === undefined ? [] : [{ title: fixTitle.change(suggestion), edits: [{ at, newText: suggestion }] }];
  const isEntry = Array.isArray(valueAt(data, parent));
  const field = path.at(isEntry ? -2 : -1) ?? "";
  return finding("not-a-choice", at, { field, isEntry, value: found, choices, suggestion }, { fixes, poisons });
}

function badFormat({ instancePath, params, propertyName }: SchemaError, { data }: Validated): Diagnostic {
  const pattern = String(params.pattern);
  if (propertyName !== undefined) {
    const at = key(join(instancePath, propertyName));
    return pattern === patterns.id.pattern
      ? finding("bad-id", at, { id: propertyName })
      : finding("bad-format", at, { value: propertyName, rule: ruleOf(pattern) });
  }
  return finding("bad-format", value(instancePath), {
    value: String(valueAt(data, instancePath)),
    rule: ruleOf(pattern),
  });
}

function repeatedItem({ instancePath, params }: SchemaError, { data }: Validated): Diagnostic {
  const path = join(instancePath, Math.max(Number(params.i), Number(params.j)));
  return finding("repeated-item", value(path), { value: String(valueAt(data, path)) });
}

function badSize({ instancePath, params, keyword }: SchemaError): Diagnostic {
  return finding("bad-size", value(instancePath), { keyword, limit: Number(params.limit) });
}

function exclusive({ instancePath }: SchemaError): Diagnostic {
  const name = segments(instancePath).at(-1) ?? "";
  const isSecret = instancePath.startsWith("/secrets/");
  const fields = isSecret ? ["env", "file"] : ["binding", "bindings"];
  const poisons = fields.map(field => join(instancePath, field));
  const at = key(join(instancePath, fields[1] ?? ""));
  const related = [{ message: beside.otherOne, at: key(join(instancePath, fields[0] ?? "")) }];
  if (isSecret) return finding("secret-sources", at, { secret: name }, { poisons, related });
  return finding("ambiguous-binding", at, { id: name }, { poisons, related });
}

const valueAt = (data: unknown, path: string): unknown => segments(path).reduce(child, data);

function typeOf(found: unknown): string {
  if (found === null || found === undefined) return "null";
  if (Array.isArray(found)) return "array";
  return typeof found;
}

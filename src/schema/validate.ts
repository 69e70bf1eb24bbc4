import { createCollector, join, type Poison, type Staged } from "../diagnostics/index.ts";
import type { Mapping } from "../source/index.ts";
import type { Document } from "./generated/document.ts";
import validateSchema, { type SchemaError } from "./generated/validate.js";
import { schemaFindings, type Validated } from "./schema-findings.ts";

/**
 * Data → Document. The value is returned even when there are findings: whatever they poison does not follow the type,
 * and later stages do not look at it.
 */
export function validate(data: Mapping, sourceText: Validated["sourceText"], poison: Poison): Staged<Document> {
  const collector = createCollector(poison);
  if (!validateSchema(data)) {
    const errors = (validateSchema.errors ?? []).filter(error => !isUnreadField(error, collector.sound));
    for (const diagnostic of schemaFindings(errors, { data, sourceText })) collector.add(diagnostic);
  }
  return { value: data as unknown as Document, diagnostics: collector.diagnostics };
}

/** A field that is there, and that the reader found unsound, is neither missing nor what a missing one was meant to be. */
function isUnreadField({ keyword, instancePath, params }: SchemaError, sound: (path: string) => boolean): boolean {
  if (keyword === "required") return !sound(join(instancePath, String(params.missingProperty)));
  return keyword === "additionalProperties" && !sound(join(instancePath, String(params.additionalProperty)));
}

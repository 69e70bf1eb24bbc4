import { createCollector, type Poison, type Staged } from "../diagnostics/index.ts";
import type { Mapping } from "../source/index.ts";
import type { Document } from "./generated/document.ts";
import validateSchema from "./generated/validate.js";
import { schemaFindings, type Validated } from "./schema-findings.ts";

/**
 * Data → Document. The value is returned even when there are findings: whatever they poison does not follow the type,
 * and later stages do not look at it.
 */
export function validate(data: Mapping, sourceText: Validated["sourceText"], poison: Poison): Staged<Document> {
  const collector = createCollector(poison);
  if (!validateSchema(data)) {
    for (const diagnostic of schemaFindings(validateSchema.errors ?? [], { data, sourceText }))
      collector.add(diagnostic);
  }
  return { value: data as unknown as Document, diagnostics: collector.diagnostics };
}

import type { Diagnostic } from "../diagnostics/index.ts";
import type { Change, Plan } from "./plan.ts";

type Mask = (text: string) => string;

/** A finding with known secret values hidden in everything that it quotes. */
export const maskFinding = (diagnostic: Diagnostic, mask: Mask): Diagnostic => ({
  ...diagnostic,
  message: mask(diagnostic.message),
  ...(diagnostic.label === undefined ? {} : { label: mask(diagnostic.label) }),
  ...(diagnostic.help === undefined ? {} : { help: mask(diagnostic.help) }),
  related: diagnostic.related.map(related => ({ ...related, message: mask(related.message) })),
  ...(diagnostic.details === undefined
    ? {}
    : { details: diagnostic.details.map(({ title, lines }) => ({ title, lines: lines.map(mask) })) }),
});

/** A plan with known secret values hidden in what it says of fields: somebody may have put one where none belongs. */
export const maskPlan = <P extends Plan>(plan: P, mask: Mask): P => ({
  ...plan,
  changes: plan.changes.map(change => ({ ...change, fields: change.fields.map(field => maskField(field, mask)) })),
});

function maskField(field: Change["fields"][number], mask: Mask): Change["fields"][number] {
  const { before, after } = field;
  return {
    ...field,
    ...(before === undefined ? {} : { before: maskValue(before, mask) }),
    ...(after === undefined ? {} : { after: maskValue(after, mask) }),
  };
}

function maskValue(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map(item => maskValue(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskValue(item, mask)]));
}

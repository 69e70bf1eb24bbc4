import { type Diagnostic, finding, key } from "../../../diagnostics/index.ts";
import type { InventoryEntry } from "../../../state/index.ts";
import { fieldManager } from "../api/cluster.ts";
import { namespaceMissing } from "../api/findings.ts";
import { keyOf } from "../api/kinds.ts";
import type { PlanInput } from "../plan.ts";
import { saysStack } from "../record/ownership.ts";
import { hasNamespace, type Survey } from "./survey.ts";

/** What speaks against touching the stack at all, by what the record says of it. */
export const checkRecord = (input: PlanInput, found: Survey): readonly Diagnostic[] => [
  ...checkSource(input, found),
  ...checkEmpty(input, found),
  ...checkUnrecorded(input, found),
];

/** Another repository may have chosen the same name. */
function checkSource({ desired, permissions }: PlanInput, { stored }: Survey): readonly Diagnostic[] {
  const { source } = desired;
  const recorded = stored?.record.source;
  if (permissions.adopt || source === undefined || recorded === undefined || recorded === source) return [];
  return [finding("other-source", key("/stack"), { stack: desired.stack.stack, recorded, source })];
}

function checkEmpty({ desired: { stack }, permissions }: PlanInput, { stored, observed }: Survey) {
  const isThere = (entry: InventoryEntry) => observed.objects.has(keyOf(entry));
  const daemons = stored?.record.inventory.filter(entry => entry.kind === "Deployment" && isThere(entry)) ?? [];
  if (permissions.allowEmpty || stack.daemons.length > 0 || daemons.length === 0) return [];
  const count = stored?.record.inventory.length ?? 0;
  return [finding("empty-stack", key("/stack"), { stack: stack.stack, count })];
}

/** We made it, and the record that says so is gone. */
function checkUnrecorded({ desired: { stack }, permissions }: PlanInput, { stored, observed, isRecordHidden }: Survey) {
  if (permissions.adopt || stored !== undefined || isRecordHidden) return [];
  const made = [...observed.objects.values()].filter(
    live =>
      saysStack(live, stack.stack) &&
      live.metadata.deletionTimestamp === undefined &&
      live.metadata.managedFields?.some(({ manager, operation }) => manager === fieldManager && operation === "Apply"),
  );
  if (made.length === 0) return [];
  const objects = made.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  return [finding("record-missing", key("/stack"), { stack: stack.stack, objects })];
}

/** Whether the namespace has to be created first. Something that is there tells that it exists. */
export async function checkNamespace(
  { cluster, permissions, namespacePath }: PlanInput,
  { stored, observed }: Survey,
): Promise<{ readonly value: boolean; readonly diagnostics: readonly Diagnostic[] }> {
  if (stored !== undefined || observed.objects.size > 0 || (await hasNamespace(cluster))) {
    return { value: false, diagnostics: [] };
  }
  if (permissions.createNamespace) return { value: true, diagnostics: [] };
  return { value: true, diagnostics: [namespaceMissing({ namespace: cluster.namespace, namespacePath })] };
}

import { type Diagnostic, finding, isError, type Staged, value } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { revisionOf } from "../../state/index.ts";
import { type Change, createMask, type Desired, type Permissions } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { addressOf } from "./api/findings.ts";
import { isKind } from "./api/kinds.ts";
import { type Comparing, compareAll, settledAmong } from "./compare/compare.ts";
import type { Decision } from "./compare/decision.ts";
import { type DesiredObject, type DesiredObjects, desiredObjects } from "./compare/desired.ts";
import { sparedOf } from "./compare/dry-run-sample.ts";
import { checkNamespace, checkRecord } from "./probe/checks.ts";
import { leftBehindWarnings } from "./probe/left-behind.ts";
import { quotaWarnings } from "./probe/quota-warnings.ts";
import { checkReferences } from "./probe/references.ts";
import { applyRights, mayCreateNamespace } from "./probe/rights.ts";
import { checkServer, kindsOf, missingFor, type Survey, survey } from "./probe/survey.ts";
import { tagWarnings } from "./probe/tag-warnings.ts";
import { deletionsOf, isNeeded } from "./record/deletions.ts";
import { type Inventory, inventoryFrom, inventoryOf, saysStack } from "./record/ownership.ts";
import { type ChosenName, chooseSecretNames, secretNamesInUse } from "./record/secret-names.ts";
import type { Deletion, Work } from "./work.ts";

export interface PlanInput {
  readonly cluster: Cluster;
  readonly desired: Desired;
  readonly permissions: Permissions;
  /** Where the document says the namespace. */
  readonly namespacePath: string | undefined;
  /** Whether to look for what the cluster does not know and the user should. */
  readonly warns: boolean;
}

/** What is known before the objects are compared one by one. */
interface Surveyed {
  readonly found: Survey;
  readonly objects: readonly DesiredObject[];
  readonly names: ReadonlyMap<string, ChosenName>;
  /** Whether the namespace has to be created first. */
  readonly isMissing: boolean;
}

/** Everything that speaks against bringing a stack to the cluster, or what would be done. Changes nothing. */
export async function planStack(input: PlanInput): Promise<Staged<Work | undefined>> {
  const { cluster, desired, warns } = input;
  const { stack, secretValues } = desired;
  const rendered = desiredObjects(stack, { namespace: cluster.namespace, secretValues });
  const tooOld = await checkServer(cluster);
  if (tooOld.length > 0) return { value: undefined, diagnostics: tooOld };
  const found = await survey(cluster, stack.stack, kindsOf(rendered.objects));
  if (found.hidden.includes("Deployment")) {
    return { value: undefined, diagnostics: await missingFor(cluster, applyRights(found.kinds), rendered.objects) };
  }
  const observed = found.observed.objects;
  const [{ value, diagnostics }, repushed] = await Promise.all([
    planSurveyed(input, found, rendered),
    warns ? tagWarnings(cluster, { stack, observed }) : [],
  ]);
  return { value, diagnostics: [...diagnostics, ...repushed] };
}

async function planSurveyed(
  input: PlanInput,
  found: Survey,
  rendered: DesiredObjects,
): Promise<Staged<Work | undefined>> {
  const { cluster, desired } = input;
  const { stack, secretValues } = desired;
  const choosing = { record: found.stored?.record, observed: found.observed.objects, stack: stack.stack };
  const names = found.isRecordHidden
    ? secretNamesInUse(rendered.objects, choosing)
    : chooseSecretNames(rendered.objects, { ...choosing, effects: cluster.effects });
  const secretNames = new Map(Array.from(names, ([daemon, { name }]) => [daemon, name]));
  const { objects } = desiredObjects(stack, { namespace: cluster.namespace, secretValues, secretNames });
  const [missing, references] = await Promise.all([
    checkNamespace(input, found),
    checkReferences(cluster, stack, objects),
  ]);
  // In a namespace that is not there, and will not be, nothing else is.
  const inside = missing.diagnostics.some(isError) ? [] : references;
  const diagnostics = [...rendered.diagnostics, ...checkRecord(input, found), ...missing.diagnostics, ...inside];
  if (diagnostics.some(isError)) return { value: undefined, diagnostics };
  const decided = await decide(input, { found, objects, names, isMissing: missing.value });
  const all = [...diagnostics, ...decided.diagnostics];
  return { value: all.some(isError) ? undefined : decided.value, diagnostics: all };
}

async function decide(input: PlanInput, surveyed: Surveyed): Promise<Staged<Work>> {
  const { cluster, desired, permissions } = input;
  const { found, objects, names, isMissing } = surveyed;
  const comparing: Comparing = {
    cluster,
    stack: desired.stack,
    inventory: knownOf(found, desired.stack),
    observed: found.observed.objects,
    permissions,
    mask: createMask(desired.secretValues.values()),
    mayWrite: false,
  };
  const visible = objects.filter(({ object: { kind } }) => !(isKind(kind) && found.hidden.includes(kind)));
  const deletions = deletionsOf({ ...comparing, stack: desired.stack.stack, ...kept(input, surveyed) });
  const settled = settledAmong(visible, comparing);
  const unsettled = visible.filter(object => !settled.has(object.key));
  const isSettled = unsettled.length === 0 && deletions.length === 0 && found.hidden.length === 0;
  const obstacles = isSettled ? [] : await obstaclesTo(input, surveyed);
  const mayWrite = obstacles.length === 0 && !isMissing;
  const absent = unsettled.filter(object => !found.observed.objects.has(object.key));
  const spared = mayWrite ? await sparedOf(cluster, absent) : new Set<string>();
  const compared = await compareAll(visible, { ...comparing, mayWrite, spared }, settled);
  const decisions = compared.flatMap(({ decision }) => decision ?? []).map(decision => withReason(decision, names));
  const diagnostics = [...compared.flatMap(item => item.diagnostics), ...(await warnings(input, found, decisions))];
  return { value: workOf(input, surveyed, { decisions, deletions, obstacles }), diagnostics };
}

/** Where the record may not be read, what is there is taken at its word. */
const knownOf = ({ stored, isRecordHidden, observed }: Survey, { stack }: StackIr): Inventory =>
  isRecordHidden
    ? inventoryFrom([...observed.objects.values()].filter(live => saysStack(live, stack)))
    : inventoryOf(stored?.record);

/** The right to create a namespace is one in the whole cluster; what one may do in it is known once it is there. */
async function obstaclesTo(
  { cluster, namespacePath }: PlanInput,
  { found, objects, isMissing }: Surveyed,
): Promise<readonly Diagnostic[]> {
  if (!isMissing) return missingFor(cluster, applyRights(found.kinds), objects);
  if (await mayCreateNamespace(cluster)) return [];
  const at = namespacePath === undefined ? { argument: "--create-namespace" } : value(namespacePath);
  const asked = { user: undefined, verb: "create", resource: "namespaces", namespace: undefined };
  return [finding("forbidden", at, { server: addressOf(cluster.connection.server), ...asked })];
}

/** What is wanted. What only the last good revision needs stays until another one is good. */
function kept({ desired }: PlanInput, { objects }: Surveyed) {
  const daemons = new Set(desired.stack.daemons.map(({ id }) => id));
  return { keep: new Set(objects.map(({ key }) => key)), daemons };
}

/** A Secret is never changed: the new one tells which values differ from those of the one before. */
function withReason(decision: Decision, names: ReadonlyMap<string, ChosenName>): Decision {
  const { change } = decision;
  const keys = names.get(change.daemon ?? "")?.changed ?? [];
  if (keys.length === 0) return decision;
  if (change.reason.kind === "declared" && change.fields.length > 0 && change.fields.every(({ secret }) => secret))
    return { ...decision, change: { ...change, reason: { kind: "secret-changed", keys } } };
  if (change.object.kind !== "Secret" || change.action !== "create") return decision;
  const fields = keys.map(name => ({ field: `environment.${name}`, secret: true as const }));
  return { ...decision, change: { ...change, reason: { kind: "secret-changed", keys }, fields } };
}

/** What the cluster does not know and the user should: only when daemons are started or changed. */
async function warnings(
  { cluster, desired: { stack, source }, warns }: PlanInput,
  { stored }: Survey,
  decisions: readonly Decision[],
): Promise<readonly Diagnostic[]> {
  const starts = decisions.some(
    ({ change: { action, object } }) => object.kind === "Deployment" && action !== "unchanged",
  );
  if (!starts || !warns) return [];
  const isFirst = stored === undefined;
  const found = [quotaWarnings(cluster, stack), ...(isFirst ? [leftBehindWarnings(cluster, { stack, source })] : [])];
  return (await Promise.all(found)).flat();
}

interface Decided {
  readonly decisions: readonly Decision[];
  readonly deletions: readonly Deletion[];
  readonly obstacles: readonly Diagnostic[];
}

function workOf(input: PlanInput, { found, names, isMissing }: Surveyed, decided: Decided): Work {
  const { cluster, desired, permissions } = input;
  const { stack } = desired;
  const secrets = Object.fromEntries(Array.from(names, ([daemon, { name }]) => [daemon, name]));
  const record = found.stored?.record;
  const inventory = inventoryOf(record);
  const revision = revisionOf(record, { stack, secrets, appliedAt: cluster.effects.date().toISOString() });
  const written: readonly Change[] = [...decided.decisions, ...decided.deletions].map(({ change }) => change);
  const changes = isMissing ? [namespaceChange(input), ...written] : written;
  const isWritten = changes.every(change => change.action === "unchanged" || isNeeded(change, record?.good));
  return {
    ...decided,
    stack: stack.stack,
    platform: "kubernetes",
    namespace: cluster.namespace,
    place: addressOf(cluster.connection.server),
    ir: stack,
    changes,
    approximate: decided.obstacles.length > 0 || found.hidden.length > 0,
    desired,
    permissions,
    stored: found.stored,
    observed: new Set([...found.observed.objects.values()].map(({ metadata }) => metadata.uid)),
    date: found.observed.date,
    revision,
    isRecorded:
      isWritten &&
      decided.decisions.every(decision => isListed(decision, inventory)) &&
      (revision === record?.pending || revision === record?.good) &&
      (desired.source ?? record?.source) === record?.source,
    createNamespace: isMissing,
  };
}

/** Whether the record knows the object as it is, and as it was sent: after a run that was cut short it does not. */
function isListed({ desired, live }: Decision, inventory: Inventory): boolean {
  const entry = inventory.get(desired.key);
  return entry?.uid === live?.metadata.uid && entry?.digest === desired.digest;
}

/** A namespace is nothing of the stack: it is not recorded, and not deleted. */
const namespaceChange = ({ cluster, namespacePath = "/stack" }: PlanInput): Change => ({
  action: "create",
  object: { apiVersion: "v1", kind: "Namespace", name: cluster.namespace },
  path: namespacePath,
  reason: { kind: "not-there" },
  fields: [],
});

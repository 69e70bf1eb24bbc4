import { type Diagnostic, isError, type Staged } from "../../diagnostics/index.ts";
import type { Change, Desired, Permissions } from "../index.ts";
import { checkNamespace, checkRecord } from "./checks.ts";
import type { Cluster } from "./cluster.ts";
import { type Comparing, compare, type Decision, settled } from "./compare.ts";
import { deletionsOf } from "./deletions.ts";
import { type DesiredObject, desiredObjects } from "./desired.ts";
import { isKind } from "./kinds.ts";
import { leftBehindWarnings } from "./left-behind.ts";
import { inventoryOf } from "./ownership.ts";
import { quotaWarnings } from "./quota-warnings.ts";
import { checkReferences } from "./references.ts";
import { revisionOf } from "./revision.ts";
import { type ChosenName, chooseSecretNames } from "./secret-names.ts";
import { checkServer, kindsOf, missingFor, type Survey, survey } from "./survey.ts";
import type { Deletion, Work } from "./work.ts";

export interface PlanInput {
  readonly cluster: Cluster;
  readonly desired: Desired;
  readonly permissions: Permissions;
  /** Where the document says the namespace. */
  readonly namespacePath: string | undefined;
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
  const { cluster, desired } = input;
  const { namespace } = cluster;
  const { stack, secretValues } = desired;
  const rendered = desiredObjects(stack, { namespace, secretValues });
  const tooOld = await checkServer(cluster);
  if (tooOld.length > 0) return { value: undefined, diagnostics: tooOld };
  const found = await survey(cluster, stack.stack, kindsOf(rendered.objects));
  if (found.hidden.includes("Deployment")) {
    return { value: undefined, diagnostics: await missingFor(cluster, found.kinds, rendered.objects) };
  }
  const names = chooseSecretNames(rendered.objects, {
    record: found.stored?.record,
    observed: found.observed.objects,
    stack: stack.stack,
    effects: cluster.effects,
  });
  const secretNames = new Map(Array.from(names, ([daemon, { name }]) => [daemon, name]));
  const { objects } = desiredObjects(stack, { namespace, secretValues, secretNames });
  const [missing, references] = await Promise.all([
    checkNamespace(input, found),
    checkReferences(cluster, stack, objects),
  ]);
  const diagnostics = [...rendered.diagnostics, ...checkRecord(input, found), ...missing.diagnostics, ...references];
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
    inventory: inventoryOf(found.stored?.record),
    observed: found.observed.objects,
    permissions,
    mayWrite: false,
  };
  const visible = objects.filter(({ object: { kind } }) => !(isKind(kind) && found.hidden.includes(kind)));
  const known = visible.map(object => settled(object, comparing));
  const deletions = deletionsOf({ ...comparing, stack: desired.stack.stack, ...kept(input, surveyed) });
  const isSettled =
    known.every(decision => decision !== undefined) && deletions.length === 0 && found.hidden.length === 0;
  const obstacles = isSettled || isMissing ? [] : await missingFor(cluster, found.kinds, objects);
  const mayWrite = obstacles.length === 0 && !isMissing;
  const compared = await Promise.all(
    visible.map(async (object, index) => {
      const decision = known[index];
      return decision === undefined ? compare(object, { ...comparing, mayWrite }) : { decision, diagnostics: [] };
    }),
  );
  const decisions = compared.flatMap(({ decision }) => decision ?? []).map(decision => withReason(decision, names));
  const diagnostics = [...compared.flatMap(item => item.diagnostics), ...(await warnings(input, found, decisions))];
  return { value: workOf(input, surveyed, { decisions, deletions, obstacles }), diagnostics };
}

/** What must not be deleted: what is wanted, and what the last good revision would need to come back. */
function kept({ desired }: PlanInput, { objects }: Surveyed) {
  const daemons = new Set(desired.stack.daemons.map(({ id }) => id));
  return { keep: new Set(objects.map(({ key }) => key)), daemons };
}

/** A Secret is never changed: the new one tells which values differ from those of the one before. */
function withReason(decision: Decision, names: ReadonlyMap<string, ChosenName>): Decision {
  const { change } = decision;
  const keys = names.get(change.daemon ?? "")?.changed ?? [];
  if (change.object.kind !== "Secret" || change.action !== "create" || keys.length === 0) return decision;
  const fields = keys.map(name => ({ field: `environment.${name}`, secret: true as const }));
  return { ...decision, change: { ...change, reason: { kind: "secret-changed", keys }, fields } };
}

/** What the cluster does not know and the user should: only when daemons are started or changed. */
async function warnings(
  { cluster, desired: { stack, source } }: PlanInput,
  { stored }: Survey,
  decisions: readonly Decision[],
): Promise<readonly Diagnostic[]> {
  const starts = decisions.some(
    ({ change: { action, object } }) => object.kind === "Deployment" && action !== "unchanged",
  );
  if (!starts) return [];
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
  const revision = revisionOf(record, { stack, secrets, appliedAt: cluster.effects.date().toISOString() });
  const changes: readonly Change[] = [...decided.decisions, ...decided.deletions].map(({ change }) => change);
  const isWritten = changes.every(({ action }) => action === "unchanged");
  return {
    ...decided,
    stack: stack.stack,
    platform: "kubernetes",
    namespace: cluster.namespace,
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
      (revision === record?.pending || revision === record?.good) &&
      (desired.source ?? record?.source) === record?.source,
    createNamespace: isMissing,
  };
}

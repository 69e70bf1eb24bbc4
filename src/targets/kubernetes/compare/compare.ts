import { type Diagnostic, finding, key } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import type { Action, Permissions, Reason } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import { isStatus, unlessForbidden } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import { type Inventory, isOurs, ownerOf, saysStack } from "../record/ownership.ts";
import { conflictFindings, isFieldConflict } from "./conflicts.ts";
import { type Decision, decisionOf, fieldsOf, whyUpdated } from "./decision.ts";
import type { DesiredObject } from "./desired.ts";
import { approximateChanges, coversDesired, diffObjects } from "./diff.ts";
import { leavingFields } from "./managed-fields.ts";
import { immutableField, isGrantRefusal, isRefusal, refusalFinding } from "./refusals.ts";

export interface Comparing {
  readonly cluster: Cluster;
  readonly stack: StackIr;
  readonly inventory: Inventory;
  readonly observed: ReadonlyMap<string, LiveObject>;
  readonly permissions: Permissions;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
  /** Whether the server may be asked by dry-run. */
  readonly mayWrite: boolean;
  /** Keys of objects that are not there, and that need not be tried, because others of their form are. */
  readonly spared?: ReadonlySet<string>;
}

export interface Compared {
  readonly decision?: Decision;
  readonly diagnostics: readonly Diagnostic[];
}

/** The objects of which the list alone tells that nothing is to be done, by key. */
export const settledAmong = (objects: readonly DesiredObject[], comparing: Comparing): ReadonlyMap<string, Decision> =>
  new Map(
    objects.flatMap(desired => {
      const live = comparing.observed.get(desired.key);
      if (live === undefined || !isSettled(desired, live, comparing)) return [];
      return [[desired.key, decisionOf("unchanged", { kind: "same" }, { desired, live, fields: [], force: false })]];
    }),
  );

/** Decides what to do with each object: by what was listed where that is enough, else by what the server says. */
export const compareAll = (
  objects: readonly DesiredObject[],
  comparing: Comparing,
  settled = settledAmong(objects, comparing),
): Promise<readonly Compared[]> =>
  Promise.all(
    objects.map(async object => {
      const decision = settled.get(object.key);
      return decision === undefined ? compare(object, comparing) : { decision, diagnostics: [] };
    }),
  );

async function compare(desired: DesiredObject, comparing: Comparing): Promise<Compared> {
  const { cluster, stack, inventory, observed, permissions, mayWrite } = comparing;
  const listed = observed.get(desired.key);
  if (listed === undefined && comparing.spared?.has(desired.key))
    return decide(desired, undefined, comparing, "create");
  const { kind, metadata } = desired.object;
  // A binding to a Role that is not there yet can only be looked for: the server would refuse it.
  const isOrdered = kind === "RoleBinding" && !observed.has(`Role/${metadata.name}`);
  // What may not be looked at is taken not to be there: that it may not is an obstacle of its own.
  const live =
    listed ??
    (mayWrite && !isOrdered ? undefined : await unlessForbidden(cluster.get({ kind, name: metadata.name }), undefined));
  // What is going has to be gone before its place is taken: changing it would change nothing.
  if (live?.metadata.deletionTimestamp !== undefined && saysStack(live, stack.stack))
    return decide(desired, live, comparing, "replace", { kind: "being-deleted" });
  if (live !== undefined && !isOurs(live, stack.stack, inventory) && !permissions.adopt)
    return notOurs(desired, live, stack);
  if (!mayWrite || isOrdered) return approximately(desired, live, comparing);
  return byServer(desired, live, comparing);
}

/** Sent like this before, and still there like this. */
const isSettled = (desired: DesiredObject, live: LiveObject, { stack, inventory }: Comparing): boolean =>
  isOurs(live, stack.stack, inventory) &&
  live.metadata.deletionTimestamp === undefined &&
  inventory.get(desired.key)?.digest === desired.digest &&
  coversDesired(desired.object, live);

async function byServer(desired: DesiredObject, live: LiveObject | undefined, comparing: Comparing): Promise<Compared> {
  const { cluster, stack, inventory, permissions } = comparing;
  const isAdopted = live !== undefined && !isOurs(live, stack.stack, inventory);
  const force = permissions.forceConflicts || isAdopted;
  try {
    const { object, created } = await cluster.apply(desired.object, { dryRun: true, force });
    if (created) return decide(desired, undefined, comparing, "create");
    if (live === undefined) return foreign(desired, comparing);
    // A controller wrote in between: only what was there when the server answered tells what the apply would change.
    const isStale = live.metadata.resourceVersion !== object.metadata.resourceVersion;
    const now = isStale ? await cluster.get({ kind: live.kind, name: live.metadata.name }) : live;
    return changed(desired, { live: now ?? live, after: object, force }, comparing);
  } catch (cause) {
    return refused(cause, { desired, live }, comparing);
  }
}

/** Something has the name and not our label. */
async function foreign(desired: DesiredObject, comparing: Comparing): Promise<Compared> {
  const { kind, metadata } = desired.object;
  const live = await comparing.cluster.get({ kind, name: metadata.name });
  if (live === undefined) return byServer(desired, undefined, comparing);
  return comparing.permissions.adopt ? byServer(desired, live, comparing) : notOurs(desired, live, comparing.stack);
}

async function refused(
  cause: unknown,
  { desired, live }: { readonly desired: DesiredObject; readonly live: LiveObject | undefined },
  comparing: Comparing,
): Promise<Compared> {
  if (!isStatus(cause, 400, 403, 404, 409, 413, 422)) throw cause;
  const field = immutableField(cause);
  if (live === undefined && (isFieldConflict(cause) || field !== undefined)) return foreign(desired, comparing);
  if (live !== undefined && field !== undefined) {
    return decide(desired, live, comparing, "replace", { kind: "cannot-change", field });
  }
  if (live !== undefined && isFieldConflict(cause)) {
    const { stack, mask } = comparing;
    const diagnostics = conflictFindings(cause, { desired, live, stack, mask });
    // What was written under our own name, by whatever tool, is ours.
    const forced = { ...comparing, permissions: { ...comparing.permissions, forceConflicts: true } };
    return diagnostics.length === 0 ? byServer(desired, live, forced) : { diagnostics };
  }
  if (isGrantRefusal(cause) || isRefusal(cause)) return { diagnostics: [refusalFinding(cause, desired)] };
  throw cause;
}

interface ServerAnswer {
  readonly live: LiveObject;
  readonly after: LiveObject;
  readonly force: boolean;
}

function changed(desired: DesiredObject, { live, after, force }: ServerAnswer, comparing: Comparing): Compared {
  const { stack, inventory } = comparing;
  const order = misordered(desired, after);
  const isAdopted = !isOurs(live, stack.stack, inventory);
  const leaving = isAdopted ? leavingFields(live, desired.object) : [];
  const fields = fieldsOf([...diffObjects(live, after), ...order, ...leaving], desired, stack);
  if (order.length > 0) {
    const reason = { kind: "cannot-change", field: "environment" } as const;
    return { decision: decisionOf("replace", reason, { desired, live, fields, force }), diagnostics: [] };
  }
  if (isAdopted) {
    const reason = { kind: "not-ours", owner: ownerOf(live, stack.stack) } as const;
    return { decision: decisionOf("adopt", reason, { desired, live, fields, force }), diagnostics: [] };
  }
  if (fields.length === 0) return decide(desired, live, comparing, "unchanged");
  return {
    decision: decisionOf("update", whyUpdated(desired, live, inventory), { desired, live, fields, force }),
    diagnostics: [],
  };
}

/** A merge may put a variable behind those that take it in, and they would not be resolved. */
const misordered = ({ object }: DesiredObject, after: LiveObject): ReturnType<typeof diffObjects> =>
  object.kind === "Deployment" ? approximateChanges(object, after).filter(({ path }) => path.at(-1) === "env") : [];

/** For those who may only read, and for what the server cannot judge yet. */
function approximately(desired: DesiredObject, live: LiveObject | undefined, comparing: Comparing): Compared {
  if (live === undefined) return decide(desired, undefined, comparing, "create");
  const fields = fieldsOf(approximateChanges(desired.object, live), desired, comparing.stack);
  const after = { desired, live, fields, force: comparing.permissions.forceConflicts };
  if (!isOurs(live, comparing.stack.stack, comparing.inventory)) {
    const owner = ownerOf(live, comparing.stack.stack);
    return { decision: decisionOf("adopt", { kind: "not-ours", owner }, { ...after, force: true }), diagnostics: [] };
  }
  if (fields.length === 0) return decide(desired, live, comparing, "unchanged");
  return { decision: decisionOf("update", whyUpdated(desired, live, comparing.inventory), after), diagnostics: [] };
}

function decide(
  desired: DesiredObject,
  live: LiveObject | undefined,
  { permissions }: Comparing,
  action: Action,
  reason: Reason = action === "create" ? { kind: "not-there" } : { kind: "same" },
): Compared {
  return {
    decision: decisionOf(action, reason, { desired, live, fields: [], force: permissions.forceConflicts }),
    diagnostics: [],
  };
}

function notOurs(desired: DesiredObject, live: LiveObject, { stack }: StackIr): Compared {
  const args = { kind: live.kind, name: live.metadata.name, owner: ownerOf(live, stack) };
  return { diagnostics: [finding("object-not-ours", key(desired.path), args)] };
}

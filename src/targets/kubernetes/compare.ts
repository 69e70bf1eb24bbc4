import { type Diagnostic, finding, key } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import type { Action, Change, FieldChange, Permissions, Reason } from "../index.ts";
import { type ApiError, isStatus } from "./api-error.ts";
import { type Cluster, fieldManager } from "./cluster.ts";
import { conflictFindings, isFieldConflict } from "./conflicts.ts";
import type { DesiredObject } from "./desired.ts";
import { approximateChanges, coversDesired, diffObjects } from "./diff.ts";
import { describeFields } from "./fields.ts";
import type { LiveObject } from "./live-object.ts";
import { type Inventory, isOurs, ownerOf } from "./ownership.ts";
import { isGrantRefusal, isRefusal, refusalFinding } from "./refusals.ts";

/** What will be done with one object that the document wants. */
export interface Decision {
  readonly change: Change;
  readonly desired: DesiredObject;
  readonly live: LiveObject | undefined;
  /** Whether fields of others are taken over. */
  readonly force: boolean;
}

export interface Comparing {
  readonly cluster: Cluster;
  readonly stack: StackIr;
  readonly inventory: Inventory;
  readonly observed: ReadonlyMap<string, LiveObject>;
  readonly permissions: Permissions;
  /** Whether the server may be asked by dry-run. */
  readonly mayWrite: boolean;
}

export interface Compared {
  readonly decision?: Decision;
  readonly diagnostics: readonly Diagnostic[];
}

/** What was listed tells that nothing is to be done; undefined where the server has to be asked. */
export function settled(desired: DesiredObject, comparing: Comparing): Decision | undefined {
  const live = comparing.observed.get(desired.key);
  if (live === undefined || !isSettled(desired, live, comparing)) return undefined;
  return decision("unchanged", { kind: "same" }, { desired, live, fields: [], force: false });
}

/** Decides what to do with one object by what the server would do with it. */
export async function compare(desired: DesiredObject, comparing: Comparing): Promise<Compared> {
  const { cluster, stack, inventory, observed, permissions, mayWrite } = comparing;
  const listed = observed.get(desired.key);
  const { kind, metadata } = desired.object;
  // A binding to a Role that is not there yet can only be looked for: the server would refuse it.
  const isOrdered = kind === "RoleBinding" && !observed.has(`Role/${metadata.name}`);
  const live = listed ?? (mayWrite && !isOrdered ? undefined : await cluster.get({ kind, name: metadata.name }));
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
  if (live === undefined && isFieldConflict(cause)) return foreign(desired, comparing);
  if (live !== undefined && isImmutable(cause)) {
    const field = cause.causes[0]?.field ?? "";
    return decide(desired, live, comparing, "replace", { kind: "cannot-change", field });
  }
  if (live !== undefined && isFieldConflict(cause)) {
    return { diagnostics: conflictFindings(cause, { desired, live, stack: comparing.stack }) };
  }
  if (isGrantRefusal(cause) || isRefusal(cause)) return { diagnostics: [refusalFinding(cause, desired)] };
  throw cause;
}

const isImmutable = ({ status, causes, message }: ApiError): boolean =>
  status === 422 &&
  [message, ...causes.map(found => found.message ?? "")].some(text => /immutable|cannot change roleRef/.test(text));

interface ServerAnswer {
  readonly live: LiveObject;
  readonly after: LiveObject;
  readonly force: boolean;
}

function changed(desired: DesiredObject, { live, after, force }: ServerAnswer, comparing: Comparing): Compared {
  const { stack, inventory } = comparing;
  const fields = fieldsOf(diffObjects(live, after), desired, stack);
  if (!isOurs(live, stack.stack, inventory)) {
    return {
      decision: decision(
        "adopt",
        { kind: "not-ours", owner: ownerOf(live, stack.stack) },
        { desired, live, fields, force },
      ),
      diagnostics: [],
    };
  }
  if (fields.length === 0) return decide(desired, live, comparing, "unchanged");
  return {
    decision: decision("update", whyUpdated(desired, live, inventory), { desired, live, fields, force }),
    diagnostics: [],
  };
}

/** The same as was sent last, and yet different there: then somebody else changed it. */
function whyUpdated({ key: objectKey, digest }: DesiredObject, live: LiveObject, inventory: Inventory): Reason {
  const entry = inventory.get(objectKey);
  if (entry !== undefined && entry.uid === undefined) return { kind: "interrupted" };
  if (entry?.digest !== digest) return { kind: "declared" };
  const managers = (live.metadata.managedFields ?? []).filter(
    ({ manager, subresource }) =>
      manager !== fieldManager && manager !== "kube-controller-manager" && subresource === undefined,
  );
  return { kind: "drifted", managers: [...new Set(managers.map(({ manager = "unknown" }) => manager))] };
}

/** For those who may only read, and for what the server cannot judge yet. */
function approximately(desired: DesiredObject, live: LiveObject | undefined, comparing: Comparing): Compared {
  if (live === undefined) return decide(desired, undefined, comparing, "create");
  const fields = fieldsOf(approximateChanges(desired.object, live), desired, comparing.stack);
  const after = { desired, live, fields, force: comparing.permissions.forceConflicts };
  if (!isOurs(live, comparing.stack.stack, comparing.inventory)) {
    const owner = ownerOf(live, comparing.stack.stack);
    return { decision: decision("adopt", { kind: "not-ours", owner }, { ...after, force: true }), diagnostics: [] };
  }
  if (fields.length === 0) return decide(desired, live, comparing, "unchanged");
  return { decision: decision("update", whyUpdated(desired, live, comparing.inventory), after), diagnostics: [] };
}

const fieldsOf = (
  raw: ReturnType<typeof diffObjects>,
  desired: DesiredObject,
  stack: StackIr,
): readonly FieldChange[] => {
  const daemon = stack.daemons.find(({ id }) => id === desired.daemon);
  const object = { kind: desired.object.kind, name: desired.object.metadata.name };
  return describeFields(raw, { object, stack, ...(daemon === undefined ? {} : { daemon }) });
};

function decide(
  desired: DesiredObject,
  live: LiveObject | undefined,
  { permissions }: Comparing,
  action: Action,
  reason: Reason = action === "create" ? { kind: "not-there" } : { kind: "same" },
): Compared {
  return {
    decision: decision(action, reason, { desired, live, fields: [], force: permissions.forceConflicts }),
    diagnostics: [],
  };
}

function decision(
  action: Action,
  reason: Reason,
  { desired, live, fields, force }: Omit<Decision, "change"> & { readonly fields: readonly FieldChange[] },
): Decision {
  const { apiVersion, kind, metadata } = desired.object;
  const change: Change = {
    action,
    object: { apiVersion, kind, name: metadata.name },
    path: desired.path,
    ...(desired.daemon === undefined ? {} : { daemon: desired.daemon }),
    reason,
    fields,
  };
  return { change, desired, live, force };
}

function notOurs(desired: DesiredObject, live: LiveObject, { stack }: StackIr): Compared {
  const args = { kind: live.kind, name: live.metadata.name, owner: ownerOf(live, stack) };
  return { diagnostics: [finding("object-not-ours", key(desired.path), args)] };
}

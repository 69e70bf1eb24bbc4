import { type Diagnostic, DiagnosticError, finding } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import type { InventoryEntry, StackState } from "../../state/index.ts";
import { type ApplyOptions, maskFinding, type Outcome } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { isStatus } from "./api/error.ts";
import { keyOf } from "./api/kinds.ts";
import { acquireLock, type Lock } from "./lock/lock.ts";
import { isNeeded } from "./record/deletions.ts";
import { intentsOf, recordOf, stateOf, writtenEntries } from "./record/record-of.ts";
import { deleteRecord, type StoredRecord, writeRecord } from "./record/record-store.ts";
import { removeObjects } from "./remove.ts";
import { rollBack } from "./rollback.ts";
import { type ApplyContext, generationsOf, type Run } from "./run.ts";
import { type Settled, settle } from "./settle.ts";
import { stillHolds } from "./verify.ts";
import type { Work } from "./work.ts";
import { writeObjects } from "./write.ts";

/** Carries out a plan: lock, intents, objects, wait, record. An unchanged stack is not written to at all. */
export async function applyWork(work: Work, context: ApplyContext): Promise<Outcome> {
  const { cluster, options } = context;
  if (isDone(work, options)) return unchanged(work, context);
  if (work.obstacles.length > 0) throw new DiagnosticError(work.obstacles);
  if (work.createNamespace) await createNamespace(cluster);
  const lock = await acquireLock(cluster, {
    stack: work.stack,
    holder: context.holder,
    lockTimeout: context.lockTimeout,
  });
  try {
    const locked = { ...context, cluster: cluster.until(lock.signal, () => lock.check()) };
    const holds = !work.createNamespace && (await stillHolds(locked.cluster, work));
    const now = holds ? work : await madeAgain(work, context);
    // Whoever held the lock before may have done the same.
    return await (isDone(now, options) ? unchanged(now, locked) : carryOut(now, lock, locked));
  } finally {
    await lock.release();
  }
}

/** What moved since the plan was made may be more than was agreed to. */
async function madeAgain({ changes, createNamespace }: Work, { again, options }: ApplyContext): Promise<Work> {
  const work = await again();
  // The namespace was agreed to, and is there by now.
  const agreed = createNamespace ? changes.filter(({ object: { kind } }) => kind === "Namespace") : [];
  const found = (await options.confirm?.({ ...work, changes: [...agreed, ...work.changes] })) ?? [];
  if (found.length > 0) throw new DiagnosticError(found);
  return work;
}

/** Everything is as it should be, and nobody waits for a revision of which it is not known yet whether it works. */
const isDone = ({ isRecorded, stored }: Work, { wait }: ApplyOptions): boolean =>
  isRecorded && !(wait && stored?.record.pending !== undefined);

/** Nothing is written; what is not ready may still be told. */
async function unchanged({ ir }: Work, { cluster, options: { wait }, mask }: ApplyContext): Promise<Outcome> {
  const { isReady, state, diagnostics } = await settle(cluster, { stack: ir, since: 0, wait, mask });
  return { result: isReady || !wait ? "unchanged" : "failed", state, diagnostics };
}

async function createNamespace(cluster: Cluster): Promise<void> {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: cluster.namespace } };
  try {
    await cluster.call({ method: "POST", path: "/api/v1/namespaces", body });
    const object = { apiVersion: "v1", kind: "Namespace", name: cluster.namespace };
    cluster.onProgress({ kind: "written", action: "create", object });
  } catch (cause) {
    if (!isStatus(cause, 409)) throw cause;
  }
}

async function carryOut(work: Work, lock: Lock, context: ApplyContext): Promise<Outcome> {
  const { cluster, options, mask } = context;
  if (work.desired === undefined) return takeDown(work, lock, context);
  const isFirst = work.stored?.record.good === undefined;
  const underWay = stateOf(work.ir, () => ({ status: isFirst ? "provisioning" : "updating", running: false }));
  lock.check();
  const intents = await writeRecord(cluster, intentsOf(work, underWay), work.stored);
  const run: Run = { work, lock, context, stored: intents };
  try {
    const written = await writeObjects(cluster, lock, work.decisions);
    lock.check();
    const stored = await writeRecord(cluster, { ...intents.record, inventory: inventoryAfter(run, written) }, intents);
    const generations = generationsOf(written);
    const settled = await settle(cluster, { stack: work.ir, since: work.date, wait: options.wait, mask, generations });
    const next = { ...run, stored };
    return settled.isReady || !options.wait ? await finish(next, settled) : await fail(next, settled);
  } catch (cause) {
    // What the cluster refuses ends in a rollback; a lost lock or an interrupt may write nothing more.
    if (!(cause instanceof DiagnosticError) || cluster.signal.aborted || isMoved(cause)) throw cause;
    const diagnostics = cause.diagnostics.map(found => maskFinding(found, mask));
    const { state } = await settle(cluster, { stack: work.ir, since: work.date, wait: false, mask });
    return fail(run, { isReady: false, state: failedState(work.ir, state, diagnostics), diagnostics });
  }
}

/** Another wrote the record: it is not ours to go on. */
const isMoved = ({ diagnostics }: DiagnosticError): boolean => diagnostics.some(({ name }) => name === "record-moved");

function inventoryAfter(
  { work, stored }: Run,
  written: Parameters<typeof writtenEntries>[1],
): readonly InventoryEntry[] {
  const entries = writtenEntries(work.decisions, written);
  const known = new Set(entries.map(keyOf));
  return [...entries, ...stored.record.inventory.filter(entry => !known.has(keyOf(entry)))];
}

/** Every daemon runs, or nobody waits for it: the record says what is, and then what is no longer wanted goes. */
async function finish({ work, lock, context, stored }: Run, settled: Settled): Promise<Outcome> {
  const { cluster, options } = context;
  const { wait } = options;
  const { inventory } = stored.record;
  const record = recordOf(work, { state: settled.state, inventory, ...revisions(work, stored, wait) });
  lock.check();
  // First of all: whatever happens from here on, the revision that is recorded as good has its Secrets.
  const promoted = await writeRecord(cluster, record, stored);
  const deletions = work.deletions.filter(({ change }) => !isNeeded(change, record.good));
  const stuck = await removeObjects(cluster, lock, { stack: work.stack, deletions, wait });
  if (stuck.length > 0) return { result: "failed", state: settled.state, diagnostics: stuck };
  if (wait && deletions.length > 0) await forget(deletions, { lock, context, stored: promoted });
  return { result: wait ? "ready" : "applied", state: settled.state, diagnostics: settled.diagnostics };
}

/** What is gone is ours no longer. */
async function forget(deletions: Work["deletions"], { lock, context, stored }: Omit<Run, "work">): Promise<void> {
  const gone = new Set(deletions.map(({ change: { object } }) => keyOf(object)));
  const inventory = stored.record.inventory.filter(entry => !gone.has(keyOf(entry)));
  lock.check();
  await writeRecord(context.cluster, { ...stored.record, inventory }, stored);
}

/** A revision is good once it was seen to run. */
function revisions({ revision }: Work, { record: { good } }: StoredRecord, wait: boolean) {
  if (wait) return revision === undefined ? {} : { good: revision };
  const isGood = revision === undefined || revision.number === good?.number;
  return { ...(good === undefined ? {} : { good }), ...(isGood ? {} : { pending: revision }) };
}

/** A daemon does not run, or the cluster refused something: back to what worked, where there is something to go back to. */
async function fail(run: Run, failed: Settled): Promise<Outcome> {
  const { work, lock, context, stored } = run;
  const settled = { ...failed, diagnostics: await untold(context, failed.diagnostics) };
  const { good } = stored.record;
  const isOther = good !== undefined && good.number !== work.revision?.number;
  if (context.options.rollback && isOther) return rollBack(run, settled);
  lock.check();
  await writeRecord(context.cluster, { ...stored.record, state: settled.state }, stored);
  const alone =
    context.options.rollback && good === undefined
      ? [finding("no-earlier-revision", { argument: "" }, { stack: work.stack })]
      : [];
  return { result: "failed", state: settled.state, diagnostics: [...settled.diagnostics, ...alone] };
}

/** What remains to be told at the end: all of it, unless somebody hears it at once. */
async function untold({ options }: ApplyContext, diagnostics: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
  await options.report?.(diagnostics);
  return options.report === undefined ? diagnostics : [];
}

/** What could not be written may still run as it did before. */
const failedState = (stack: StackIr, observed: StackState, [first]: readonly Diagnostic[]): StackState =>
  stateOf(stack, daemon => {
    const running = observed.resources[daemon]?.outputs?.running === true;
    const error = first && { code: first.code, message: first.message };
    return { status: "update-failed", running, ...(error ? { error } : {}) };
  });

/** The plan to nothing: daemons, what they used, and at last the record. */
async function takeDown(work: Work, lock: Lock, { cluster, options }: ApplyContext): Promise<Outcome> {
  const { stack, deletions, stored } = work;
  const state = (status: "deleting" | "deleted" | "delete-failed") =>
    stateOf(work.ir, () => ({ status, running: false }));
  const stuck = await removeObjects(cluster, lock, { stack, deletions, wait: options.wait });
  if (stuck.length > 0) return { result: "failed", state: state("delete-failed"), diagnostics: stuck };
  lock.check();
  if (stored !== undefined) await deleteRecord(cluster, stored);
  return { result: "deleted", state: state("deleted"), diagnostics: [] };
}

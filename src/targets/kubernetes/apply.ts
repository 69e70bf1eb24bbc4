import { type Diagnostic, DiagnosticError, finding } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import type { InventoryEntry, StackState } from "../../state/index.ts";
import type { ApplyOptions, Outcome } from "../index.ts";
import { isStatus } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { keyOf } from "./kinds.ts";
import { acquireLock, type Lock } from "./lock.ts";
import { intentsOf, recordOf, stateOf, writtenEntries } from "./record-of.ts";
import { deleteRecord, type StoredRecord, writeRecord } from "./record-store.ts";
import { removeObjects } from "./remove.ts";
import { rollBack } from "./rollback.ts";
import { type Settled, settle } from "./settle.ts";
import { stillHolds } from "./verify.ts";
import type { Work } from "./work.ts";
import { writeObjects } from "./write.ts";

export interface ApplyContext {
  readonly cluster: Cluster;
  readonly holder: string;
  readonly lockTimeout: number;
  readonly options: ApplyOptions;
  /** Makes the plan again, from what is there now; throws where something speaks against it. */
  readonly again: () => Promise<Work>;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** Carries out a plan: lock, intents, objects, wait, record. An unchanged stack is not written to at all. */
export async function applyWork(work: Work, context: ApplyContext): Promise<Outcome> {
  const { cluster, options } = context;
  if (isDone(work, options)) {
    const now = await settle(cluster, { stack: work.ir, since: 0, wait: options.wait, mask: context.mask });
    return unchanged(now, options);
  }
  if (work.obstacles.length > 0) throw new DiagnosticError(work.obstacles);
  if (work.createNamespace) await createNamespace(cluster);
  const lock = await acquireLock(cluster, {
    stack: work.stack,
    holder: context.holder,
    lockTimeout: context.lockTimeout,
  });
  try {
    const locked = { ...context, cluster: cluster.until(lock.signal) };
    const holds = !work.createNamespace && (await stillHolds(locked.cluster, work));
    return await carryOut(holds ? work : await context.again(), lock, locked);
  } finally {
    await lock.release();
  }
}

/** Everything is as it should be, and nobody waits for a revision of which it is not known yet whether it works. */
const isDone = ({ isRecorded, stored }: Work, { wait }: ApplyOptions): boolean =>
  isRecorded && !(wait && stored?.record.pending !== undefined);

/** Nothing was written; what was not ready before may still be told. */
const unchanged = ({ isReady, state, diagnostics }: Settled, { wait }: ApplyOptions): Outcome => ({
  result: isReady || !wait ? "unchanged" : "failed",
  state,
  diagnostics,
});

async function createNamespace(cluster: Cluster): Promise<void> {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: cluster.namespace } };
  try {
    await cluster.call({ method: "POST", path: "/api/v1/namespaces", body });
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
    const settled = await settle(cluster, { stack: work.ir, since: work.date, wait: options.wait, mask });
    const next = { ...run, stored };
    return settled.isReady || !options.wait ? await finish(next, settled) : await fail(next, settled);
  } catch (cause) {
    // What the cluster refuses ends in a rollback; a lost lock or an interrupt may write nothing more.
    if (!(cause instanceof DiagnosticError) || cluster.signal.aborted || isMoved(cause)) throw cause;
    return fail(run, {
      isReady: false,
      state: failedState(work.ir, cause.diagnostics),
      diagnostics: cause.diagnostics,
    });
  }
}

/** A plan under way: what it is, what holds the others off, and what the record says by now. */
export interface Run {
  readonly work: Work;
  readonly lock: Lock;
  readonly context: ApplyContext;
  readonly stored: StoredRecord;
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

/** Every daemon runs, or nobody waits for it: what is no longer wanted goes, and the record says what is. */
async function finish({ work, lock, context, stored }: Run, settled: Settled): Promise<Outcome> {
  const { cluster, options } = context;
  const { wait } = options;
  // Until the new revision is known to work, the old one may need its Secrets.
  const deletions = wait ? work.deletions : work.deletions.filter(({ change }) => change.reason.kind !== "superseded");
  const stuck = await removeObjects(cluster, lock, { stack: work.stack, deletions, wait });
  const gone = new Set(stuck.length > 0 ? [] : deletions.map(({ change: { object } }) => keyOf(object)));
  const inventory = stored.record.inventory.filter(entry => !gone.has(keyOf(entry)));
  lock.check();
  await writeRecord(
    cluster,
    recordOf(work, { state: settled.state, inventory, ...revisions(work, stored, wait) }),
    stored,
  );
  if (stuck.length > 0) return { result: "failed", state: settled.state, diagnostics: stuck };
  return { result: wait ? "ready" : "applied", state: settled.state, diagnostics: settled.diagnostics };
}

/** A revision is good once it was seen to run. */
function revisions({ revision }: Work, { record: { good } }: StoredRecord, wait: boolean) {
  if (wait) return revision === undefined ? {} : { good: revision };
  const isGood = revision === undefined || revision.number === good?.number;
  return { ...(good === undefined ? {} : { good }), ...(isGood ? {} : { pending: revision }) };
}

/** A daemon does not run, or the cluster refused something: back to what worked, where there is something to go back to. */
async function fail(run: Run, settled: Settled): Promise<Outcome> {
  const { work, lock, context, stored } = run;
  const { good } = stored.record;
  const isOther = good !== undefined && good.number !== work.revision?.number;
  if (context.options.rollback && isOther) return rollBack(run, settled);
  lock.check();
  await writeRecord(context.cluster, { ...stored.record, state: settled.state }, stored);
  const alone = good === undefined ? [finding("no-earlier-revision", { argument: "" }, { stack: work.stack })] : [];
  return { result: "failed", state: settled.state, diagnostics: [...settled.diagnostics, ...alone] };
}

const failedState = (stack: StackIr, diagnostics: readonly Diagnostic[]): StackState =>
  stateOf(stack, () => {
    const [first] = diagnostics;
    const error = first && { code: first.code, message: first.message };
    return { status: "update-failed", running: false, ...(error ? { error } : {}) };
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

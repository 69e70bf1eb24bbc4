import { DiagnosticError, finding, isError } from "../../diagnostics/index.ts";
import type { InventoryEntry, Revision } from "../../state/index.ts";
import type { Action, Outcome } from "../index.ts";
import { ApiError } from "./api/error.ts";
import { keyOf, refOf } from "./api/kinds.ts";
import { type Comparing, compareAll } from "./compare/compare.ts";
import type { Decision } from "./compare/decision.ts";
import { type DesiredObject, desiredObjects } from "./compare/desired.ts";
import { kindsOf, type Survey, survey } from "./probe/survey.ts";
import { deletionsOf } from "./record/deletions.ts";
import { inventoryOf } from "./record/ownership.ts";
import { recordOf, writtenEntries } from "./record/record-of.ts";
import { type StoredRecord, writeRecord } from "./record/record-store.ts";
import { removeObjects } from "./remove.ts";
import { generationsOf, type Run } from "./run.ts";
import { type Settled, settle } from "./settle.ts";
import { writeObjects } from "./write.ts";

/** Brings the last good revision back, with its old secret values, and tells why. */
export async function rollBack(run: Run, failed: Settled): Promise<Outcome> {
  const { work, context, stored } = run;
  const { good } = stored.record;
  if (good === undefined) throw new Error("rolled back without a revision to go back to");
  context.cluster.onProgress({ kind: "rolling-back", revision: good.number });
  const back = await bringBack(run, good);
  const { stack } = work;
  const result =
    back.problem === undefined
      ? finding("rolled-back", { argument: "" }, { stack, revision: good.number })
      : finding("rollback-failed", { argument: "" }, { stack, revision: good.number, problem: back.problem });
  return {
    result: back.problem === undefined ? "rolled-back" : "failed",
    state: back.settled?.state ?? failed.state,
    diagnostics: [...failed.diagnostics, ...(back.settled?.diagnostics ?? []), result],
  };
}

interface Back {
  readonly settled?: Settled;
  /** Why it did not work. */
  readonly problem?: string;
}

async function bringBack(run: Run, good: Revision): Promise<Back> {
  const { lock, context } = run;
  const { cluster, mask } = context;
  try {
    const { found, decisions, objects } = await decideBack(run, good);
    const stored = await writeIntents(run, decisions);
    const written = await writeObjects(cluster, lock, decisions);
    const waiting = { since: found.observed.date, wait: true, mask, generations: generationsOf(written) };
    const settled = await settle(cluster, { stack: good.ir, ...waiting });
    if (!settled.isReady) return { settled, problem: settled.diagnostics.find(isError)?.message ?? "" };
    await tidy({ ...run, stored }, good, { found, objects, settled, entries: writtenEntries(decisions, written) });
    return { settled };
  } catch (cause) {
    if (cause instanceof DiagnosticError && !cluster.signal.aborted)
      return { problem: cause.diagnostics[0]?.message ?? "" };
    if (cause instanceof ApiError) return { problem: cause.message };
    throw cause;
  }
}

interface Decided {
  readonly found: Survey;
  readonly objects: readonly DesiredObject[];
  readonly decisions: readonly Decision[];
}

async function decideBack({ work, context, stored }: Run, good: Revision): Promise<Decided> {
  const { cluster, mask } = context;
  const secretNames = new Map(Object.entries(good.secrets));
  const { objects } = desiredObjects(good.ir, { namespace: cluster.namespace, secretNames });
  const found = await survey(cluster, work.stack, [...kindsOf(objects), "Secret"]);
  const comparing: Comparing = {
    cluster,
    stack: good.ir,
    inventory: inventoryOf(stored.record),
    observed: found.observed.objects,
    permissions: work.permissions,
    mask,
    mayWrite: true,
  };
  const compared = await compareAll(objects, comparing);
  const diagnostics = compared.flatMap(item => item.diagnostics);
  if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics);
  return { found, objects, decisions: compared.flatMap(({ decision }) => decision ?? []) };
}

/** What the failed revision left to be created anew has to be known to be ours, too, before it is there. */
async function writeIntents({ lock, context, stored }: Run, decisions: readonly Decision[]): Promise<StoredRecord> {
  const made = decisions.flatMap(({ change: { action, object } }) => (isNew(action) ? [object] : []));
  if (made.length === 0) return stored;
  const keys = new Set(made.map(keyOf));
  const inventory = [...made, ...stored.record.inventory.filter(entry => !keys.has(keyOf(entry)))];
  lock.check();
  return writeRecord(context.cluster, { ...stored.record, inventory }, stored);
}

const isNew = (action: Action): boolean => action === "create" || action === "replace" || action === "adopt";

interface Tidying {
  readonly found: Survey;
  readonly objects: readonly DesiredObject[];
  readonly settled: Settled;
  readonly entries: readonly InventoryEntry[];
}

/** Removes what only the failed revision wanted, and records that the good one is what runs. */
async function tidy(
  { work, lock, context, stored }: Run,
  good: Revision,
  { found, objects, settled, entries }: Tidying,
) {
  const { cluster } = context;
  const secrets = Object.values(good.secrets).map(name => keyOf(refOf("Secret", name)));
  const keep = new Set([...objects.map(object => object.key), ...secrets]);
  const inventory = inventoryOf(stored.record);
  const daemons = new Set(good.ir.daemons.map(({ id }) => id));
  const deletions = deletionsOf({ stack: work.stack, inventory, observed: found.observed.objects, keep, daemons });
  await removeObjects(cluster, lock, { stack: work.stack, deletions, wait: false });
  // What goes stays ours until it is gone.
  const going = new Set(deletions.map(({ change: { object } }) => keyOf(object)));
  const kept = stored.record.inventory.filter(entry => secrets.includes(keyOf(entry)) || going.has(keyOf(entry)));
  lock.check();
  await writeRecord(cluster, recordOf(work, { state: settled.state, inventory: [...entries, ...kept], good }), stored);
}

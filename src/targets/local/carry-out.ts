import { type Diagnostic, DiagnosticError, finding } from "../../diagnostics/index.ts";
import { maskFinding, type Outcome } from "../index.ts";
import { isRefusal } from "./api/error.ts";
import { engineFinding } from "./api/findings.ts";
import { pullImages } from "./images/pull.ts";
import { labelsOf } from "./observe.ts";
import { putInPlace } from "./put-in-place.ts";
import { entriesOf, intentsOf, recordOf, revisionsAfter, stateOf } from "./record/record-of.ts";
import { removeAll } from "./remove.ts";
import { rollBack } from "./roll-back.ts";
import { type Settled, settle } from "./rollout/settle.ts";
import type { ApplyContext, Run } from "./run.ts";
import { makeSurroundings } from "./surroundings.ts";
import type { Work } from "./work.ts";

/** Brings the engine to what a plan says, never two processes of one daemon at a time. Holds the stack's lock. */
export async function carryOut(work: Work, context: ApplyContext): Promise<Outcome> {
  const { host, options, mask } = context;
  const { record: before, store } = work.observed;
  const refused = await pullImages(host, work.pulls);
  if (refused.length > 0) return untouched(work, context, refused);
  const underWay = before?.good === undefined ? "provisioning" : "updating";
  const record = intentsOf(
    work,
    stateOf(work.ir, () => ({ status: underWay, running: false })),
  );
  await store.write(record);
  const run: Run = { work, context, record };
  try {
    await makeSurroundings(host, work);
    await putInPlace(host, work, options);
    const settled = await settle(host, { stack: work.ir, wait: options.wait, mask });
    return settled.isReady || !options.wait ? await finish(run, settled) : await fail(run, settled);
  } catch (cause) {
    const diagnostics = refusalsIn(cause, run);
    if (diagnostics === undefined) throw cause;
    const { state } = await settle(host, { stack: work.ir, wait: false, mask });
    return fail(run, { isReady: false, state, diagnostics });
  }
}

/** What the engine refuses ends in a rollback; of an interrupt or an engine that is gone, nothing more can be written. */
function refusalsIn(cause: unknown, { context: { host, mask } }: Run): readonly Diagnostic[] | undefined {
  if (host.signal.aborted) return undefined;
  const found = isRefusal(cause)
    ? [engineFinding(cause, host.engine.address)]
    : cause instanceof DiagnosticError
      ? cause.diagnostics
      : undefined;
  return found?.map(one => maskFinding(one, mask));
}

/** Images come before anything is touched: what ran goes on running. */
async function untouched(
  { ir, observed }: Work,
  { host, mask }: ApplyContext,
  found: readonly Diagnostic[],
): Promise<Outcome> {
  const { state } = await settle(host, { stack: ir, wait: false, mask });
  const status = observed.record?.good === undefined ? "provision-failed" : "update-failed";
  const resources = Object.entries(state.resources).map(([id, resource]) => [
    id,
    resource.outputs?.running === true ? resource : { ...resource, status },
  ]);
  return {
    result: "failed",
    state: { ...state, resources: Object.fromEntries(resources) },
    diagnostics: found.map(one => maskFinding(one, mask)),
  };
}

/** Every daemon runs, or nobody waits for it: that is recorded, and then what is no longer wanted goes. */
async function finish({ work, context, record }: Run, settled: Settled): Promise<Outcome> {
  const { host, options } = context;
  const { store } = work.observed;
  const { state, diagnostics } = settled;
  const there = await host.engine.containers(labelsOf(work.stack));
  const names = new Set(work.decisions.map(({ desired }) => desired.daemon.name));
  // What was replaced stays until somebody has seen that the new one runs.
  const gone = there.filter(one => !names.has(one.name) && (options.wait || isUndeclared(work, one)));
  const revisions = revisionsAfter(record, { revision: work.revision, isGood: options.wait });
  await store.write(recordOf(work, { state, inventory: entriesOf(work, there), ...revisions }));
  await removeAll(host, [...gone, ...(options.wait ? takenOver(work) : [])]);
  const left = there.filter(one => !gone.includes(one));
  await store.write(recordOf(work, { state, inventory: entriesOf(work, left), ...revisions }));
  return { result: options.wait ? "ready" : "applied", state, diagnostics };
}

/** What was somebody else's is found by no label of ours. */
const takenOver = ({ decisions }: Work) =>
  decisions.flatMap(({ change: { action }, live }) => (action === "adopt" && live !== undefined ? [live] : []));

const isUndeclared = ({ deletions }: Work, { id }: { readonly id: string }): boolean =>
  deletions.some(({ change }) => change.uid === id);

/** A daemon does not run, or the engine refused something: back to what worked, where there is something to go back to. */
async function fail(run: Run, failed: Settled): Promise<Outcome> {
  const { work, context, record } = run;
  const { options } = context;
  await options.report?.(failed.diagnostics);
  const settled = { ...failed, diagnostics: options.report === undefined ? failed.diagnostics : [] };
  const isOther = record.good !== undefined && record.good.number !== work.revision?.number;
  const hasEarlier =
    isOther || work.decisions.some(({ change: { action } }) => action === "replace" || action === "adopt");
  if (options.rollback && hasEarlier) return rollBack(run, settled);
  await work.observed.store.write({ ...record, state: settled.state });
  const alone = options.rollback ? [finding("no-earlier-revision", { argument: "" }, { stack: work.stack })] : [];
  return { result: "failed", state: settled.state, diagnostics: [...settled.diagnostics, ...alone] };
}

import { finding, isError } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { createGate, type Outcome } from "../index.ts";
import { allEnded } from "./all-ended.ts";
import { isRefusal } from "./api/error.ts";
import { swapBack } from "./containers/replace.ts";
import { labelsOf, parallel } from "./observe.ts";
import { entriesOf, recordOf } from "./record/record-of.ts";
import { removeAll } from "./remove.ts";
import { type Settled, settle } from "./rollout/settle.ts";
import type { Run } from "./run.ts";
import type { Decision } from "./work.ts";

/** Starts what ran before again, with the values it had, and tells why. */
export async function rollBack(run: Run, failed: Settled): Promise<Outcome> {
  const { work, context, record } = run;
  const revision = record.good?.number;
  context.host.onProgress({ kind: "rolling-back", ...(revision === undefined ? {} : { revision }) });
  const back = await bringBack(run);
  const { stack } = work;
  const result =
    back.problem === undefined
      ? finding("rolled-back", { argument: "" }, { stack, revision })
      : finding("rollback-failed", { argument: "" }, { stack, revision, problem: back.problem });
  return {
    result: back.problem === undefined ? "rolled-back" : "failed",
    state: back.settled?.state ?? failed.state,
    diagnostics: [...failed.diagnostics, ...(back.settled?.diagnostics ?? []), result],
  };
}

interface Back {
  readonly settled?: Settled;
  readonly problem?: string;
}

async function bringBack(run: Run): Promise<Back> {
  const { host, mask } = run.context;
  try {
    const stack = await swapAllBack(run);
    const settled = await settle(host, { stack, wait: true, mask });
    if (!settled.isReady) return { settled, problem: settled.diagnostics.find(isError)?.message ?? "" };
    await remember(run, settled);
    return { settled };
  } catch (cause) {
    if (isRefusal(cause) && !host.signal.aborted) return { problem: mask(cause.message) };
    throw cause;
  }
}

/** The stack as it ran before: daemons that are new go, those that were replaced come back. */
async function swapAllBack({ work, context: { host }, record }: Run): Promise<StackIr> {
  const gate = createGate(parallel);
  const earlier = new Set(record.good?.ir.daemons.map(({ id }) => id));
  const { decisions } = work;
  const returned = await allEnded(
    decisions.map(({ desired: { daemon }, live }) => gate(() => swapBack(host, daemon.name, live))),
  );
  const isNew = ({ desired: { daemon }, change: { action } }: Decision): boolean =>
    record.good === undefined ? action === "create" : !earlier.has(daemon.id);
  const added = decisions.filter((decision, index) => returned[index] === false && isNew(decision));
  const names = new Set(added.map(({ desired: { daemon } }) => daemon.name));
  const there = await host.engine.containers(labelsOf(work.stack));
  await removeAll(
    host,
    there.filter(({ name }) => names.has(name)),
  );
  const gone = new Set(added.map(({ desired: { daemon } }) => daemon.id));
  return record.good?.ir ?? { ...work.ir, daemons: work.ir.daemons.filter(({ id }) => !gone.has(id)) };
}

async function remember({ work, context: { host }, record }: Run, { state }: Settled): Promise<void> {
  const there = await host.engine.containers(labelsOf(work.stack));
  const good = record.good === undefined ? {} : { good: record.good };
  const { source, ...sourceless } = recordOf(work, { state, inventory: entriesOf(work, there), ...good });
  const earlier = work.observed.record?.source ?? source;
  await work.observed.store.write({ ...sourceless, ...(earlier === undefined ? {} : { source: earlier }) });
}

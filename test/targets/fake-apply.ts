import { type Diagnostic, DiagnosticError, finding } from "../../src/diagnostics/index.ts";
import {
  type ApplyOptions,
  bareStack,
  type Change,
  type Desired,
  type Effects,
  effective,
  type OnProgress,
  type Outcome,
  type Plan,
} from "../../src/targets/index.ts";
import type { FakePlace, FakeStack } from "./fake-place.ts";
import { deletionOf, planOf } from "./fake-plan.ts";
import { failuresOf } from "./fake-status.ts";

/** How a run ended; whoever asked looks at the rest himself. */
export type Ended = Pick<Outcome, "result" | "diagnostics">;

export interface FakeRun {
  readonly place: FakePlace;
  readonly namespace: string;
  readonly options: ApplyOptions;
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** A run that has the stack to itself. */
interface LockedRun extends FakeRun {
  readonly stack: FakeStack;
}

/** Waits for the lock, looks again, and carries out what is to be done by now. Nothing is desired by a deletion. */
export async function applyPlan(plan: Plan, run: FakeRun, desired: Desired | undefined): Promise<Ended> {
  const { place, namespace } = run;
  const unlock = await lockStack(plan.stack, run);
  try {
    const stack = place.stacks.get(plan.stack) ?? { stack: plan.stack, running: new Map(), revision: 0 };
    const made =
      desired === undefined ? deletionIn(place, plan.stack, namespace) : planOf(desired, stack.running, namespace);
    const now = made ?? { ...plan, changes: [] };
    if (JSON.stringify(now.changes) !== JSON.stringify(plan.changes)) await confirmed(now, run);
    const locked = { ...run, stack };
    return await (desired === undefined ? takeDown(now, locked) : carryOut(now, locked, desired));
  } finally {
    unlock();
  }
}

/** What would be done to leave nothing of a stack, where there is something. */
export function deletionIn({ stacks }: FakePlace, stack: string, namespace: string): Plan | undefined {
  const there = stacks.get(stack);
  if (there === undefined) return undefined;
  const ir = there.pending?.stack ?? there.good?.stack ?? bareStack(stack, [...there.running.keys()]);
  const changes = [...there.running.values()].map(process => deletionOf(stack, process));
  return { stack, platform: "kubernetes", namespace, ir, changes, approximate: false };
}

function lockStack(stack: string, { place, signal, onProgress }: FakeRun): Promise<() => void> {
  const aborted = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  aborted.catch(() => undefined);
  return place.lock(stack, other => {
    onProgress({ kind: "lock-held", holder: "somebody" });
    return Promise.race([other, aborted]);
  });
}

async function confirmed(now: Plan, { options }: FakeRun): Promise<void> {
  const found = (await options.confirm?.(now)) ?? [];
  if (found.length > 0) throw new DiagnosticError(found);
}

async function carryOut(plan: Plan, run: LockedRun, desired: Desired): Promise<Ended> {
  const { place, stack, options } = run;
  const isEmpty = effective(plan).length === 0 && (desired.source ?? stack.source) === stack.source;
  if (isEmpty && !(options.wait && stack.pending !== undefined)) return { result: "unchanged", diagnostics: [] };
  const source = stack.source;
  place.stacks.set(stack.stack, stack);
  stack.pending = desired;
  stack.source = desired.source ?? source;
  for (const change of effective(plan)) await carryOutOne(change, run, desired);
  if (!options.wait) return { result: "applied", diagnostics: [] };
  const diagnostics = failuresOf([...stack.running.values()]);
  if (diagnostics.length > 0) return fail(run, { diagnostics, source });
  const isOther = stack.good === undefined || JSON.stringify(stack.good.stack) !== JSON.stringify(desired.stack);
  Object.assign(stack, { good: desired, pending: undefined, revision: stack.revision + Number(isOther) });
  return { result: "ready", diagnostics };
}

/** The old process has ended before the new one starts. */
async function carryOutOne({ action, object, daemon: id = "" }: Change, run: LockedRun, desired?: Desired) {
  const { place, stack, effects, signal, onProgress } = run;
  signal.throwIfAborted();
  place.stop(stack, id);
  await effects.sleep(1, signal);
  const daemon = desired?.stack.daemons.find(one => one.id === id);
  if (desired !== undefined && daemon !== undefined) {
    place.start(stack, { daemon, secretValues: desired.secretValues });
  }
  if (action !== "unchanged") onProgress({ kind: "written", action, object });
  signal.throwIfAborted();
}

interface Failed {
  readonly diagnostics: readonly Diagnostic[];
  /** Of the document before. */
  readonly source: string | undefined;
}

async function fail(run: LockedRun, { diagnostics, source }: Failed): Promise<Ended> {
  const { stack, options, onProgress } = run;
  await options.report?.(diagnostics);
  const untold = options.report === undefined ? diagnostics : [];
  const { good, stack: name } = stack;
  if (!options.rollback) return { result: "failed", diagnostics: untold };
  const here = { argument: "" };
  if (good === undefined)
    return { result: "failed", diagnostics: [...untold, finding("no-earlier-revision", here, { stack: name })] };
  const { revision } = stack;
  onProgress({ kind: "rolling-back", revision });
  for (const change of effective(planOf(good, stack.running, ""))) await carryOutOne(change, run, good);
  Object.assign(stack, { pending: undefined, source });
  return { result: "rolled-back", diagnostics: [...untold, finding("rolled-back", here, { stack: name, revision })] };
}

async function takeDown(plan: Plan, run: LockedRun): Promise<Ended> {
  for (const change of plan.changes) await carryOutOne(change, run);
  run.place.forget(run.stack);
  return { result: "deleted", diagnostics: [] };
}

import { DiagnosticError } from "../../diagnostics/index.ts";
import type { ApplyOptions, Outcome } from "../index.ts";
import { changeDigest } from "../index.ts";
import { carryOut } from "./carry-out.ts";
import type { StackLock } from "./record/state-store.ts";
import { readyAtSight, settle } from "./rollout/settle.ts";
import type { ApplyContext } from "./run.ts";
import { takeDown } from "./take-down.ts";
import type { Work } from "./work.ts";

/** Carries out a plan: lock, images, intents, containers, wait, record. An unchanged stack is not written to at all. */
export async function applyWork(work: Work, context: ApplyContext): Promise<Outcome> {
  if (isDone(work, context.options)) return unchanged(work, context);
  const lock = await lockStack(work, context);
  try {
    const now = await context.again();
    if (!saysSame(now, work)) await confirmed(now, context);
    // Whoever held the lock before may have done the same.
    if (isDone(now, context.options)) return await unchanged(now, context);
    return await (now.desired === undefined ? takeDown(now, context) : carryOut(now, context));
  } finally {
    lock.release();
  }
}

const lockStack = ({ observed, stack }: Work, { host }: ApplyContext): Promise<StackLock> =>
  observed.store.lock(stack, {
    holder: host.holder,
    timeout: host.lockTimeout,
    onHeld: holder => host.onProgress({ kind: "lock-held", holder }),
  });

const saysSame = (a: Work, b: Work): boolean =>
  JSON.stringify(a.changes.map(changeDigest)) === JSON.stringify(b.changes.map(changeDigest));

/** What moved since the plan was made may be more than was agreed to. */
async function confirmed(work: Work, { options }: ApplyContext): Promise<void> {
  const found = (await options.confirm?.(work)) ?? [];
  if (found.length > 0) throw new DiagnosticError(found);
}

/** Everything is as it should be, and nobody waits for a revision of which it is not known yet whether it works. */
const isDone = ({ isRecorded, observed }: Work, { wait }: ApplyOptions): boolean =>
  isRecorded && !(wait && observed.record?.pending !== undefined);

/** Nothing is written; what is not ready may still be told. */
async function unchanged({ ir, observed }: Work, { host, options: { wait }, mask }: ApplyContext): Promise<Outcome> {
  const { isReady, state, diagnostics } =
    readyAtSight(host, ir, observed) ?? (await settle(host, { stack: ir, wait, mask }));
  return { result: isReady || !wait ? "unchanged" : "failed", state, diagnostics };
}

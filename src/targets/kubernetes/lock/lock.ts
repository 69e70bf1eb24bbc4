import { DiagnosticError, finding } from "../../../diagnostics/index.ts";
import type { Cluster } from "../api/cluster.ts";
import { isStatus, unlessForbidden } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import { type Claimant, claimOf, holderOf, identityOf, leaseRef, takeRequest } from "./lease.ts";
import { HeldLock, type Lock, type Taken } from "./lock-renewal.ts";

export type { Lock } from "./lock-renewal.ts";

export interface LockOptions {
  readonly stack: string;
  /** Who wants it, for those who have to wait. */
  readonly holder: string;
  /** How long to wait for another holder, in milliseconds. */
  readonly lockTimeout: number;
}

/** The Lease as it was seen, and since when it has not changed, on our clock. */
interface Sight {
  readonly object: LiveObject;
  readonly since: number;
}

/**
 * Takes the lock of a stack, and keeps it until it is released or lost. A holder that was not seen to renew for as long
 * as its Lease says counts as gone. Throws a `DiagnosticError` (`lock-held`) when the time to wait is over.
 */
export async function acquireLock(cluster: Cluster, { stack, holder, lockTimeout }: LockOptions): Promise<Lock> {
  const { namespace, effects, timing, signal } = cluster;
  const claimant: Claimant = { namespace, effects, timing, stack, identity: identityOf(holder, effects) };
  const deadline = effects.now() + lockTimeout;
  const announce = announcer(cluster);
  let sight: Sight | undefined;
  for (;;) {
    sight = look(sight, await cluster.get(leaseRef(stack)), effects.now());
    if (sight === undefined || mayTake(sight, claimant)) {
      const taken = await take(cluster, claimant, sight?.object);
      // An answer that came late leaves too little of the lease: it is claimed again.
      if (taken !== undefined && effects.now() - taken.sentAt < timing.lease / 3)
        return new HeldLock(cluster, claimant, taken);
    } else {
      announce(sight);
      if (effects.now() >= deadline) throw lockHeld(stack, sight, timing.lease);
    }
    await effects.sleep(untilNextLook(cluster), signal);
  }
}

/** Whether somebody is at work, or was killed at it: the Lease is the first that a run writes, and the last that it removes. */
export const isLocked = async (cluster: Cluster, stack: string): Promise<boolean> =>
  (await unlessForbidden(cluster.get(leaseRef(stack)), undefined)) !== undefined;

function look(before: Sight | undefined, object: LiveObject | undefined, now: number): Sight | undefined {
  if (object === undefined) return undefined;
  const same = before?.object.metadata.resourceVersion === object.metadata.resourceVersion;
  return same ? before : { object, since: now };
}

/** Nobody's, ours by an answer that did not arrive, or not renewed for too long. */
function mayTake({ object, since }: Sight, { identity, effects, timing }: Claimant): boolean {
  const claim = claimOf(object);
  if (claim.identity === "" || claim.identity === identity) return true;
  return effects.now() - since >= (claim.duration ?? timing.lease);
}

/** Undefined where somebody was faster. */
async function take(cluster: Cluster, claimant: Claimant, seen: LiveObject | undefined): Promise<Taken | undefined> {
  const sentAt = cluster.effects.now();
  try {
    const { body } = await cluster.call(takeRequest(claimant, seen));
    return { object: body as LiveObject, sentAt };
  } catch (cause) {
    if (isStatus(cause, 409) || (seen !== undefined && isStatus(cause, 404))) return undefined;
    throw cause;
  }
}

/** Says once of each holder that it is waited for. */
function announcer({ onProgress }: Cluster): (sight: Sight) => void {
  let last = "";
  return ({ object }) => {
    const { identity } = claimOf(object);
    if (identity !== last) onProgress({ kind: "lock-held", holder: holderOf(identity) });
    last = identity;
  };
}

/** About a tenth of the lease, so that many do not look at once. */
const untilNextLook = ({ timing, effects }: Cluster): number =>
  Math.min(1000, Math.max(100, timing.lease / 10)) * (0.75 + effects.random() / 2);

function lockHeld(stack: string, { object }: Sight, lease: number): DiagnosticError {
  const { identity, acquired, duration = lease } = claimOf(object);
  const since = acquired?.replace(/\.\d+Z$/, "Z");
  const args = { stack, holder: holderOf(identity), since, seconds: Math.ceil(duration / 1000) };
  return new DiagnosticError([finding("lock-held", { argument: "" }, args)]);
}

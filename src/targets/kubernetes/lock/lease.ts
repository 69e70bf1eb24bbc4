import { labelValue, manager, managerLabel, objectName, stackLabel } from "../../../render/index.ts";
import type { Effects } from "../../index.ts";
import { type ClusterSetting, fieldManager } from "../api/cluster.ts";
import { collectionPath, objectPath, refOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { ApiRequest } from "../client.ts";

/** What a Lease says of the lock. */
export interface Claim {
  /** Who holds it, with a part that no other run has; empty where nobody does. */
  readonly identity: string;
  /** How long it counts without being renewed, in milliseconds; undefined where the Lease does not say. */
  readonly duration: number | undefined;
  readonly acquired: string | undefined;
  /** How often it passed from one to another. */
  readonly transitions: number;
}

/** Who claims the lock of which stack. */
export interface Claimant extends Pick<ClusterSetting, "namespace" | "effects" | "timing"> {
  readonly stack: string;
  readonly identity: string;
}

export const leaseRef = (stack: string) => refOf("Lease", objectName("alien", stack, "lock"));

/** The holder's words, with a random part. */
export function identityOf(holder: string, { random }: Effects): string {
  const digits = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return `${holder}#${digits()}${digits()}`;
}

/** The holder's words alone. */
export const holderOf = (identity: string): string => identity.replace(/#[0-9a-f]{16}$/, "");

export function claimOf({ spec }: LiveObject): Claim {
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = (spec ?? {}) as Record<
    string,
    unknown
  >;
  return {
    identity: typeof holderIdentity === "string" ? holderIdentity : "",
    duration: typeof leaseDurationSeconds === "number" ? leaseDurationSeconds * 1000 : undefined,
    acquired: typeof acquireTime === "string" ? acquireTime : undefined,
    transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
  };
}

/** The request that makes the lock ours, if the Lease is still as it was seen. */
export function takeRequest(claimant: Claimant, seen: LiveObject | undefined): ApiRequest {
  const acquired = microTime(claimant.effects.date(), 0);
  const transitions = seen === undefined ? 0 : claimOf(seen).transitions + 1;
  return writeRequest(claimant, seen, { acquired, renewed: acquired, transitions });
}

/** The renewal with this number. No two in a row are equal: the server ignores a write that changes nothing. */
export function renewRequest(claimant: Claimant, held: LiveObject, count: number): ApiRequest {
  const renewed = microTime(claimant.effects.date(), count % 1000);
  const { acquired = renewed, transitions } = claimOf(held);
  return writeRequest(claimant, held, { acquired, renewed, transitions });
}

const microTime = (date: Date, microseconds: number): string =>
  date.toISOString().replace("Z", `${String(microseconds).padStart(3, "0")}Z`);

interface Times {
  readonly acquired: string;
  readonly renewed: string;
  readonly transitions: number;
}

function writeRequest({ namespace, stack, identity, timing }: Claimant, seen: LiveObject | undefined, times: Times) {
  const { apiVersion, kind, name } = leaseRef(stack);
  const labels = { [managerLabel]: manager, [stackLabel]: labelValue(stack) };
  // Without the uid, a write to a Lease that was deleted would create it anew.
  const same = seen && { uid: seen.metadata.uid, resourceVersion: seen.metadata.resourceVersion };
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(timing.lease / 1000)),
    acquireTime: times.acquired,
    renewTime: times.renewed,
    leaseTransitions: times.transitions,
  };
  return {
    ...(seen === undefined
      ? { method: "POST" as const, path: collectionPath("Lease", namespace) }
      : { method: "PUT" as const, path: objectPath({ kind, name }, namespace) }),
    query: { fieldManager },
    body: { apiVersion, kind, metadata: { name, labels, ...same }, spec },
  };
}

import type { StackIr } from "../ir/index.ts";
import type { StackState } from "./stack-state.ts";

/** Raised when the meaning of a field changes; newer ones are refused. */
export const recordVersion = 1;

/** What is remembered of a stack where it is deployed. It holds no value of a secret. */
export interface DeploymentRecord {
  readonly formatVersion: typeof recordVersion;
  readonly stack: string;
  /** Where the document comes from: a git remote or a repository; another source may not touch the stack. */
  readonly source?: string;
  readonly state: StackState;
  /** Everything that is, or is about to be, created. Written before objects, so that nothing is orphaned. */
  readonly inventory: readonly InventoryEntry[];
  /** The last revision that became ready. */
  readonly good?: Revision;
  /** The revision being applied; gone once it is ready. */
  readonly pending?: Revision;
}

export interface Revision {
  /** Counts from 1. */
  readonly number: number;
  readonly ir: StackIr;
  /** Names of the Secrets with the secret values of each daemon, by the daemon's id. */
  readonly secrets: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly appliedAt: string;
}

export interface InventoryEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Without one, it was meant to be created and may or may not exist. */
  readonly uid?: string;
  /** SHA-256 of the object as it was last sent, in hex. */
  readonly digest?: string;
}

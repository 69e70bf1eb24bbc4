import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Revision } from "../../state/index.ts";
import type { Change, Desired, Permissions, Plan } from "../index.ts";
import type { LiveObject } from "./api/live-object.ts";
import type { Decision } from "./compare/decision.ts";
import type { StoredRecord } from "./record/record-store.ts";

/** A plan with what carrying it out takes. */
export interface Work extends Plan {
  /** Nothing is desired where a stack is deleted. */
  readonly desired: Desired | undefined;
  readonly permissions: Permissions;
  readonly stored: StoredRecord | undefined;
  /** Uids of everything that carried the stack's label when the plan was made. */
  readonly observed: ReadonlySet<string>;
  /** The server's clock when the plan was made, in milliseconds since 1970. */
  readonly date: number;
  /** In the order in which the objects have to exist. */
  readonly decisions: readonly Decision[];
  readonly deletions: readonly Deletion[];
  /** What will be recorded. */
  readonly revision: Revision | undefined;
  /** Whether the record says all of this already. */
  readonly isRecorded: boolean;
  /** What forbids to carry it out, though it may be looked at. */
  readonly obstacles: readonly Diagnostic[];
  readonly createNamespace: boolean;
}

export interface Deletion {
  readonly live: LiveObject;
  readonly change: Change;
}

export const isWork = (plan: Plan): plan is Work => plan.platform === "kubernetes" && "decisions" in plan;

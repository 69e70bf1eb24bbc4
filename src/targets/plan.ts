import type { StackIr, TargetPlatform } from "../ir/index.ts";

export type Action = "create" | "update" | "adopt" | "replace" | "delete" | "unchanged";

/** Why a change is made; the sentence is in the catalogue. */
export type Reason =
  | { readonly kind: "not-there" }
  /** The document says something else than what was applied last. */
  | { readonly kind: "declared" }
  /** Somebody else changed what was applied. */
  | { readonly kind: "drifted"; readonly managers: readonly string[] }
  | { readonly kind: "secret-changed"; readonly keys: readonly string[] }
  | { readonly kind: "not-ours"; readonly owner: string }
  | { readonly kind: "cannot-change"; readonly field: string }
  | { readonly kind: "no-longer-declared" }
  | { readonly kind: "superseded" }
  | { readonly kind: "interrupted" }
  /** The same reference names another image by now. */
  | { readonly kind: "image-changed"; readonly before: string; readonly after: string }
  /** It is as it should be, but does not run. */
  | { readonly kind: "stopped" }
  /** What is there is going. */
  | { readonly kind: "being-deleted" }
  | { readonly kind: "same" };

/** What a change is about, in the platform's words. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** One field, in the words of `alien.yaml` where it has them. Values of secrets are never in it. */
export interface FieldChange {
  /** `image`, `environment.LOG_LEVEL`, `resources.requests.cpu`, or the platform's own path. */
  readonly field: string;
  /** The document path that says it, where there is one. */
  readonly path?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Whether the values are secret: then neither is given. */
  readonly secret?: true;
}

export interface Change {
  readonly action: Action;
  readonly object: ObjectRef;
  /** The object that is meant, where it is there: another one of its name is none of the plan's business. */
  readonly uid?: string;
  /** The document path that causes the object. */
  readonly path: string;
  /** Id of the daemon it belongs to. */
  readonly daemon?: string;
  readonly reason: Reason;
  readonly fields: readonly FieldChange[];
}

/** What would be done to bring a stack to what its document says. */
export interface Plan {
  readonly stack: string;
  readonly platform: TargetPlatform;
  /** Where the platform has namespaces. */
  readonly namespace?: string;
  /** Which cluster or engine it was made for: an address without credentials. */
  readonly place?: string;
  readonly ir: StackIr;
  readonly changes: readonly Change[];
  /** Whether the server would not tell exactly, so that the fields are compared by us. */
  readonly approximate: boolean;
}

/** The changes that would write something. */
export const effective = ({ changes }: Pick<Plan, "changes">): readonly Change[] =>
  changes.filter(({ action }) => action !== "unchanged");

/** Why a daemon does not run. `said` is what the cluster says about it, in its own words. */
export type Cause =
  | { readonly kind: ImageCauseKind; readonly image: string; readonly said: string }
  | { readonly kind: "secret-missing"; readonly secret: string; readonly said: string }
  | { readonly kind: "secret-key-missing"; readonly secret: string; readonly key: string; readonly said: string }
  | { readonly kind: "cannot-start"; readonly said: string }
  | { readonly kind: "crash"; readonly exitCode: number; readonly signal?: number }
  | { readonly kind: "exits" | "out-of-memory" | "scaled-down" | "paused" }
  | { readonly kind: "refused"; readonly said: string }
  | { readonly kind: "account-missing"; readonly account: string; readonly said: string }
  | { readonly kind: "not-schedulable"; readonly said: string }
  /** A container that somebody else put into the pod. */
  | { readonly kind: "other-container"; readonly container: string; readonly said: string }
  | { readonly kind: "mount" | "disrupted" | "unknown"; readonly said: string };

export type ImageCauseKind =
  | "image-missing"
  | "image-denied"
  | "image-name-invalid"
  | "image-not-present"
  | "image-wrong-platform"
  | "image-pull-failing";

/** What is wrong, and whether it stays so unless somebody changes something. */
export interface Trouble {
  readonly cause: Cause;
  readonly permanent: boolean;
}

export const permanent = (cause: Cause): Trouble => ({ cause, permanent: true });
export const transient = (cause: Cause): Trouble => ({ cause, permanent: false });

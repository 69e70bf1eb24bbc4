/** Why a daemon does not run. `said` is what the engine says about it, in its own words. */
export type Cause =
  | { readonly kind: "crash"; readonly exitCode: number }
  | { readonly kind: "exits" | "out-of-memory" }
  | { readonly kind: "cannot-start"; readonly said: string }
  /** `said` is the last output of the health check. */
  | { readonly kind: "unhealthy"; readonly said: string }
  | { readonly kind: "not-running"; readonly problem: "created" | "stopped" | "paused" | "removed" };

/** What is wrong, and whether it stays so unless somebody changes something. */
export interface Trouble {
  readonly cause: Cause;
  readonly permanent: boolean;
}

export const permanent = (cause: Cause): Trouble => ({ cause, permanent: true });
export const transient = (cause: Cause): Trouble => ({ cause, permanent: false });

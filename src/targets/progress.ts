import type { ObjectRef } from "./plan.ts";

/** What happens while something is applied, deleted or waited for. The shell turns it into words. */
export type Progress =
  | { readonly kind: "lock-held"; readonly holder: string }
  | {
      readonly kind: "written";
      readonly action: "create" | "update" | "adopt" | "replace" | "delete";
      readonly object: ObjectRef;
    }
  | DaemonProgress
  | PullProgress
  | { readonly kind: "rolling-back"; readonly revision?: number }
  | { readonly kind: "retrying"; readonly problem: string; readonly attempt: number };

export interface DaemonProgress {
  readonly kind: "daemon";
  readonly daemon: string;
  readonly phase: "waiting" | "starting" | "settling" | "ready" | "failing";
  /** What the platform says about it, in its own words. */
  readonly detail?: string;
  /** What failing may pass is given so long to do so, in milliseconds. */
  readonly patience?: number;
}

/** An image on its way. */
export interface PullProgress {
  readonly kind: "pull";
  readonly image: string;
  /** Those that are being loaded or done, in the order in which they were first told of. */
  readonly layers: readonly PullLayer[];
  readonly done: boolean;
}

export interface PullLayer {
  readonly id: string;
  readonly phase: "waiting" | "downloading" | "extracting" | "done";
  /** Bytes, of the phase. */
  readonly current?: number;
  readonly total?: number;
}

export type OnProgress = (progress: Progress) => void;

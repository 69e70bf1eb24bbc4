import type { Diagnostic, Staged } from "../diagnostics/index.ts";
import type { StackIr, TargetPlatform } from "../ir/index.ts";
import type { StackState } from "../state/index.ts";
import type { Plan } from "./plan.ts";

/** When an image is asked for from its registry, although the engine may have it. */
export type PullPolicy = "always" | "missing" | "never";

/** A stack that went through every pure stage without an error, with what only the shell can read. */
export interface Desired {
  readonly stack: StackIr;
  /** Values by name of secret, as far as they could be read. */
  readonly secretValues: ReadonlyMap<string, string>;
  /** Where the document comes from. */
  readonly source?: string;
  /** Only where an engine is asked to pull; `missing` by default. */
  readonly pull?: PullPolicy;
}

/** What the user allows beyond what is safe. */
export interface Permissions {
  /** Take over objects that are not ours, or a stack that another source deployed. */
  readonly adopt: boolean;
  /** Take over fields that another manager owns. */
  readonly forceConflicts: boolean;
  /** Delete everything because the stack became empty. */
  readonly allowEmpty: boolean;
  readonly createNamespace: boolean;
}

export interface DeletionPermissions extends Permissions {
  /** Delete data too: the volumes of linked resources. */
  readonly purge?: boolean;
}

export interface ApplyOptions {
  /** Whether to wait until the daemons run. */
  readonly wait: boolean;
  /** Whether to go back to the last good revision when they do not. */
  readonly rollback: boolean;
  /** Asked about a plan that had to be made again, because something moved: what it finds is thrown. */
  confirm?(plan: Plan): Promise<readonly Diagnostic[]>;
  /** Told why it failed before anything is brought back, which takes a while; the outcome does not say it again. */
  report?(diagnostics: readonly Diagnostic[]): Promise<void>;
}

/** How an apply, a delete or a restart ended. */
export interface Outcome {
  /**
   * `unchanged`: nothing had to be written. `ready`: every daemon runs; `applied`: nobody waited for that. `rolled-back`:
   * a daemon did not run, and what ran before does so again. `failed`: a daemon does not run, and what was written stays.
   */
  readonly result: "unchanged" | "applied" | "ready" | "deleted" | "failed" | "rolled-back";
  /** What was observed at the end, of the daemons that it was about. */
  readonly state: StackState;
  /** Why it failed, each at its daemon's path, with the last lines of its log; and what came of that. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names of what holds data and was left when the rest was deleted. */
  readonly kept?: readonly string[];
}

/** One daemon as it is observed now. */
export interface DaemonStatus {
  readonly daemon: string;
  readonly daemonName: string;
  readonly running: boolean;
  readonly phase: "missing" | "starting" | "running" | "failing" | "deleting";
  readonly image?: string;
  readonly restarts: number;
  /** ISO 8601. */
  readonly since?: string;
  /** What the platform says about it, in its own words. */
  readonly detail?: string;
}

export interface StackStatus {
  readonly stack: string;
  /** Where the platform has namespaces. */
  readonly namespace?: string;
  /** Number of the last revision that was seen to run, where there is one and the record may be read. */
  readonly revision?: number;
  readonly daemons: readonly DaemonStatus[];
  readonly state: StackState;
}

export interface LogOptions {
  /** Ids; all daemons where there are none. */
  readonly daemons: readonly string[];
  readonly follow: boolean;
  /** The process before the current one. */
  readonly previous: boolean;
  /** Only what is younger, in seconds. */
  readonly since?: number;
  /** Only so many lines from the end. */
  readonly tail?: number;
}

export interface LogLine {
  readonly daemon: string;
  readonly text: string;
}

/** One thing `watch` saw. */
export type WatchEvent =
  | { readonly kind: "health"; readonly at: string; readonly daemons: readonly DaemonStatus[] }
  | {
      readonly kind: "change";
      readonly at: string;
      readonly daemon: string;
      readonly from: DaemonStatus | undefined;
      readonly to: DaemonStatus;
    }
  | { readonly kind: "drift"; readonly at: string; readonly plan: Plan }
  /** A daemon was not as it was recorded, and was brought back, or could not be. */
  | {
      readonly kind: "repair";
      readonly at: string;
      readonly daemon: string;
      readonly problem: "stopped" | "paused" | "removed" | "altered";
      readonly repaired: boolean;
      /** What was altered, or why it could not be brought back. */
      readonly detail?: string;
    }
  /** A daemon keeps dying: it is left alone for a while. */
  | {
      readonly kind: "backoff";
      readonly at: string;
      readonly daemon: string;
      /** Who starts it again after the pause. */
      readonly by: "engine" | "watch";
      /** How often in a row that was necessary. */
      readonly ends: number;
      readonly exitCode?: number;
      /** In milliseconds. */
      readonly pause: number;
    }
  /** Another revision is watched from here on; while it is `pending`, nothing is repaired. */
  | { readonly kind: "revision"; readonly at: string; readonly revision: number; readonly pending?: true }
  /** What is remembered of the stack is lost or cannot be relied on, so nothing is repaired; or it is there again. */
  | { readonly kind: "record"; readonly at: string; readonly usable: boolean; readonly detail?: string }
  /** The engine went away, or came back. */
  | { readonly kind: "engine"; readonly at: string; readonly reachable: boolean }
  /** The daemons were stopped, because the watching ends. */
  | { readonly kind: "stopped"; readonly at: string; readonly daemons: readonly string[] }
  /** The stack was deleted: there is nothing left to watch. */
  | { readonly kind: "gone"; readonly at: string };

export interface WatchOptions {
  /** Whether to tell once how what runs differs from what is recorded, instead of watching. */
  readonly drift: boolean;
  /** Values by name of secret, for processes that have to be made anew; where the platform itself keeps them, unused. */
  readonly secretValues?: ReadonlyMap<string, string>;
  /** Whether to stop the daemons when the signal ends the watching; where the platform runs them by itself, unused. */
  readonly stopOnExit?: boolean;
}

/** The values in the vaults of a stack that the platform brings itself. */
export interface Vaults {
  /** The keys, sorted. */
  list(vault: VaultRef): Promise<readonly string[]>;
  get(vault: VaultRef, key: string): Promise<string | undefined>;
  set(vault: VaultRef, key: string, value: string): Promise<void>;
  /** Whether there was such a key. */
  remove(vault: VaultRef, key: string): Promise<boolean>;
}

export interface VaultRef {
  readonly stack: string;
  readonly vault: string;
}

/**
 * One place where stacks run. What the user did wrong comes back as diagnostics; what ends an operation is thrown as a
 * `DiagnosticError`, and an interrupt as the reason of its signal. Where no daemon of the stack is there, that is the
 * finding `stack-not-found`; of a daemon that is not there, `unknown-daemon`.
 */
export interface Target {
  readonly platform: TargetPlatform;
  /** What would be done. Changes nothing; without a plan where something speaks against it. */
  plan(desired: Desired, permissions: Permissions): Promise<Staged<Plan | undefined>>;
  /** What would be done to leave nothing. Undefined, without findings, where there is nothing. */
  planDeletion(stack: string, permissions: DeletionPermissions): Promise<Staged<Plan | undefined>>;
  /**
   * Carries out a plan of this target: a deletion too. Those who change one stack do so one after the other, and a daemon
   * never has two processes. What was cut short, the next apply or delete goes on with.
   */
  apply(plan: Plan, options: ApplyOptions): Promise<Outcome>;
  /** Ends the processes of daemons, of all where none is named, and then starts new ones. */
  restart(stack: string, daemons: readonly string[], options: { readonly wait: boolean }): Promise<Outcome>;
  status(stack: string): Promise<Staged<StackStatus | undefined>>;
  /** What daemons printed; with `follow` also what they and their next processes print, until the signal ends it. */
  logs(stack: string, options: LogOptions): AsyncIterable<LogLine>;
  /**
   * Health at once and every 5 seconds, and each change as it happens, until the signal ends it, or with `gone` where the
   * stack is deleted and that can be known. With `drift`, that one event.
   */
  watch(stack: string, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** Where values can be put into vaults through it. */
  readonly vaults?: Vaults;
  close(): void;
}

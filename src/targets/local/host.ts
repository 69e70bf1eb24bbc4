import type { Effects, OnProgress, Timing } from "../index.ts";
import type { Engine } from "./api/engine.ts";
import type { StateStore } from "./record/state-store.ts";

/** One host to work on: its engine, what is remembered of it, and what a shell gives. */
export interface Host {
  readonly engine: Engine;
  readonly effects: Effects;
  readonly timing: Timing;
  readonly onProgress: OnProgress;
  /** Aborted with an `Interrupted` when the user wants it to end. */
  readonly signal: AbortSignal;
  /** Who we are, to whoever waits for our lock. */
  readonly holder: string;
  /** How long to wait for somebody else's lock, in milliseconds. */
  readonly lockTimeout: number;
  /** What is remembered, of the engine that is asked for it. */
  stateOf(engineId: string): StateStore;
  /** The same host for what has to come to its end although the signal was aborted; its engine is to be closed, too. */
  afterSignal(): Host;
}

import type { Effects, OnProgress, Timing } from "../../index.ts";
import type { ConnectOptions } from "./connect.ts";

/** What a shell gives, so that a cluster can be worked on. */
export interface OpenOptions {
  readonly connect: ConnectOptions;
  /** The flag's, else the document's; without one the context's counts. */
  readonly namespace?: string;
  /** The document path that says the namespace, where it is the document. */
  readonly namespacePath?: string;
  readonly effects: Effects;
  readonly timing: Timing;
  /** How long to wait for somebody else's lock, in milliseconds. */
  readonly lockTimeout: number;
  /** Who we are, to whoever waits for our lock. */
  readonly holder: string;
  readonly onProgress: OnProgress;
  /** Aborted with an `Interrupted` when the user wants it to end. */
  readonly signal: AbortSignal;
}

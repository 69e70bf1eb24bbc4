import { exit } from "./world.ts";

/** Why a signal was aborted: the user, or the system, wants the process to end. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** Where signals of the system come from, and how the process ends. */
export interface SignalSource {
  on(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): void;
}

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Leaves signals to the system again. */
  close(): void;
}

const names = ["SIGINT", "SIGTERM"] as const;

/** The first signal asks to end; a second one ends at once, after `beforeExit`. */
export function listenForInterrupts(source: SignalSource, beforeExit: () => void): Interrupts {
  const controller = new AbortController();
  const listener = (): void => {
    if (!controller.signal.aborted) {
      controller.abort(new Interrupted());
      return;
    }
    beforeExit();
    source.exit(exit.interrupted);
  };
  for (const name of names) source.on(name, listener);
  return {
    signal: controller.signal,
    close: () => {
      for (const name of names) source.off(name, listener);
    },
  };
}

/** Whether this is how an interrupt ends what was going on: its reason, or what Node makes of it. */
export function isInterrupt(cause: unknown, signal: AbortSignal): boolean {
  if (!(signal.reason instanceof Interrupted)) return false;
  return cause === signal.reason || (cause instanceof Error && cause.name === "AbortError");
}

import type { Staged } from "../diagnostics/index.ts";
import type { Target, TargetOptions } from "../pipeline.ts";
import type { SignalSource } from "./interrupt.ts";

/** What a command touches of the machine. The one in `entry.ts` is Node's; tests bring their own. */
export interface World {
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Names the code that runs, and what runs it. Without it nothing is remembered from one call to the next. */
  readonly build?: string;
  /** Told how much input (UTF-16 units) will be worked on. */
  expectWork?(size: number): void;
  /** Told which part of the code is loaded that not every call needs. */
  onLoad?(part: string): void;
  /** All of standard input, or undefined when it is larger than `limit` bytes. */
  stdin(limit: number): Promise<Uint8Array | undefined>;
  /** Whether somebody would have to type it; not where nobody knows. */
  readonly stdinIsTerminal?: boolean;
  out(text: string): void;
  error(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  /** The width of the terminal behind standard error. */
  columns?(): number;
  /** Opens what stacks run on, instead of the cluster or engine that the call names. */
  openTarget?(options: TargetOptions): Staged<Target | undefined>;
  /** Where interrupts come from; the process itself by default. */
  readonly signals?: SignalSource;
}

/** How a command ends. */
export const exit = {
  ok: 0,
  refused: 1,
  changes: 2,
  failed: 3,
  unreachable: 4,
  usage: 64,
  bug: 70,
  interrupted: 130,
} as const;

import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import type { StackState } from "../../../state/index.ts";
import type { Host } from "../host.ts";

export interface SettleInput {
  readonly stack: StackIr;
  /** Whether to wait until the daemons run, or to tell at once how they are. */
  readonly wait: boolean;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** How the daemons of a stack are. */
export interface Settled {
  readonly isReady: boolean;
  readonly state: StackState;
  readonly diagnostics: readonly Diagnostic[];
}

/** Waits until every daemon of the stack runs or one cannot; or tells at once. The containers have their final names. */
export declare function settle(host: Host, input: SettleInput): Promise<Settled>;

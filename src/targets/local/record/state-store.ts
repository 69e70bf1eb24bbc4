import type { DeploymentRecord } from "../../../state/index.ts";

/** What is remembered of the stacks on one engine, on the machine that deploys them. */
export interface StateStore {
  /**
   * Undefined where nothing is remembered. Throws a `DiagnosticError` for what is there and cannot be relied on: damaged,
   * newer, or another stack's.
   */
  read(stack: string): Promise<DeploymentRecord | undefined>;
  /**
   * Replaces what is remembered as a whole: a reader sees all of the old or all of the new. Whoever writes or removes
   * holds the lock of the stack.
   */
  write(record: DeploymentRecord): Promise<void>;
  remove(stack: string): Promise<void>;
  /**
   * Waits until nobody else changes the stack, for at most `timeout` milliseconds; throws `stack-busy` then. `onHeld` is
   * told once who holds it. The lock goes with its process, however that ends.
   */
  lock(stack: string, options: LockOptions): Promise<StackLock>;
}

export interface LockOptions {
  /** Who we are, to whoever waits. */
  readonly holder: string;
  readonly timeout: number;
  onHeld(holder: string): void;
}

export interface StackLock {
  release(): void;
}

/** How long things may take, in milliseconds. */
export interface Timing {
  /** All of waiting. */
  readonly timeout: number;
  /** How long a new process has to run before it counts as ready. */
  readonly settle: number;
  /** How long nothing may happen. */
  readonly silence: number;
  /** How long a problem that may pass by itself is given. */
  readonly budget: number;
  /** How long a lock is valid without being renewed. */
  readonly lease: number;
  /** How long one call of the engine may take. */
  readonly call: number;
  /** The first pause before a call is tried again; it doubles. */
  readonly retry: number;
}

export const defaultTiming: Timing = {
  timeout: 300_000,
  settle: 10_000,
  silence: 240_000,
  budget: 120_000,
  lease: 15_000,
  call: 30_000,
  retry: 250,
};

import { doubled, rhythm } from "./rhythm.ts";

/** What was tried for a daemon since it was last as good as new. Times are of our clock, in milliseconds. */
export interface Attempts {
  /** How often it was brought back. */
  readonly repaired: number;
  /** How often that was tried, in vain too. */
  readonly tried: number;
  /** When the last attempt ended. */
  readonly at: number;
  /** Why the last one failed; missing where it did not. */
  readonly failure?: string;
  /** The longest pause that was told. */
  readonly toldPause: number;
}

export const noAttempts: Attempts = { repaired: 0, tried: 0, at: Number.NEGATIVE_INFINITY, toldPause: 0 };

/** What still counts when something is wrong again at a moment. */
export const attemptsAt = (attempts: Attempts, now: number): Attempts =>
  attempts.failure === undefined && now - attempts.at >= rhythm.stable ? noAttempts : attempts;

/** How long a daemon is left alone after what was tried, in milliseconds. */
export const pauseAfter = ({ tried }: Attempts): number => doubled(tried, rhythm.shortestRepair, rhythm.longestRepair);

export function attemptedAt(attempts: Attempts, now: number, failure: string | undefined): Attempts {
  const { repaired, tried, toldPause } = attempts;
  return {
    repaired: repaired + (failure === undefined ? 1 : 0),
    tried: tried + 1,
    at: now,
    toldPause,
    ...(failure === undefined ? {} : { failure }),
  };
}

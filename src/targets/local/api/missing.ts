import { isStatus } from "./error.ts";

/** Undefined where the engine has no such thing; where there are words, only when it says them. */
export async function orMissing<T>(answer: Promise<T>, words = /(?:)/): Promise<T | undefined> {
  try {
    return await answer;
  } catch (cause) {
    if (isStatus(cause, 404) && words.test(cause.message)) return undefined;
    throw cause;
  }
}

/** A name as one part of a path. */
export const segment = (name: string): string => encodeURIComponent(name);

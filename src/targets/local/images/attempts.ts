import { EngineError } from "../api/error.ts";
import type { Host } from "../host.ts";
import { classifyPull, mayPass } from "./classify-pull.ts";

const mostAttempts = 4;

/** What is thrown where a registry lets the engine wait for too long: nobody said anything. */
export const silent = (): EngineError => new EngineError("", { status: 504, code: "ETIMEDOUT" });

export const isSilent = ({ status, code }: EngineError): boolean => status === 504 && code === "ETIMEDOUT";

/**
 * Asks a registry through the engine, again while that can help, with a pause before each. Throws what is not about the
 * registry: an engine that does not answer, an interrupt.
 */
export async function askRegistry<T>(
  { effects, timing, signal }: Host,
  reference: string,
  ask: () => Promise<T>,
): Promise<{ readonly answer: T } | { readonly refused: EngineError }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { answer: await ask() };
    } catch (cause) {
      if (!(cause instanceof EngineError) || cause.status === 0) throw cause;
      if (attempt >= mostAttempts || !mayPass(classifyPull(cause.message, reference))) return { refused: cause };
      const longest = timing.retry * 2 ** (attempt - 1);
      await effects.sleep(longest / 2 + (effects.random() * longest) / 2, signal);
    }
  }
}

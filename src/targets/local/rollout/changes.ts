import { localLabels } from "../../../render/index.ts";
import type { EngineEvent } from "../api/engine.ts";
import { EngineError } from "../api/error.ts";
import type { Host } from "../host.ts";

/** What happens to the containers of a stack. */
export interface Changes {
  /** What happened since it was asked last; `gap` where more may have, unseen. */
  take(): { readonly events: readonly EngineEvent[]; readonly gap: boolean };
  /** Whether something happened that was not taken. */
  pending(): boolean;
  /** Resolves when something happened that changes what a container is, and after so many milliseconds at the latest. */
  next(milliseconds: number): Promise<void>;
  /** Ends the waiting as if something had happened. */
  ring(): void;
  stop(): void;
}

/** The longest pause before the engine's events are asked for again, in milliseconds. */
const longestPause = 5_000;

/** What may come a thousand times in a second, or says nothing about the daemon itself. */
export const isNoise = ({ action }: EngineEvent): boolean =>
  action === "oom" || /^(?:exec_|top|attach|detach|resize)/.test(action);

/** Follows the engine's events of a stack, also over an engine that goes and comes back. */
export function followChanges(host: Host, stack: string): Changes {
  const { engine, effects, timing } = host;
  const stopping = new AbortController();
  const signal = AbortSignal.any([host.signal, stopping.signal]);
  let events: EngineEvent[] = [];
  let gap = false;
  let isNew = false;
  let failure: { readonly cause: unknown } | undefined;
  let wake = (): void => undefined;
  const tell = (): void => {
    isNew = true;
    wake();
  };
  const listen = async (): Promise<void> => {
    for await (const event of engine.events([`${localLabels.stack}=${stack}`], signal)) {
      events.push(event);
      if (!isNoise(event)) tell();
    }
  };
  const follow = async (): Promise<void> => {
    for (let pause = timing.retry; !signal.aborted; pause = Math.min(2 * pause, longestPause)) {
      const since = effects.now();
      await listen().catch(cause => {
        if (!(cause instanceof EngineError) && !signal.aborted) throw cause;
      });
      if (signal.aborted) return;
      gap = true;
      tell();
      // One that held for a while says nothing about the next one.
      if (effects.now() - since > longestPause) pause = timing.retry;
      await effects.sleep(pause, signal);
    }
  };
  follow().catch(cause => {
    if (signal.aborted) return;
    failure = { cause };
    tell();
  });
  return {
    take: () => {
      const taken = { events, gap };
      [events, gap, isNew] = [[], false, false];
      return taken;
    },
    pending: () => isNew,
    ring: tell,
    next: async milliseconds => {
      host.signal.throwIfAborted();
      if (failure !== undefined) throw failure.cause;
      if (isNew) return;
      const woken = new AbortController();
      const told = new Promise<void>(resolve => {
        wake = resolve;
      });
      const slept = effects.sleep(milliseconds, AbortSignal.any([signal, woken.signal])).catch(cause => {
        if (!woken.signal.aborted) throw cause;
      });
      try {
        await Promise.race([told, slept]);
      } finally {
        woken.abort();
      }
    },
    stop: () => stopping.abort(),
  };
}

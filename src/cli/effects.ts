import type { Effects } from "../pipeline.ts";

/** Time and chance of this machine. */
export const effects: Effects = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep,
  // Asked for when it is needed: it loads a twentieth of what a call takes.
  random: () => process.getBuiltinModule("node:crypto").randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}

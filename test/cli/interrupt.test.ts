import { expect, test } from "vitest";
import { effects } from "../../src/cli/effects.ts";
import { Interrupted, isInterrupt, listenForInterrupts } from "../../src/cli/interrupt.ts";
import { createSignals } from "./fake-target.ts";

test.each(["SIGINT", "SIGTERM"] as const)("%s asks to end; the second ends at once with 130", name => {
  const signals = createSignals();
  const before: number[] = [];
  const { signal, close } = listenForInterrupts(signals.source, () => before.push(signals.exits.length));
  expect(signal.aborted).toBe(false);
  signals.send(name);
  expect(signal.reason).toBeInstanceOf(Interrupted);
  expect(signals.exits).toEqual([]);
  signals.send("SIGINT");
  expect([signals.exits, before]).toEqual([[130], [0]]);
  close();
  expect(signals.listening()).toBe(0);
});

test("what an interrupt ends is told from what ends by itself", () => {
  const signals = createSignals();
  const { signal } = listenForInterrupts(signals.source, () => undefined);
  const abort = new DOMException("aborted", "AbortError");
  expect(isInterrupt(abort, signal)).toBe(false);
  signals.send("SIGINT");
  expect([signal.reason, abort, new Error("bug"), "text"].map(cause => isInterrupt(cause, signal))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isInterrupt(new Interrupted(), AbortSignal.abort(new Error("time is over")))).toBe(false);
});

test("a sleep ends by an interrupt, before it and in it, and leaves nothing behind", async () => {
  const controller = new AbortController();
  const sleeping = effects.sleep(60_000, controller.signal);
  controller.abort(new Interrupted());
  await expect(sleeping).rejects.toBe(controller.signal.reason);
  await expect(effects.sleep(60_000, controller.signal)).rejects.toBe(controller.signal.reason);
  await expect(effects.sleep(0)).resolves.toBeUndefined();
});

test("the clock goes on, and chance stays in its bounds", () => {
  expect(effects.now()).toBeLessThanOrEqual(effects.now());
  const drawn = Array.from({ length: 100 }, effects.random);
  expect(drawn.every(number => number >= 0 && number < 1)).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(95);
});

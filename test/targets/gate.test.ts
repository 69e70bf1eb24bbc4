import { expect, test } from "vitest";
import { createGate } from "../../src/targets/gate.ts";

/** Work that ends when the test says so. */
function startWork(gate: ReturnType<typeof createGate>, started: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const done = gate(() => {
    started.push(name);
    return promise;
  });
  return { done, finish: () => resolve(name), fail: () => reject(new Error(name)) };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test("lets so many run at a time, the rest in the order they came", async () => {
  const started: string[] = [];
  const gate = createGate(2);
  const [one, two, three, four] = ["1", "2", "3", "4"].map(name => startWork(gate, started, name));
  await turn();
  expect(started).toEqual(["1", "2"]);
  two?.finish();
  expect(await two?.done).toBe("2");
  await turn();
  expect(started).toEqual(["1", "2", "3"]);
  one?.finish();
  three?.finish();
  four?.finish();
  expect(await Promise.all([one?.done, three?.done, four?.done])).toEqual(["1", "3", "4"]);
});

test("lets the next one in when one fails", async () => {
  const started: string[] = [];
  const gate = createGate(1);
  const failing = startWork(gate, started, "failing");
  const next = startWork(gate, started, "next");
  failing.fail();
  await expect(failing.done).rejects.toThrow("failing");
  next.finish();
  expect(await next.done).toBe("next");
});

test("never runs more, however they come and go, and is free afterwards", async () => {
  const gate = createGate(3);
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await turn();
    running--;
  };
  const wave = async (): Promise<void> => {
    await gate(work);
    await Promise.all([gate(work), gate(work)]);
  };
  await Promise.all(Array.from({ length: 20 }, wave));
  expect(most).toBe(3);
  const started: string[] = [];
  const all = ["1", "2", "3"].map(name => startWork(gate, started, name));
  await turn();
  expect(started).toEqual(["1", "2", "3"]);
  for (const { finish } of all) finish();
});

import { describe, expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/index.ts";
import type { Effects } from "../../src/targets/index.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import { acquireLock, type Lock } from "../../src/targets/kubernetes/lock/lock.ts";
import type { TestCluster } from "./clusters.ts";

/** One process that wants the lock. */
export interface Party {
  readonly cluster: TestCluster;
  /** Its timers stand still, as after SIGSTOP; its clock goes on. */
  suspend(): void;
  resume(): void;
}

/** Where the contract is tried: one API server, and time. */
export interface LockWorld {
  /** How long a lock counts without being renewed, in milliseconds: whole seconds. */
  readonly lease: number;
  now(): number;
  party(): Party;
  settle<T>(promise: Promise<T>): Promise<T>;
  until(condition: () => boolean): Promise<void>;
  stored(stack: string): Promise<LiveObject | undefined>;
  /** Deletes the Lease, as somebody by hand would. */
  deleteLease(stack: string): Promise<void>;
}

/** Timers that stand still while a process is suspended. */
export function suspendable(effects: Effects): { readonly effects: Effects; suspend(): void; resume(): void } {
  let running = Promise.withResolvers<void>();
  running.resolve();
  const aborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  return {
    effects: {
      ...effects,
      sleep: async (milliseconds, signal) => {
        await effects.sleep(milliseconds, signal);
        await (signal === undefined ? running.promise : Promise.race([running.promise, aborted(signal)]));
        signal?.throwIfAborted();
      },
    },
    suspend: () => {
      running = Promise.withResolvers();
    },
    resume: () => running.resolve(),
  };
}

/** The names of the findings that a promise ends with. */
export const refusal = (promise: Promise<unknown>): Promise<readonly string[]> =>
  promise.then(
    () => [],
    cause => namesOf(cause),
  );

export const namesOf = (cause: unknown): readonly string[] => {
  if (!(cause instanceof DiagnosticError)) throw cause;
  return cause.diagnostics.map(({ name }) => name);
};

let stacks = 0;
const newStack = () => `stack-${++stacks}`;
const long = 120_000;

/** What a lock promises, on any API server. */
export function lockContract(title: string, world: LockWorld): void {
  const acquire = (party: Party, stack: string, options: { holder?: string; lockTimeout?: number } = {}) =>
    acquireLock(party.cluster, {
      stack,
      holder: options.holder ?? "runner-7",
      lockTimeout: options.lockTimeout ?? long,
    });
  const take = (party: Party, stack: string) => world.settle(acquire(party, stack));
  const passed = async (milliseconds: number) => {
    const start = world.now();
    await world.until(() => world.now() - start >= milliseconds);
  };

  describe(title, () => {
    test("is a Lease that says whose it is, and is gone after the release", async () => {
      const stack = newStack();
      const lock = await take(world.party(), stack);
      lock.check();
      const lease = await world.settle(world.stored(stack));
      expect(lease?.metadata).toMatchObject({
        name: `alien-${stack}-lock`,
        labels: { "app.kubernetes.io/managed-by": "alien-compile", "alien.dev/stack": stack },
      });
      expect(lease?.spec).toEqual({
        holderIdentity: expect.stringMatching(/^runner-7#[0-9a-f]{16}$/),
        leaseDurationSeconds: world.lease / 1000,
        acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        renewTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        leaseTransitions: 0,
      });
      await world.settle(lock.release());
      expect(await world.settle(world.stored(stack))).toBeUndefined();
      expect(lock.signal.aborted).toBe(false);
      expect(() => lock.check()).toThrow();
      await world.settle(lock.release());
    });

    test("is waited for while it is renewed, which is said once", async () => {
      const stack = newStack();
      const lock = await take(world.party(), stack);
      const other = world.party();
      const waiting = acquire(other, stack);
      await passed(world.lease * 2.5);
      lock.check();
      expect(other.cluster.progress).toEqual([{ kind: "lock-held", holder: "runner-7" }]);
      await world.settle(lock.release());
      const second = await world.settle(waiting);
      second.check();
      await world.settle(second.release());
    });

    test("is not waited for longer than wanted", async () => {
      const stack = newStack();
      const lock = await take(world.party(), stack);
      const start = world.now();
      const refused = acquire(world.party(), stack, { lockTimeout: world.lease / 2 });
      expect(await world.settle(refusal(refused))).toEqual(["lock-held"]);
      expect(world.now() - start).toBeGreaterThanOrEqual(world.lease / 2);
      const error = await refused.catch((cause: DiagnosticError) => cause);
      expect((error as DiagnosticError).diagnostics[0]?.message).toContain("`runner-7`");
      lock.check();
      await world.settle(lock.release());
    });

    test("of a holder that is gone is taken over when its lease is over, and not before", async () => {
      const stack = newStack();
      const dead = world.party();
      const lost = await take(dead, stack);
      dead.suspend();
      const start = world.now();
      const lock = await take(world.party(), stack);
      expect(world.now() - start).toBeGreaterThanOrEqual(world.lease);
      lock.check();
      expect((await world.settle(world.stored(stack)))?.spec).toMatchObject({ leaseTransitions: 1 });
      // It wakes: nothing may be written before its timers come round, and its release leaves the other's lock alone.
      expect(() => lost.check()).toThrow(DiagnosticError);
      expect(lost.signal.aborted).toBe(true);
      dead.resume();
      await world.settle(lost.release());
      lock.check();
      expect(await world.settle(world.stored(stack))).toBeDefined();
      await world.settle(lock.release());
      expect(await world.settle(world.stored(stack))).toBeUndefined();
    });

    test("ends when somebody deletes the Lease, which is not created anew", async () => {
      const stack = newStack();
      const lock = await take(world.party(), stack);
      await world.settle(world.deleteLease(stack));
      await world.until(() => lock.signal.aborted);
      expect(namesOf(lock.signal.reason)).toEqual(["lock-lost"]);
      expect(await world.settle(world.stored(stack))).toBeUndefined();
      await world.settle(lock.release());
    });

    test("has one holder at a time, among twenty that want it at once", async () => {
      const stack = newStack();
      let inside = 0;
      let most = 0;
      const held: number[] = [];
      const work = async (lock: Lock, party: Party, index: number) => {
        most = Math.max(most, ++inside);
        held.push(index);
        await party.cluster.get({ kind: "Secret", name: "something" });
        lock.check();
        inside--;
        await lock.release();
      };
      const all = Array.from({ length: 20 }, async (_, index) => {
        const party = world.party();
        await work(await acquire(party, stack), party, index);
      });
      await world.settle(Promise.all(all));
      expect(most).toBe(1);
      expect(held.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
      expect(await world.settle(world.stored(stack))).toBeUndefined();
    });

    test("is given back after an interrupt, which also ends the waiting", async () => {
      const stack = newStack();
      const party = world.party();
      const lock = await take(party, stack);
      const other = world.party();
      const waiting = acquire(other, stack).catch((cause: unknown) => cause);
      await world.until(() => other.cluster.progress.length > 0);
      const reason = new Error("interrupted");
      other.cluster.abort(reason);
      expect(await world.settle(waiting)).toBe(reason);
      party.cluster.abort(reason);
      lock.check();
      await world.settle(lock.release());
      expect(await world.settle(world.stored(stack))).toBeUndefined();
    });
  });
}

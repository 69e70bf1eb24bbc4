import { describe, expect, test } from "vitest";
import type { DiagnosticError } from "../../src/diagnostics/index.ts";
import { objectPath } from "../../src/targets/kubernetes/api/kinds.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import type { ApiRequest } from "../../src/targets/kubernetes/client.ts";
import { claimOf, leaseRef } from "../../src/targets/kubernetes/lock/lease.ts";
import { acquireLock, type Lock } from "../../src/targets/kubernetes/lock/lock.ts";
import { createFakeApi, type FakeClusterOptions, openFakeCluster } from "./fake-cluster.ts";
import { type LockWorld, lockContract, namesOf, suspendable } from "./lock-contract.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

const lease = 15_000;
const timing = { lease, retry: 250 };
const options = { stack: "acme", holder: "runner-7", lockTimeout: 120_000 };

function fakeWorld(): LockWorld {
  const clock = createVirtualClock();
  const api = createFakeApi();
  const open = (effects: FakeClusterOptions["effects"] = clock) =>
    openFakeCluster(api, { effects, timing, latency: () => 5 + clock.random() * 50 });
  return {
    lease,
    now: clock.now,
    party: () => {
      const { effects, ...switches } = suspendable(clock);
      return { cluster: open(effects), ...switches };
    },
    settle: clock.settle,
    until: clock.until,
    stored: stack => open().get(leaseRef(stack)),
    deleteLease: async stack => void (await open().remove(leaseRef(stack), {})),
  };
}

lockContract("the lock of a stack, on an API in memory", fakeWorld());

interface Scene {
  readonly clock: VirtualClock;
  readonly api: ReturnType<typeof createFakeApi>;
  open(more?: Partial<FakeClusterOptions>): ReturnType<typeof openFakeCluster>;
  stored(): LiveObject | undefined;
}

function scene(seed?: number): Scene {
  const clock = createVirtualClock(seed);
  const api = createFakeApi();
  return {
    clock,
    api,
    open: (more = {}) => openFakeCluster(api, { effects: clock, timing, ...more }),
    stored: () => [...api.objects.values()].find(({ kind }) => kind === "Lease"),
  };
}

const once = (method: ApiRequest["method"], fate: "answer-lost" | "hangs" | "request-lost") => {
  let done = false;
  return (request: ApiRequest) => {
    if (done || request.method !== method) return "arrives" as const;
    done = true;
    return fate;
  };
};

describe("on a network that loses things", () => {
  test("a lock whose first answer was lost is recognised", async () => {
    const { clock, open } = scene();
    const start = clock.now();
    const cluster = open({ fate: once("POST", "answer-lost") });
    const lock = await clock.settle(acquireLock(cluster, options));
    expect(clock.now() - start).toBeLessThan(lease / 3);
    expect(cluster.progress.map(({ kind }) => kind)).toEqual(["retrying"]);
    lock.check();
  });

  test("an answer that took too long is not relied on: the lock is claimed again", async () => {
    const { clock, open } = scene();
    let slow = true;
    const lock = await clock.settle(
      acquireLock(open({ latency: () => (slow && clock.now() < 2 * lease ? lease / 2 : 1) }), options),
    );
    slow = false;
    lock.check();
    await clock.pass(lease / 2);
    lock.check();
  });

  test.each(["answer-lost", "request-lost", "hangs"] as const)("a renewal that %s is made up for", async fate => {
    const { clock, open } = scene();
    const lock = await clock.settle(acquireLock(open({ fate: once("PUT", fate) }), options));
    await clock.pass(3 * lease);
    lock.check();
    expect(lock.signal.aborted).toBe(false);
    await clock.settle(lock.release());
  });

  test.each(["request-lost", "hangs", "answer-lost"] as const)(
    "when every renewal %s, it ends before others come",
    async fate => {
      const { clock, open, stored } = scene();
      let cut = false;
      const lock = await clock.settle(acquireLock(open({ fate: () => (cut ? fate : "arrives") }), options));
      cut = true;
      const start = clock.now();
      await clock.until(() => lock.signal.aborted);
      expect(clock.now() - start).toBeCloseTo((lease * 2) / 3, 0);
      expect(namesOf(lock.signal.reason)).toEqual(["lock-lost"]);
      expect(() => lock.check()).toThrow();
      const released = clock.now();
      await clock.settle(lock.release());
      expect(clock.now() - released).toBeLessThanOrEqual(lease / 2);
      if (fate !== "answer-lost") expect(stored()).toBeDefined();
    },
  );

  test("what counts is when a renewal was sent, not when its answer came", async () => {
    const { clock, open } = scene();
    const sent: number[] = [];
    const fate = ({ method }: ApiRequest) => {
      if (method === "PUT") sent.push(clock.now());
      return sent.length > 1 ? "request-lost" : "arrives";
    };
    const lock = await clock.settle(acquireLock(open({ fate, latency: () => 1000 }), options));
    await clock.until(() => lock.signal.aborted);
    expect(clock.now() - (sent[0] ?? 0)).toBeCloseTo((lease * 2) / 3, 0);
  });

  test("a release waits for the renewal that is under way", async () => {
    const { clock, open, api, stored } = scene();
    const lock = await clock.settle(acquireLock(open({ latency: () => 1000 }), options));
    await clock.until(() => api.requests.at(-1)?.method === "PUT");
    await clock.settle(lock.release());
    expect(api.requests.map(({ method }) => method)).toEqual(["GET", "POST", "PUT", "DELETE"]);
    expect(stored()).toBeUndefined();
  });

  test("a lock that another one took by force is lost as soon as that is seen", async () => {
    const { clock, open, stored } = scene();
    const cluster = open();
    const lock = await clock.settle(acquireLock(cluster, options));
    const live = stored();
    if (live === undefined) throw new Error("there is no Lease");
    await cluster.call({
      method: "PUT",
      path: objectPath(leaseRef("acme"), "default"),
      body: { ...live, spec: { ...(live.spec as object), holderIdentity: "intruder" } },
    });
    const start = clock.now();
    await clock.until(() => lock.signal.aborted);
    expect(clock.now() - start).toBeLessThan(lease / 2);
    expect(namesOf(lock.signal.reason)).toEqual(["lock-lost"]);
    expect((lock.signal.reason as DiagnosticError).diagnostics[0]?.message).toContain("`intruder`");
    await clock.settle(lock.release());
    expect(stored()).toBeDefined();
  });

  test("an interrupt ends the waiting at once", async () => {
    const { clock, open } = scene();
    await clock.settle(acquireLock(open(), options));
    const other = open();
    const waiting = acquireLock(other, options);
    await clock.until(() => other.progress.length > 0);
    const start = clock.now();
    other.abort(new Error("interrupted"));
    await expect(clock.settle(waiting)).rejects.toThrow("interrupted");
    expect(clock.now()).toBe(start);
  });

  test("a release finds a Lease that a lost renewal changed", async () => {
    const { clock, open, stored } = scene();
    const lock = await clock.settle(acquireLock(open({ fate: once("PUT", "answer-lost") }), options));
    const before = stored()?.metadata.resourceVersion;
    await clock.until(() => stored()?.metadata.resourceVersion !== before);
    await clock.settle(lock.release());
    expect(stored()).toBeUndefined();
  });

  test.each(["answer-lost", "request-lost"] as const)("a release that %s is made up for", async fate => {
    const { clock, open, stored } = scene();
    const lock = await clock.settle(acquireLock(open({ fate: once("DELETE", fate) }), options));
    await clock.settle(lock.release());
    expect(stored()).toBeUndefined();
  });
});

describe("time", () => {
  test("is told by renewals, not by the time of day, which may stand still or differ", async () => {
    const { clock, open } = scene();
    const frozen = { ...clock, date: () => new Date(0) };
    const lock = await clock.settle(acquireLock(open({ effects: frozen }), options));
    const waiting = acquireLock(open(), { ...options, lockTimeout: 4 * lease });
    await expect(clock.settle(waiting)).rejects.toThrow("lock-held");
    lock.check();
  });

  test("is what the Lease says, not what the one who waits is used to", async () => {
    const { clock, open } = scene();
    const { effects, suspend } = suspendable(clock);
    const patient = open({ effects, timing: { ...timing, lease: 4 * lease } });
    await clock.settle(acquireLock(patient, options));
    suspend();
    const start = clock.now();
    const lock = await clock.settle(acquireLock(open(), options));
    expect(clock.now() - start).toBeGreaterThanOrEqual(4 * lease);
    lock.check();
  });

  test("a Lease without a holder is free at once", async () => {
    const { clock, open, api } = scene();
    const metadata = { name: "alien-acme-lock" };
    api.handle({
      method: "POST",
      path: "/apis/coordination.k8s.io/v1/namespaces/default/leases",
      body: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec: { holderIdentity: "" } },
    });
    const start = clock.now();
    await clock.settle(acquireLock(open(), options));
    expect(clock.now()).toBe(start);
  });
});

test.each(Array.from({ length: 25 }, (_, index) => index + 1))(
  "nobody writes while another may, whatever is lost or suspended (%i)",
  async seed => {
    const { clock, open, stored } = scene(seed);
    const fates = ["request-lost", "answer-lost", "hangs"] as const;
    const fate = () => (clock.random() < 0.15 ? (fates[Math.floor(clock.random() * 3)] ?? "hangs") : "arrives");
    const holding = new Map<number, Lock>();
    let holders = 0;
    const mayWrite = () =>
      [...holding].filter(([, lock]) => {
        try {
          lock.check();
          return true;
        } catch (cause) {
          return namesOf(cause).length === 0;
        }
      });
    const run = async (index: number) => {
      const { effects, suspend, resume } = suspendable(clock);
      const cluster = open({ effects, fate, latency: () => clock.random() * 400, timing: { ...timing, call: 2000 } });
      const lock = await acquireLock(cluster, { ...options, holder: `runner-${index}`, lockTimeout: 10_000_000 });
      holding.set(index, lock);
      holders++;
      for (let writes = 0; writes < 20; writes++) {
        expect(mayWrite().length).toBeLessThanOrEqual(1);
        if (clock.random() < 0.1) {
          suspend();
          void clock.sleep(clock.random() * 3 * lease).then(resume);
        }
        await effects.sleep(clock.random() * 2000);
      }
      holding.delete(index);
      await lock.release();
    };
    await clock.settle(Promise.all(Array.from({ length: 6 }, (_, index) => run(index))));
    expect(holders).toBe(6);
    const left = stored();
    if (left !== undefined) expect(claimOf(left).identity).toMatch(/^runner-/);
  },
);

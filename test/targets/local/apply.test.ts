import { describe, expect, test } from "vitest";
import type { StackIr } from "../../../src/ir/index.ts";
import { effective } from "../../../src/targets/index.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { daemonIr, stackIr, text, variable } from "../../render/stack-ir.ts";
import { createApplyStage, Killed } from "./apply-stage.ts";

type Versions = Readonly<Record<string, string>>;

/** A stack whose daemons say which version of it they are of. */
const stackOf = (versions: Versions, given: Partial<StackIr> = {}): StackIr =>
  stackIr({
    daemons: Object.entries(versions).map(([id, version]) => ({
      ...daemonIr(id, { image: `${id}:1` }),
      environment: { local: [text("VERSION", version)], kubernetes: [] },
    })),
    ...given,
  } as Parameters<typeof stackIr>[0]);

const images = ["agent:1", "other:1", "third:1"];

/** A stage on which a daemon of the version `bad` ends at once. */
function createStage() {
  const stage = createApplyStage({ images });
  for (const image of images) {
    stage.engine.behave(image, (_, { environment }) =>
      environment.includes("VERSION=bad") ? { does: "exit", code: 3, after: 100 } : { does: "run" },
    );
  }
  return stage;
}

const names = (found: readonly { readonly name: string }[]): readonly string[] => found.map(({ name }) => name);

describe("an apply", () => {
  test("makes a network and containers, remembers them, and finds nothing to do then", async () => {
    const stage = createStage();
    const outcome = await stage.apply(stackOf({ agent: "1", other: "1" }));
    expect([outcome.result, outcome.diagnostics]).toEqual(["ready", []]);
    expect(outcome.state.resources.agent).toMatchObject({
      status: "running",
      outputs: { daemonName: "acme-agent", running: true },
    });
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
    expect(stage.records.get("acme")).toMatchObject({ good: { number: 1 } });
    expect(stage.records.get("acme")).not.toHaveProperty("pending");
    stage.engine.forgetCalls();
    const again = await stage.apply(stackOf({ agent: "1", other: "1" }));
    expect([again.result, again.writes]).toEqual(["unchanged", 0]);
    expect(stage.engine.writes).toEqual([]);
    expect(stage.engine.calls.toSorted()).toEqual([
      "container acme-agent",
      "container acme-other",
      "containers",
      "image agent:1",
      "image other:1",
      "info",
      "network alien",
      "volumes",
    ]);
  });

  test("says which variable changed, and replaces that daemon alone", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    const { value: plan } = await stage.plan(stackOf({ agent: "2", other: "1" }));
    expect(effective(plan ?? { changes: [] })).toMatchObject([
      {
        action: "replace",
        daemon: "agent",
        reason: { kind: "declared" },
        fields: [{ field: "environment.VERSION", before: "1", after: "2" }],
      },
    ]);
    stage.engine.forgetCalls();
    expect((await stage.apply(stackOf({ agent: "2", other: "1" }))).result).toBe("ready");
    expect(await stage.containers()).toEqual({ "acme-agent": "running 2", "acme-other": "running 1" });
    expect(stage.engine.writes.filter(call => call.includes("other"))).toEqual([]);
  });

  test("never runs two processes of one daemon", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1" }));
    stage.engine.forgetCalls();
    await stage.apply(stackOf({ agent: "2" }));
    const order = stage.engine.writes.map(call => call.split(" ")[0]);
    expect(order.indexOf("createContainer")).toBeLessThan(order.indexOf("stopContainer"));
    expect(order.indexOf("stopContainer")).toBeLessThan(order.indexOf("startContainer"));
    expect(order.indexOf("startContainer")).toBeLessThan(order.indexOf("removeContainer"));
  });

  test("goes back to what ran when the new one does not, and keeps the good revision", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    const outcome = await stage.apply(stackOf({ agent: "bad", other: "2", third: "2" }));
    expect(outcome.result).toBe("rolled-back");
    expect(names(outcome.diagnostics)).toEqual(["crash-loop", "rolled-back"]);
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
    expect(stage.records.get("acme")?.good?.number).toBe(1);
    expect((await stage.apply(stackOf({ agent: "1", other: "1" }))).result).toBe("unchanged");
  });

  test("leaves the first failure to look at, or any with rollback switched off", async () => {
    const stage = createStage();
    const first = await stage.apply(stackOf({ agent: "bad" }));
    expect([first.result, names(first.diagnostics)]).toEqual(["failed", ["crash-loop", "no-earlier-revision"]]);
    expect(Object.keys(await stage.containers())).toEqual(["acme-agent"]);
    expect((await stage.apply(stackOf({ agent: "1" }))).result).toBe("ready");
    const second = await stage.apply(stackOf({ agent: "bad" }), { rollback: false });
    expect(second.result).toBe("failed");
    const back = await stage.apply(stackOf({ agent: "bad" }));
    expect(back.result).toBe("rolled-back");
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1" });
  });

  test("deletes what is no longer declared when the rest runs, not before", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    await stage.apply(stackOf({ agent: "bad" }));
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
    expect((await stage.apply(stackOf({ agent: "2" }))).result).toBe("ready");
    expect(await stage.containers()).toEqual({ "acme-agent": "running 2" });
  });

  test("starts what was stopped, and brings back what was altered or removed", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    await stage.engine.stopContainer("acme-agent", 1);
    await stage.engine.setRestartPolicy("acme-other", "no");
    const { value: plan } = await stage.plan(stackOf({ agent: "1", other: "1" }));
    expect(effective(plan ?? { changes: [] }).map(({ action, reason }) => [action, reason.kind])).toEqual([
      ["update", "stopped"],
      ["update", "drifted"],
    ]);
    expect((await stage.apply(stackOf({ agent: "1", other: "1" }))).result).toBe("ready");
    await stage.engine.removeContainer("acme-agent");
    expect((await stage.apply(stackOf({ agent: "1", other: "1" }))).result).toBe("ready");
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
  });

  test("tells a changed secret value by its variable alone, and brings the old value back", async () => {
    const stage = createStage();
    const password = variable("PASSWORD", { kind: "secret", secret: "password" });
    const secrets = [{ name: "password", path: "/secrets/password", env: "PASSWORD" }];
    const stack = (version: string) => {
      const [agent] = stackOf({ agent: version }).daemons;
      const environment = { local: [...(agent?.environment.local ?? []), password], kubernetes: [] };
      return stackOf({}, { secrets, daemons: agent === undefined ? [] : [{ ...agent, environment }] });
    };
    await stage.apply(stack("1"), { secretValues: { password: "first-value" } });
    const { value: plan } = await stage.plan(stack("1"), { secretValues: { password: "second-value" } });
    expect(plan?.changes.at(-1)).toMatchObject({
      action: "replace",
      reason: { kind: "secret-changed", keys: ["PASSWORD"] },
      fields: [{ field: "environment.PASSWORD", secret: true }],
    });
    expect(JSON.stringify([plan?.changes, ...stage.records.values()])).not.toMatch(/(first|second)-value/);
    const outcome = await stage.apply(stack("bad"), { secretValues: { password: "second-value" } });
    expect(outcome.result).toBe("rolled-back");
    expect((await stage.engine.container("acme-agent"))?.environment).toContain("PASSWORD=first-value");
    const missing = await stage.plan(stack("1"));
    expect(names(missing.diagnostics)).toEqual(["secret-value-missing"]);
  });

  test("touches nothing that is not ours, and takes it over when it is allowed to", async () => {
    const stage = createStage();
    const foreign = { image: "other:1", environment: [], labels: {}, network: "bridge", mounts: [] };
    const id = await stage.engine.createContainer("acme-agent", foreign);
    await stage.engine.startContainer(id);
    const refused = await stage.plan(stackOf({ agent: "1" }));
    expect([refused.value, names(refused.diagnostics)]).toEqual([undefined, ["object-not-ours"]]);
    const failed = await stage.apply(stackOf({ agent: "bad" }), { adopt: true });
    expect(failed.result).toBe("rolled-back");
    expect((await stage.engine.container("acme-agent"))?.id).toBe(id);
    expect((await stage.apply(stackOf({ agent: "1" }), { adopt: true })).result).toBe("ready");
    expect(await stage.containers()).toEqual({ "acme-agent": "running 1" });
  });

  test("refuses another source, and an empty stack", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1" }), { source: "github.com/acme/one" });
    stage.records.clear();
    const other = await stage.plan(stackOf({ agent: "1" }), { source: "github.com/acme/two" });
    expect(names(other.diagnostics)).toContain("other-source");
    const empty = await stage.plan(stackOf({}), { source: "github.com/acme/one" });
    expect(names(empty.diagnostics)).toContain("empty-stack");
  });

  test("starts again what the engine could not start because it failed itself", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1" }));
    stage.engine.forgetCalls();
    stage.engine.fail("startContainer", new EngineError("failed to update store", { status: 500 }), 2);
    expect((await stage.apply(stackOf({ agent: "2" }))).result).toBe("ready");
    expect(stage.engine.writes.filter(call => call.startsWith("startContainer"))).toHaveLength(3);
    expect(await stage.containers()).toEqual({ "acme-agent": "running 2" });
  });

  test.each(["createContainer", "stopContainer", "renameContainer", "startContainer", "removeContainer"] as const)(
    "ends where the engine goes at a %s, and the next one converges",
    async method => {
      const stage = createStage();
      await stage.apply(stackOf({ agent: "1" }));
      const gone = new EngineError("connect ECONNREFUSED", { status: 0, code: "ECONNREFUSED" });
      stage.engine.fail(method, gone);
      await expect(stage.apply(stackOf({ agent: "2" }))).rejects.toBe(gone);
      expect((await stage.apply(stackOf({ agent: "2" }))).result).toMatch(/ready|unchanged/);
      expect(await stage.containers()).toEqual({ "acme-agent": "running 2" });
    },
  );

  test("with what was remembered lost, finds its containers by their labels", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    stage.records.clear();
    stage.engine.forgetCalls();
    expect((await stage.apply(stackOf({ agent: "1", other: "1" }))).result).toBe("ready");
    expect(stage.engine.writes).toEqual([]);
    expect(stage.records.get("acme")?.good?.number).toBe(1);
  });
});

describe("a delete", () => {
  test("leaves nothing but data, and nothing at all with purge", async () => {
    const stage = createStage();
    await stage.apply(stackOf({ agent: "1", other: "1" }));
    expect((await stage.delete("acme"))?.result).toBe("deleted");
    expect([await stage.containers(), stage.records.size, await stage.engine.network("alien")]).toEqual([
      {},
      0,
      undefined,
    ]);
    expect(await stage.delete("acme")).toBeUndefined();
  });
});

describe("killed at any write", () => {
  const [first, update, worse] = [
    stackOf({ agent: "1", other: "1" }),
    stackOf({ agent: "2", third: "2" }),
    stackOf({ agent: "bad", third: "3" }),
  ];
  const moments = [true, false];

  /** Kills one write after the other until a run comes to its end by itself. */
  async function everyKill(prepare: (stage: ReturnType<typeof createStage>) => Promise<unknown>, goal: StackIr) {
    for (const done of moments) {
      for (let write = 1; ; write++) {
        const stage = createStage();
        await prepare(stage);
        const killed = await stage.apply(goal, { kill: { write, done } }).catch(cause => cause);
        if (!(killed instanceof Killed)) break;
        await expectGoal(stage, `after write ${write}, ${done ? "done" : "not done"}`);
      }
    }
  }

  async function expectGoal(stage: ReturnType<typeof createStage>, when: string) {
    const outcome = await stage.apply(update);
    expect([outcome.diagnostics, outcome.result], when).toEqual([[], expect.stringMatching(/ready|unchanged/)]);
    expect(await stage.containers(), when).toEqual({ "acme-agent": "running 2", "acme-third": "running 2" });
    expect(stage.records.get("acme"), when).toMatchObject({ good: { ir: update } });
    expect(stage.records.get("acme"), when).not.toHaveProperty("pending");
  }

  test("of a first apply, the next run converges", () => everyKill(async () => undefined, first));
  test("of an update, the next run converges", () => everyKill(stage => stage.apply(first), update));
  test("of a failing update, the next run converges", () => everyKill(stage => stage.apply(first), worse));

  test("of a failing update, the same again goes back to what worked", async () => {
    for (const done of moments) {
      for (let write = 1; ; write++) {
        const stage = createStage();
        await stage.apply(first);
        const killed = await stage.apply(worse, { kill: { write, done } }).catch(cause => cause);
        if (!(killed instanceof Killed)) break;
        const when = `after write ${write}, ${done ? "done" : "not done"}`;
        expect((await stage.apply(worse)).result, when).toBe("rolled-back");
        expect(await stage.containers(), when).toEqual({ "acme-agent": "running 1", "acme-other": "running 1" });
      }
    }
  });

  test("of a delete, the next one leaves nothing", async () => {
    for (const done of moments) {
      for (let write = 1; ; write++) {
        const stage = createStage();
        await stage.apply(first);
        const killed = await stage.delete("acme", { kill: { write, done } }).catch(cause => cause);
        if (!(killed instanceof Killed)) break;
        await stage.delete("acme");
        expect([await stage.containers(), stage.records.size]).toEqual([{}, 0]);
      }
    }
  });
});

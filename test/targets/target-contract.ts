import { describe, expect, test } from "vitest";
import { type Diagnostic, finding } from "../../src/diagnostics/index.ts";
import { type DaemonStatus, effective, type Outcome, type Plan, type WatchEvent } from "../../src/targets/index.ts";
import { refusal } from "./lock-contract.ts";
import {
  type Collected,
  createScene,
  type Daemons,
  fieldsOf,
  type Party,
  planned,
  type TargetWorld,
} from "./target-scene.ts";

const reason = new Error("interrupted");
const agent: Daemons = { agent: {} };
const other = { source: "github.com/acme/other" };
const own = { source: "github.com/acme/connector" };

const names = (diagnostics: readonly Diagnostic[]): readonly string[] => diagnostics.map(({ name }) => name);
const actions = ({ changes }: Plan): ReadonlySet<string> => new Set(changes.map(({ action }) => action));
/** By id, whether it runs. */
const running = ({ state }: Pick<Outcome, "state">): Readonly<Record<string, boolean | undefined>> =>
  Object.fromEntries(Object.entries(state.resources).map(([id, { outputs }]) => [id, outputs?.running]));
/** Whether it was told that a daemon is so by now. */
const isTold = ({ items }: Collected<WatchEvent>, daemon: string, to: Partial<DaemonStatus>): boolean =>
  items.some(event => {
    if (event.kind !== "change" || event.daemon !== daemon) return false;
    return Object.entries(to).every(([field, value]) => event.to[field as keyof DaemonStatus] === value);
  });

/** What the process of a daemon calls itself. */
async function processOf(party: Party, daemon: string): Promise<string> {
  const [first] = await party.lines({ daemons: [daemon] });
  expect(first?.text).toMatch(/^process ./);
  return first?.text ?? "";
}

/** What a target promises, wherever stacks run. Each test has a world, and in it a stack of its own. */
export function targetContract(title: string, open: () => TargetWorld): void {
  describe(title, () => {
    test("what is not there is told so, and a plan changes nothing", async ({ onTestFinished }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const isNotFound = { value: undefined, diagnostics: [{ name: "stack-not-found", at: { argument: "--stack" } }] };
      expect(await party.status()).toMatchObject(isNotFound);
      expect(await party.planDeletion()).toEqual({ value: undefined, diagnostics: [] });
      const first = planned(await party.plan(agent));
      expect([first.stack, first.platform, [...actions(first)]]).toEqual([stack, world.platform, ["create"]]);
      expect(first.changes.filter(({ daemon }) => daemon === "agent").map(({ path }) => path)).toContain(
        "/resources/agent",
      );
      expect(effective(planned(await party.plan(agent)))).toHaveLength(first.changes.length);
      expect(await party.status()).toMatchObject(isNotFound);
      expect(await world.left(stack)).toEqual([]);
      const watched = [party.watch(), party.watch({ drift: true }), party.follow()];
      const asked = [party.restart([]), ...watched.map(({ end }) => world.settle(end))].map(refusal);
      for (const refused of asked) expect(await refused).toEqual(["stack-not-found"]);
    });

    test("a plan of somebody else is not carried out", async ({ onTestFinished }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const plan = planned(await party.plan(agent));
      const { platform, ir, changes, approximate } = plan;
      await expect(party.carryOut({ stack, platform, ir, changes, approximate })).rejects.toThrow("did not make");
      const elsewhere = platform === "local" ? "kubernetes" : "local";
      await expect(party.carryOut({ ...plan, platform: elsewhere })).rejects.toThrow("did not make");
      expect(await world.left(stack)).toEqual([]);
    });

    test("an aborted signal ends every operation with its reason", async ({ onTestFinished }) => {
      const world = open();
      const { join, stack } = createScene(world, onTestFinished);
      const party = join();
      const plan = planned(await party.plan(agent));
      party.interrupt(reason);
      const ended = [party.plan(agent), party.planDeletion(), party.carryOut(plan), party.restart([]), party.status()];
      const streams = [party.follow(), party.watch(), party.watch({ drift: true })].map(({ end }) => world.settle(end));
      const causes = await Promise.allSettled([...ended, ...streams]);
      expect(causes).toEqual(causes.map(() => ({ status: "rejected", reason })));
      expect(await world.left(stack)).toEqual([]);
    });

    test("a stack is applied, looked at, restarted, changed and deleted", async ({ onTestFinished }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const first: Daemons = { agent: { prints: ["hello", "one more"], hasToken: true }, worker: {} };
      const outcome = await party.apply(first);
      expect(outcome).toMatchObject({ result: "ready", diagnostics: [] });
      expect(outcome.state).toMatchObject({ platform: world.platform, resourcePrefix: stack });
      expect(running(outcome)).toEqual({ agent: true, worker: true });
      const { status, outputs } = outcome.state.resources.agent ?? {};
      expect([status, outputs?.type]).toEqual(["running", "daemon"]);

      const seen = (await party.status()).value;
      expect(seen).toMatchObject({ stack, revision: 1, daemons: [{ daemon: "agent" }, { daemon: "worker" }] });
      const { daemonName } = outputs ?? {};
      const runs = { daemonName, running: true, phase: "running", restarts: 0, image: world.images[0] };
      expect(seen?.daemons[0]).toMatchObject(runs);
      expect(seen?.state.resources.agent?.outputs).toEqual(outputs);

      const before = [await processOf(party, "agent"), await processOf(party, "worker")];
      expect(actions(planned(await party.plan(first)))).toEqual(new Set(["unchanged"]));
      expect(await party.apply(first)).toMatchObject({ result: "unchanged", state: outcome.state, diagnostics: [] });
      expect([await processOf(party, "agent"), await processOf(party, "worker")]).toEqual(before);

      const lines = await party.lines();
      expect(new Set(lines.map(({ daemon }) => daemon))).toEqual(new Set(["agent", "worker"]));
      const printed = [before[0], "hello", "one more"].map(text => ({ daemon: "agent", text }));
      expect(lines.filter(({ daemon }) => daemon === "agent")).toEqual(printed);
      expect(await party.lines({ daemons: ["agent"], tail: 1 })).toEqual(printed.slice(-1));
      expect(await party.lines({ daemons: ["agent"], previous: true })).toEqual([]);
      for (const refused of [party.lines({ daemons: ["agnet"] }), party.restart(["agnet"])].map(refusal))
        expect(await refused).toEqual(["unknown-daemon"]);

      const observer = join();
      const [watched, followed] = [observer.watch(), observer.follow()];
      await world.until(() => watched.items.length > 0 && followed.items.length >= 4);
      expect(watched.items[0]).toMatchObject({ kind: "health", daemons: [{ daemon: "agent", running: true }, {}] });
      const drifted = party.watch({ drift: true });
      await world.settle(drifted.end);
      expect(drifted.items).toMatchObject([{ kind: "drift", plan: { stack } }]);
      expect(drifted.items.flatMap(event => (event.kind === "drift" ? effective(event.plan) : []))).toEqual([]);

      const restarted = await party.restart(["agent"]);
      expect([restarted.result, running(restarted)]).toEqual(["ready", { agent: true }]);
      const after = [await processOf(party, "agent"), await processOf(party, "worker")];
      expect([after[0] === before[0], after[1]]).toEqual([false, before[1]]);
      expect(await world.processes(stack, "agent")).toBe(1);
      await world.until(() => followed.items.some(({ text }) => text === after[0]));

      const second: Daemons = { agent: { version: "two", image: 1, prints: ["hello again"], hasToken: true } };
      const plan = planned(await party.plan(second, { token: "second-token-2" }));
      const fields = fieldsOf(plan, "agent");
      const environment = "/resources/agent/environment";
      expect(fields.get("environment.VERSION")).toEqual({
        field: "environment.VERSION",
        path: `${environment}/VERSION`,
        before: "one",
        after: "two",
      });
      const [old, wanted] = world.images;
      const image = { field: "image", path: "/resources/agent/code/image", before: old, after: wanted };
      expect(fields.get("image")).toEqual(image);
      expect(fields.get("environment.TOKEN")).toEqual({
        field: "environment.TOKEN",
        path: `${environment}/TOKEN`,
        secret: true,
      });
      expect(JSON.stringify([plan.changes, plan.ir])).not.toMatch(/(first|second)-token/);
      const deletions = plan.changes.filter(({ daemon }) => daemon === "worker");
      expect(new Set(deletions.map(({ action, reason: { kind } }) => `${action} ${kind}`))).toEqual(
        new Set(["delete no-longer-declared"]),
      );
      const updated = await party.carryOut(plan);
      expect([updated.result, running(updated)]).toEqual(["ready", { agent: true }]);
      expect((await party.status()).value).toMatchObject({
        revision: 2,
        daemons: [{ daemon: "agent", running: true }],
      });
      expect([await world.processes(stack, "agent"), await world.processes(stack, "worker")]).toEqual([1, 0]);
      await world.until(() => isTold(watched, "worker", { phase: "missing" }));
      await world.until(() => isTold(watched, "agent", { phase: "running", image: wanted }));
      observer.interrupt(reason);
      for (const { end } of [watched, followed]) await expect(world.settle(end)).rejects.toBe(reason);

      const last = join().watch();
      await world.until(() => last.items.length > 0);
      const deletion = planned(await party.planDeletion());
      expect([...actions(deletion)]).toEqual(["delete"]);
      const deleted = await party.carryOut(deletion, { rollback: false });
      expect([deleted.result, running(deleted)]).toEqual(["deleted", { agent: false }]);
      expect(deleted.state.resources.agent?.status).toBe("deleted");
      expect(await party.planDeletion()).toEqual({ value: undefined, diagnostics: [] });
      expect(names((await party.status()).diagnostics)).toEqual(["stack-not-found"]);
      await world.settle(last.end);
      expect(last.items.at(-1)).toMatchObject({ kind: "gone" });
      expect(await world.left(stack)).toEqual([]);
    });

    test("an update that fails is told at its line and undone, or left where that is wanted", async ({
      onTestFinished,
    }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const doing = { prints: ["going down with $TOKEN"], exits: 9 };
      const good: Daemons = { agent: { hasToken: true }, worker: {} };
      const bad: Daemons = { agent: { version: "two", hasToken: true, ...doing }, worker: {} };
      const rotated = { token: "second-token-2" };
      await party.apply(good);
      const worker = await processOf(party, "worker");

      const told: { diagnostics: readonly Diagnostic[]; wasBack: boolean }[] = [];
      const isBack = (): boolean => party.progress.some(({ kind }) => kind === "rolling-back");
      const report = async (diagnostics: readonly Diagnostic[]) => void told.push({ diagnostics, wasBack: isBack() });
      const outcome = await party.apply(bad, { ...rotated, report });
      expect([outcome.result, names(outcome.diagnostics)]).toEqual(["rolled-back", ["rolled-back"]]);
      expect(running(outcome)).toEqual({ agent: true, worker: true });
      expect([told.length, told[0]?.wasBack, isBack()]).toEqual([1, false, true]);
      expect(told[0]?.diagnostics).toMatchObject([{ name: "crash-loop", at: { path: "/resources/agent" } }]);
      expect(JSON.stringify(told)).toContain("going down with ***");
      expect(JSON.stringify([told, outcome])).not.toMatch(/(first|second)-token/);
      expect((await party.status()).value).toMatchObject({
        revision: 1,
        daemons: [{ running: true }, { running: true }],
      });
      expect(await party.apply(good)).toMatchObject({ result: "unchanged", diagnostics: [] });
      expect([await world.processes(stack, "agent"), await processOf(party, "worker")]).toEqual([1, worker]);

      const left = await party.apply(bad, { ...rotated, rollback: false });
      expect([left.result, names(left.diagnostics)]).toEqual(["failed", ["crash-loop"]]);
      const { status, error } = left.state.resources.agent ?? {};
      expect([status, error?.code]).toEqual(["update-failed", left.diagnostics[0]?.code]);
      expect(running(left)).toEqual({ agent: false, worker: true });
      expect((await party.status()).value).toMatchObject({ daemons: [{ running: false }, { running: true }] });
      expect(await party.apply(good)).toMatchObject({ result: "ready", diagnostics: [] });
      expect(await processOf(party, "worker")).toBe(worker);
    });

    test("a first apply that fails is left as it is; one that was cut short is gone on with", async ({
      onTestFinished,
    }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const told: string[] = [];
      const report = async (diagnostics: readonly Diagnostic[]) => void told.push(...names(diagnostics));
      const outcome = await party.apply({ agent: { exits: 9 } }, { report });
      expect([outcome.result, told]).toEqual(["failed", ["crash-loop"]]);
      expect(names(outcome.diagnostics)).toEqual(["no-earlier-revision"]);
      expect((await party.status()).value?.daemons).toMatchObject([{ running: false, phase: "failing" }]);

      const hasty = join(({ kind }) => {
        if (kind === "written") hasty.interrupt(reason);
      });
      await expect(hasty.apply(agent)).rejects.toBe(reason);
      expect(await party.apply(agent)).toMatchObject({ result: "ready", diagnostics: [] });
      expect([running(await party.delete()), await world.left(stack)]).toEqual([{ agent: false }, []]);
    });

    test("two who apply at once do so one after the other, and never are there two processes", async ({
      onTestFinished,
    }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const [one, two] = [join(), join()];
      const [red, blue] = [{ agent: { version: "red" } }, { agent: { version: "blue" } }];
      let most = 0;
      let isOver = false;
      const both = Promise.all([one.apply(red), two.apply(blue)]).finally(() => {
        isOver = true;
      });
      await world.until(async () => {
        most = Math.max(most, await world.processes(stack, "agent"));
        return isOver;
      });
      expect((await both).map(({ result }) => result)).toEqual(["ready", "ready"]);
      expect(most).toBe(1);
      const waited = [one, two].filter(({ progress }) => progress.some(({ kind }) => kind === "lock-held"));
      expect(waited).toHaveLength(1);
      expect(await world.processes(stack, "agent")).toBe(1);
      const plans = [planned(await one.plan(red)), planned(await one.plan(blue))];
      expect(plans.map(plan => effective(plan).length === 0).sort()).toEqual([false, true]);
    });

    test("a stack belongs to whom it came from, is not emptied by chance, and is not what it was for a plan of before", async ({
      onTestFinished,
    }) => {
      const world = open();
      const { stack, join } = createScene(world, onTestFinished);
      const party = join();
      const early = planned(await party.plan(agent, own));
      const outcome = await party.apply(agent, { ...own, wait: false });
      expect([outcome.result, outcome.diagnostics]).toEqual(["applied", []]);
      expect((await party.status()).value?.revision).toBeUndefined();

      const asked: Plan[] = [];
      const confirm = async (plan: Plan) => {
        asked.push(plan);
        return [finding("plan-outdated", { argument: "" }, { objects: [] })];
      };
      const changes = planned(await party.plan({ agent: { version: "two" } }, own));
      expect(effective(changes)).not.toEqual([]);
      expect(await refusal(party.carryOut(early, { confirm }))).toEqual(["plan-outdated"]);
      expect(asked.map(({ stack: name, changes }) => [name, effective({ changes })])).toEqual([[stack, []]]);

      const refused = await party.plan(agent, other);
      expect([refused.value, names(refused.diagnostics)]).toEqual([undefined, ["other-source"]]);
      const adopted = await party.apply(agent, { ...other, adopt: true });
      expect([adopted.result, running(adopted)]).toEqual(["ready", { agent: true }]);
      expect((await party.status()).value?.revision).toBe(1);
      expect(names((await party.plan(agent, own)).diagnostics)).toEqual(["other-source"]);

      const empty = await party.plan({}, other);
      expect([empty.value, names(empty.diagnostics)]).toEqual([undefined, ["empty-stack"]]);
      const emptied = await party.apply({}, { ...other, allowEmpty: true });
      expect([emptied.result, running(emptied)]).toEqual(["ready", {}]);
      expect(await world.processes(stack, "agent")).toBe(0);
      expect(names((await party.status()).diagnostics)).toEqual(["stack-not-found"]);
      expect((await party.delete()).result).toBe("deleted");
      expect(await party.planDeletion()).toEqual({ value: undefined, diagnostics: [] });
    });
  });
}

import type { StackIr } from "../../../src/ir/index.ts";
import type { DeploymentRecord } from "../../../src/state/index.ts";
import {
  type ApplyOptions,
  createMask,
  type Desired,
  defaultTiming,
  type Progress,
} from "../../../src/targets/index.ts";
import type { Engine } from "../../../src/targets/local/api/engine.ts";
import { applyWork } from "../../../src/targets/local/apply.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { planStack } from "../../../src/targets/local/plan.ts";
import { planDeletion } from "../../../src/targets/local/plan-deletion.ts";
import type { Work } from "../../../src/targets/local/work.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createFakeEngine, type FakeOptions } from "./fake-engine.ts";

/** What ends a run as SIGKILL does: nothing more is done by it. */
export class Killed extends Error {}

const noPermissions = { adopt: false, forceConflicts: false, allowEmpty: false, createNamespace: false };

export interface RunOptions extends Partial<ApplyOptions>, Partial<typeof noPermissions> {
  readonly purge?: boolean;
  readonly source?: string;
  readonly pull?: Desired["pull"];
  readonly secretValues?: Readonly<Record<string, string>>;
  /** The write at which the run ends, from 1, and whether it was done. */
  readonly kill?: { readonly write: number; readonly done: boolean };
}

/** An engine in memory to which stacks are applied, what is remembered of it, and time that passes at once. */
export function createApplyStage(options: FakeOptions = {}) {
  const effects = createVirtualClock();
  const engine = createFakeEngine({ effects, ...options });
  const records = new Map<string, DeploymentRecord>();
  const progress: Progress[] = [];
  const hostFor = ({ kill }: RunOptions): { host: Host; writes: () => number } => {
    let [count, isDead] = [0, false];
    const guarded = async <T>(work: () => Promise<T>, isWrite: boolean): Promise<T> => {
      if (isDead) throw new Killed();
      const isTheOne = isWrite && ++count === kill?.write;
      if (isTheOne) isDead = true;
      if (isTheOne && kill?.done === false) throw new Killed();
      const value = await work();
      if (isDead) throw new Killed();
      return value;
    };
    const host: Host = {
      engine: guardedEngine(engine, guarded),
      effects,
      timing: { ...defaultTiming, settle: 10_000 },
      onProgress: step => void progress.push(step),
      signal: new AbortController().signal,
      holder: "me",
      lockTimeout: 0,
      stateOf: () => ({
        read: stack => guarded(async () => records.get(stack), false),
        write: record => guarded(async () => void records.set(record.stack, structuredClone(record)), true),
        remove: stack => guarded(async () => void records.delete(stack), true),
        lock: async () => ({ release: () => undefined }),
      }),
      afterSignal: () => host,
    };
    return { host, writes: () => count };
  };
  const planned = (host: Host, ir: StackIr, { source, pull, secretValues = {}, ...given }: RunOptions) => {
    const desired: Desired = {
      stack: ir,
      secretValues: new Map(Object.entries(secretValues)),
      ...(source === undefined ? {} : { source }),
      ...(pull === undefined ? {} : { pull }),
    };
    return planStack(host, { desired, permissions: { ...noPermissions, ...given } });
  };
  const carryOut = (host: Host, work: Work, again: () => Promise<Work>, given: RunOptions) =>
    applyWork(work, {
      host,
      options: { wait: true, rollback: true, ...given },
      mask: createMask(Object.values(given.secretValues ?? {})),
      again,
    });
  const planOf = <T>({ value }: { readonly value: T | undefined }): T => {
    if (value === undefined) throw new Error("no plan");
    return value;
  };
  const run = async (ir: StackIr, given: RunOptions = {}) => {
    const { host, writes } = hostFor(given);
    const again = async () => planOf(await planned(host, ir, given));
    const outcome = await carryOut(host, await again(), again, given);
    return { ...outcome, writes: writes() };
  };
  const remove = async (stack: string, given: RunOptions = {}) => {
    const { host, writes } = hostFor(given);
    const permissions = { ...noPermissions, purge: given.purge ?? false };
    const first = (await planDeletion(host, stack, permissions)).value;
    if (first === undefined) return undefined;
    const again = async () => (await planDeletion(host, stack, permissions)).value ?? { ...first, changes: [] };
    return { ...(await carryOut(host, first, again, given)), writes: writes() };
  };
  return {
    ...{ effects, engine, records, progress },
    plan: (ir: StackIr, given: RunOptions = {}) => effects.settle(planned(hostFor(given).host, ir, given)),
    apply: (ir: StackIr, given: RunOptions = {}) => effects.settle(run(ir, given)),
    delete: (stack: string, given: RunOptions = {}) => effects.settle(remove(stack, given)),
    /** What is there, by name: how it is, and the value of `VERSION` in it. */
    containers: async (): Promise<Readonly<Record<string, string>>> => {
      const found = await Promise.all((await engine.containers([])).map(({ id }) => engine.container(id)));
      const entries = found.flatMap(one => {
        if (one === undefined) return [];
        const version = one.environment.find(text => text.startsWith("VERSION="))?.slice("VERSION=".length);
        return [[one.name, [one.state.status, version].filter(Boolean).join(" ")] as const];
      });
      return Object.fromEntries(entries.sort());
    },
  };
}

const writing = /^(create|start|stop|unpause|remove|rename|set|put|connect|import|pull)/;

function guardedEngine(engine: Engine, guarded: <T>(work: () => Promise<T>, isWrite: boolean) => Promise<T>): Engine {
  return new Proxy(engine, {
    get: (target, name: keyof Engine) => {
      const member = target[name];
      if (typeof member !== "function" || name === "events" || name === "logs" || name === "close") return member;
      const call = member as (...given: unknown[]) => Promise<unknown>;
      return (...given: unknown[]) => guarded(() => call(...given), writing.test(name));
    },
  });
}

import { DiagnosticError, finding } from "../../../src/diagnostics/index.ts";
import type { EnvironmentVariable, StackIr } from "../../../src/ir/index.ts";
import { localStack } from "../../../src/render/index.ts";
import type { DeploymentRecord, Revision } from "../../../src/state/index.ts";
import { defaultTiming, type WatchEvent, type WatchOptions } from "../../../src/targets/index.ts";
import type { Engine } from "../../../src/targets/local/api/engine.ts";
import { desiredContainers } from "../../../src/targets/local/containers/desired.ts";
import { makeContainer } from "../../../src/targets/local/containers/make.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import type { LockOptions, StateStore } from "../../../src/targets/local/record/state-store.ts";
import { networkSpec, volumeLabels } from "../../../src/targets/local/surroundings.ts";
import { watchStack } from "../../../src/targets/local/watch/supervise.ts";
import { daemonIr, stackIr } from "../../render/stack-ir.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createFakeEngine } from "./fake-engine.ts";
import { localRecord } from "./local-record.ts";

/** A stack `acme` with these daemons, each of an image of its own. */
export const acme = (...ids: readonly string[]): StackIr =>
  stackIr({ daemons: ids.map(id => daemonIr(id, { image: `${id}:1` })) });

/** The daemon `agent` with variables. */
export const withEnvironment = (...environment: readonly EnvironmentVariable[]): StackIr => {
  const agent = daemonIr("agent", { image: "agent:1" });
  return stackIr({ daemons: [{ ...agent, environment: { local: environment, kubernetes: [] } }] });
};

type EventOf<K extends WatchEvent["kind"]> = Extract<WatchEvent, { kind: K }>;

interface StageOptions {
  /** How long a process takes to end, in milliseconds. */
  readonly stopping?: number;
}

/** A stack that runs on an engine in memory, watched while time passes as fast as it can. */
export function createWatchStage({ stopping = 0 }: StageOptions = {}) {
  const effects = createVirtualClock();
  const engine = createFakeEngine({ effects });
  const ending = new AbortController();
  const memory = createMemoryStore();
  const told: WatchEvent[] = [];
  const end: { over: boolean; cause?: unknown } = { over: false };
  const lasting = { opened: 0, closed: 0 };
  const host: Host = {
    ...{ engine, effects, timing: defaultTiming, signal: ending.signal, holder: "me", lockTimeout: 60_000 },
    onProgress: () => undefined,
    stateOf: () => memory.store,
    afterSignal: () => {
      lasting.opened += 1;
      const stopContainer: Engine["stopContainer"] = async (id, seconds) => {
        await effects.sleep(stopping);
        await engine.stopContainer(id, seconds);
      };
      const close = (): void => void lasting.closed++;
      return { ...host, signal: new AbortController().signal, engine: { ...engine, stopContainer, close } };
    },
  };
  const record = (stack: StackIr, given: Partial<DeploymentRecord> = {}): void =>
    memory.keep(localRecord(stack.stack, { good: revisionOf(stack, 1), ...given }));
  const run = async (events: AsyncIterable<WatchEvent>): Promise<void> => {
    try {
      for await (const event of events) told.push(event);
    } catch (cause) {
      end.cause = cause;
    } finally {
      end.over = true;
    }
  };
  return {
    ...{ effects, engine, host, memory, told, end, record, lasting },
    deploy: async (stack: StackIr, secrets: Readonly<Record<string, string>> = {}) => {
      await place(host, stack, secrets);
      record(stack);
      engine.forgetCalls();
    },
    /** Watches in the background. */
    watch: (options: Partial<WatchOptions> = {}): void =>
      void run(watchStack(host, "acme", { drift: false, ...options })),
    interrupt: () => ending.abort(new Error("interrupted")),
    /** What was told of a kind. */
    of: <K extends WatchEvent["kind"]>(kind: K): readonly EventOf<K>[] =>
      told.filter((event): event is EventOf<K> => event.kind === kind),
    statusOf: async (name: string) => (await engine.container(name))?.state.status,
  };
}

export const revisionOf = (ir: StackIr, number: number): Revision => ({
  number,
  ir,
  secrets: {},
  appliedAt: "2026-01-01T00:00:00Z",
});

/** As an apply would leave it. */
async function place(host: Host, ir: StackIr, secrets: Readonly<Record<string, string>>): Promise<void> {
  const { engine } = host;
  const local = localStack(ir);
  if ((await engine.network(local.network.name)) === undefined) {
    await engine.createNetwork(networkSpec(local.network.name));
  }
  for (const volume of local.volumes) {
    await engine.createVolume({ name: volume.name, labels: volumeLabels(local.stack, volume) });
  }
  const info = await engine.info();
  for (const desired of desiredContainers(local, { source: localRecord("acme").source })) {
    const { name, image } = desired.daemon;
    (engine as ReturnType<typeof createFakeEngine>).addImage(image);
    const id = await makeContainer(host, desired, { name, info, reveal: secret => secrets[secret] ?? "" });
    await engine.startContainer(id);
  }
}

/** What is remembered, in memory: what a test says, or throws. */
function createMemoryStore() {
  let kept: DeploymentRecord | Error | undefined;
  let holder: string | undefined;
  let whenLocked = (): void => undefined;
  const locks: string[] = [];
  const store: StateStore = {
    read: async () => {
      if (kept instanceof Error) throw kept;
      return kept;
    },
    write: async record => {
      kept = record;
    },
    remove: async () => {
      kept = undefined;
    },
    lock: async (stack, { holder: asking }: LockOptions) => {
      if (holder !== undefined) {
        throw new DiagnosticError([finding("stack-busy", { argument: "" }, { stack, claim: undefined })]);
      }
      holder = asking;
      locks.push("taken");
      whenLocked();
      return {
        release: () => {
          holder = undefined;
          locks.push("released");
        },
      };
    },
  };
  return {
    store,
    locks,
    keep: (record: DeploymentRecord | Error | undefined): void => {
      kept = record;
    },
    /** What happened while the lock was waited for. */
    whenLocked: (act: () => void): void => {
      whenLocked = act;
    },
    /** Somebody else changes the stack; undefined when he is done. */
    hold: (other: string | undefined): void => {
      holder = other;
    },
  };
}

import { localLabels, manager } from "../../../src/render/index.ts";
import type { DeploymentRecord } from "../../../src/state/index.ts";
import { defaultTiming, type Progress, type Timing } from "../../../src/targets/index.ts";
import type { ContainerSpec } from "../../../src/targets/local/api/engine.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { settle } from "../../../src/targets/local/rollout/settle.ts";
import { daemonIr, stackIr } from "../../render/stack-ir.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import type { Behaviour, Run } from "./fake-container.ts";
import { createFakeEngine } from "./fake-engine.ts";

export const stackOf = (...ids: readonly string[]) =>
  stackIr({ stack: "acme", daemons: ids.map(id => daemonIr(id, { image: `${id}:1` })) });

/** An engine in memory with daemons of the stack `acme`, and time that passes as fast as it can. */
export function createRolloutStage(timing: Partial<Timing> = {}) {
  const effects = createVirtualClock();
  const engine = createFakeEngine({ effects });
  const said: string[] = [];
  const records = new Map<string, DeploymentRecord>();
  const start = effects.now();
  const ending = new AbortController();
  const host: Host = {
    engine,
    // Our time of day may be any other than the engine's.
    effects: { ...effects, date: () => new Date(0) },
    timing: { ...defaultTiming, ...timing },
    onProgress: (progress: Progress) => {
      if (progress.kind !== "daemon") return;
      const { daemon, phase, detail } = progress;
      said.push([daemon, phase, ...(detail === undefined ? [] : [detail])].join(" "));
    },
    signal: ending.signal,
    holder: "me",
    lockTimeout: 0,
    stateOf: () => ({
      read: async stack => records.get(stack),
      write: async record => void records.set(record.stack, record),
      remove: async stack => void records.delete(stack),
      lock: () => Promise.reject(new Error("nothing is locked here")),
    }),
    afterSignal: () => host,
  };
  const specOf = (id: string, more: Partial<ContainerSpec>, stack: string): ContainerSpec => ({
    image: `${id}:1`,
    environment: [],
    labels: { [localLabels.manager]: manager, [localLabels.stack]: stack, [localLabels.daemon]: id, ...more.labels },
    network: "bridge",
    mounts: [],
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== "labels")),
  });
  /** Makes the container of a daemon without starting it. */
  const create = async (id: string, behaviour: Run | Behaviour, more: Partial<ContainerSpec> = {}, stack = "acme") => {
    engine.addImage(`${id}:1`);
    engine.behave(`${id}:1`, behaviour);
    return engine.createContainer(`${stack}-${id}`, specOf(id, more, stack));
  };
  return {
    ...{ effects, engine, host, said, records, create },
    /** Makes and starts the container of a daemon; a start may be refused. */
    run: async (id: string, behaviour: Run | Behaviour = { does: "run" }, more: Partial<ContainerSpec> = {}) => {
      const made = await create(id, behaviour, more);
      await engine.startContainer(made).catch(() => undefined);
    },
    /** Does something when so many milliseconds have passed. */
    at: (milliseconds: number, act: () => unknown): void =>
      void effects.sleep(start + milliseconds - effects.now()).then(act),
    passed: (): number => effects.now() - start,
    interrupt: () => ending.abort(new Error("interrupted")),
    settle: (ids: readonly string[], { wait = true, mask = (text: string) => text } = {}) =>
      effects.settle(settle(host, { stack: stackOf(...ids), wait, mask })),
  };
}

import type { DeploymentRecord } from "../../../src/state/index.ts";
import { defaultTiming } from "../../../src/targets/index.ts";
import type { ContainerSpec, Engine } from "../../../src/targets/local/api/engine.ts";
import { variablesOf } from "../../../src/targets/local/containers/compare.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import type { StateStore } from "../../../src/targets/local/record/state-store.ts";
import { targetOf } from "../../../src/targets/local/target.ts";
import { readScript } from "../scripts.ts";
import type { Handle, TargetWorld } from "../target-scene.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";
import { virtualTime } from "../virtual-world.ts";
import type { Run } from "./fake-container.ts";
import { createFakeEngine } from "./fake-engine.ts";

const images = ["acme/script:1", "acme/script:2"] as const;

/** The Local target on an engine in memory, whose containers do what their `SCRIPT` says. */
export function createMemoryWorld(): TargetWorld {
  const effects = createVirtualClock();
  const engine = createFakeEngine({ effects, images });
  for (const image of images) engine.behave(image, (_, spec) => runOf(spec));
  const store = createSharedStore();
  const hostFor = ({ signal, onProgress }: Handle): Host => ({
    ...{ effects, signal, onProgress, holder: "me", lockTimeout: 300_000 },
    engine: interruptible(engine, signal),
    timing: { ...defaultTiming, settle: 1_000 },
    stateOf: () => store(effects, signal),
    afterSignal: () => hostFor({ signal: new AbortController().signal, onProgress }),
  });
  const named = (stack: string) => engine.containers([`dev.alien.stack=${stack}`]);
  return {
    ...virtualTime(effects),
    platform: "local",
    images,
    newStack: () => "acme",
    open: handle => targetOf(hostFor(handle)),
    processes: async (stack, daemon) => {
      const found = await engine.containers([`dev.alien.stack=${stack}`, `dev.alien.daemon=${daemon}`]);
      return found.filter(({ status }) => status === "running").length;
    },
    left: async stack => (await named(stack)).map(({ name }) => name),
    remove: async () => engine.close(),
  };
}

function runOf({ environment }: ContainerSpec): Run {
  const variables = variablesOf(environment);
  const { prints: lines, exits } = readScript(variables.get("SCRIPT") ?? "", variables);
  return exits === undefined ? { does: "run", lines, stopCode: 0 } : { does: "exit", code: exits, after: 10, lines };
}

/** What is remembered, for all who work with the engine. Only the lock excludes one from another. */
function createSharedStore(): (effects: VirtualClock, signal: AbortSignal) => StateStore {
  const records = new Map<string, DeploymentRecord>();
  const holders = new Map<string, string>();
  return (effects, signal) => ({
    read: async stack => structuredClone(records.get(stack)),
    write: async record => void records.set(record.stack, structuredClone(record)),
    remove: async stack => void records.delete(stack),
    lock: async (stack, { holder, onHeld }) => {
      for (let isTold = false; holders.has(stack); isTold = true) {
        if (!isTold) onHeld(holders.get(stack) ?? "");
        await effects.sleep(100, signal);
      }
      holders.set(stack, holder);
      return { release: () => void holders.delete(stack) };
    },
  });
}

/** Each call ends with the signal's reason, as those of the real client do. */
const interruptible = (engine: Engine, signal: AbortSignal): Engine =>
  new Proxy(engine, {
    get: (target, name: keyof Engine) => {
      const member = target[name];
      if (typeof member !== "function" || name === "close" || name === "events") return member;
      const call = member as (...given: unknown[]) => unknown;
      if (name === "logs") return (...given: unknown[]) => until(signal, call(...given) as AsyncIterable<unknown>);
      return async (...given: unknown[]) => {
        signal.throwIfAborted();
        return call(...given);
      };
    },
  });

async function* until<T>(signal: AbortSignal, items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const ended = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  ended.catch(() => undefined);
  for (;;) {
    signal.throwIfAborted();
    const next = await Promise.race([iterator.next(), ended]);
    if (next.done) return;
    yield next.value;
  }
}

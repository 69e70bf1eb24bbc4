import type { SignalSource } from "../../src/cli/interrupt.ts";
import type { World } from "../../src/cli/world.ts";
import type {
  Desired,
  LogLine,
  OnProgress,
  Outcome,
  Plan,
  Target,
  TargetOptions,
  WatchEvent,
} from "../../src/pipeline.ts";
import type { StackState } from "../../src/state/index.ts";
import { bareStack, type DaemonStatus } from "../../src/targets/index.ts";
import { applyPlan, deletionIn, type Ended } from "../targets/fake-apply.ts";
import { createFakePlace, type FakePlace } from "../targets/fake-place.ts";
import { planOf, refusals } from "../targets/fake-plan.ts";
import { chosen, failuresOf, found, stackNotFound, stateOf, statusesOf } from "../targets/fake-status.ts";
import { type FakeLook, logLines, watchEvents } from "../targets/fake-watch.ts";

/** What may happen otherwise than well. */
export interface Behaviour {
  readonly result?: Outcome["result"];
  readonly diagnostics?: Outcome["diagnostics"];
  /** Runs before the operation of that name. */
  readonly before?: Partial<Record<keyof Target, (options: TargetOptions) => unknown>>;
  readonly running?: boolean;
  readonly detail?: string;
  readonly lines?: readonly LogLine[];
  readonly events?: readonly WatchEvent[];
  /** Steps told while a plan is carried out. */
  readonly progress?: Parameters<OnProgress>[0][];
}

/** Opens a place in memory where stacks run, which keeps to the contract of a target but for what is said otherwise. */
export function createFakeTarget(behaviour: Behaviour = {}) {
  const place = createFakePlace();
  const plans = new WeakMap<Plan, Desired | undefined>();
  const calls: unknown[][] = [];
  const opened: TargetOptions[] = [];
  let closed = 0;
  const openTarget = (options: TargetOptions) => {
    opened.push(options);
    const begin: Begin = async (name, ...words) => {
      calls.push([name, ...words]);
      await behaviour.before?.[name]?.(options);
      options.signal.throwIfAborted();
    };
    const close = (): void => void closed++;
    const value: Target = { platform: "kubernetes", ...operations({ place, plans, behaviour, options, begin }), close };
    return { value, diagnostics: [] };
  };
  return { place, calls, opened, closed: () => closed, openTarget } satisfies Partial<World> & Record<string, unknown>;
}

type Begin = (name: keyof Target, ...words: readonly unknown[]) => Promise<void>;

interface Opened {
  readonly place: FakePlace;
  /** What was planned here, with what is desired; nothing, where a stack is to be deleted. */
  readonly plans: WeakMap<Plan, Desired | undefined>;
  readonly behaviour: Behaviour;
  readonly options: TargetOptions;
  readonly begin: Begin;
}

function operations(given: Opened): Omit<Target, "platform" | "close"> {
  const { place, plans, behaviour, options, begin } = given;
  const namespace = "namespace" in options ? (options.namespace ?? "default") : "default";
  const look = (stack: string): FakeLook => ({ ...options, place, stack, namespace });
  const remember = <P extends Plan | undefined>(plan: P, desired?: Desired): P => {
    if (plan !== undefined) plans.set(plan, desired);
    return plan;
  };
  const outcome = ({ result, diagnostics }: Ended, state: StackState): Outcome => ({
    result: behaviour.result ?? result,
    state: overruled(state, behaviour),
    diagnostics: behaviour.diagnostics ?? diagnostics,
  });
  return {
    plan: async (desired, permissions) => {
      await begin("plan", desired, permissions);
      const there = place.stacks.get(desired.stack.stack);
      const count = there?.running.size ?? 0;
      const diagnostics = refusals(desired, { source: there?.source, count }, permissions);
      if (diagnostics.length > 0) return { value: undefined, diagnostics };
      return { value: remember(planOf(desired, there?.running ?? new Map(), namespace), desired), diagnostics };
    },
    planDeletion: async (stack, permissions) => {
      await begin("planDeletion", stack, permissions);
      return { value: remember(deletionIn(place, stack, namespace)), diagnostics: [] };
    },
    apply: async (plan, applyOptions) => {
      await begin("apply", plan.stack, applyOptions);
      if (!plans.has(plan)) throw new Error("applied a plan that this target did not make");
      for (const step of behaviour.progress ?? []) options.onProgress(step);
      const onProgress = behaviour.progress === undefined ? options.onProgress : () => undefined;
      const desired = plans.get(plan);
      const ended = await applyPlan(plan, { ...options, place, options: applyOptions, namespace, onProgress }, desired);
      return outcome(ended, stateOf(plan.ir, place.stacks.get(plan.stack)));
    },
    restart: async (stack, daemons, restartOptions) => {
      await begin("restart", stack, daemons, restartOptions);
      const there = found(place, stack, namespace);
      const ids = chosen(there, daemons).map(({ daemon }) => daemon.id);
      for (const process of chosen(there, ids)) {
        place.stop(there, process.daemon.id);
        place.start(there, process);
      }
      const diagnostics = failuresOf(chosen(there, ids));
      const failed = restartOptions.wait ? "failed" : "applied";
      const result = diagnostics.length === 0 ? "ready" : failed;
      return outcome({ result, diagnostics }, stateOf(bareStack(stack, ids), there));
    },
    status: async stack => {
      await begin("status", stack);
      const there = place.stacks.get(stack);
      const daemons = statusesOf(there).map(status => overruledStatus(status, behaviour));
      if (there === undefined || daemons.length === 0)
        return { value: undefined, diagnostics: [stackNotFound(stack, namespace)] };
      const revision = there.good === undefined ? {} : { revision: there.revision };
      const state = overruled(
        stateOf(
          bareStack(
            stack,
            daemons.map(({ daemon }) => daemon),
          ),
          there,
        ),
        behaviour,
      );
      return { value: { stack, namespace, ...revision, daemons, state }, diagnostics: [] };
    },
    logs: async function* (stack, logOptions) {
      await begin("logs", stack, logOptions);
      yield* behaviour.lines ?? logLines(look(stack), logOptions);
    },
    watch: async function* (stack, watchOptions) {
      await begin("watch", stack, watchOptions);
      yield* behaviour.events ?? watchEvents(look(stack), watchOptions);
    },
  };
}

/** The same, with what a test says of how daemons are. */
function overruled(state: StackState, { running }: Behaviour): StackState {
  if (running === undefined) return state;
  const status = running ? "running" : "provision-failed";
  const resources = Object.entries(state.resources).map(([id, resource]) => {
    const outputs = resource.outputs === undefined ? {} : { outputs: { ...resource.outputs, running } };
    return [id, { ...resource, status, ...outputs }] as const;
  });
  return { ...state, resources: Object.fromEntries(resources) };
}

const overruledStatus = (status: DaemonStatus, { running = status.running, detail }: Behaviour): DaemonStatus => ({
  ...status,
  running,
  phase: running ? "running" : "failing",
  restarts: running ? 0 : 3,
  ...(detail === undefined ? {} : { detail }),
});

/** Signals that a test sends. */
export function createSignals() {
  const listeners = new Map<string, Set<() => void>>();
  const exits: number[] = [];
  const of = (name: string) => listeners.get(name) ?? new Set();
  const source: SignalSource = {
    on: (name, listener) => listeners.set(name, of(name).add(listener)),
    off: (name, listener) => of(name).delete(listener),
    exit: code => void exits.push(code),
  };
  return {
    source,
    exits,
    send: (name: "SIGINT" | "SIGTERM") => [...of(name)].forEach(listener => void listener()),
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

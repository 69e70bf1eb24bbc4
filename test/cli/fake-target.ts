import type { SignalSource } from "../../src/cli/interrupt.ts";
import type { World } from "../../src/cli/world.ts";
import type {
  Desired,
  LogLine,
  OnProgress,
  Outcome,
  Plan,
  StackStatus,
  Target,
  TargetOptions,
  WatchEvent,
} from "../../src/pipeline.ts";
import type { StackState } from "../../src/state/index.ts";
import type { Change, DaemonStatus } from "../../src/targets/index.ts";

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

/** A place in memory where stacks run: it keeps what was applied last, and plans by comparing. */
export function createFakeTarget(behaviour: Behaviour = {}) {
  const deployed = new Map<string, Desired>();
  const calls: unknown[][] = [];
  const opened: TargetOptions[] = [];
  let closed = 0;

  const open = (options: TargetOptions): Target => {
    const namespace = "namespace" in options ? (options.namespace ?? "default") : "default";
    const wanted = new WeakMap<Plan, Desired | undefined>();
    const begin = async (name: keyof Target, ...words: readonly unknown[]): Promise<void> => {
      calls.push([name, ...words]);
      await behaviour.before?.[name]?.(options);
      options.signal.throwIfAborted();
    };
    const outcome = (result: Outcome["result"], desired: Desired | undefined): Outcome => ({
      result: behaviour.result ?? result,
      state: stateOf(desired, behaviour),
      diagnostics: behaviour.diagnostics ?? [],
    });
    return {
      platform: "kubernetes",
      plan: async (desired, permissions) => {
        await begin("plan", desired, permissions);
        const plan = planOf(desired, deployed.get(desired.stack.stack), namespace);
        wanted.set(plan, desired);
        return { value: plan, diagnostics: [] };
      },
      planDeletion: async (stack, permissions) => {
        await begin("planDeletion", stack, permissions);
        const there = deployed.get(stack);
        if (there === undefined) return { value: undefined, diagnostics: [] };
        return { value: deletionOf(there, namespace), diagnostics: [] };
      },
      apply: async (plan, applyOptions) => {
        await begin("apply", plan.stack, applyOptions);
        for (const step of behaviour.progress ?? []) options.onProgress(step);
        const desired = wanted.get(plan);
        if (desired === undefined) deployed.delete(plan.stack);
        else deployed.set(plan.stack, desired);
        if (desired === undefined) return outcome("deleted", desired);
        const isEmpty = plan.changes.every(({ action }) => action === "unchanged");
        return outcome(isEmpty ? "unchanged" : applyOptions.wait ? "ready" : "applied", desired);
      },
      restart: async (stack, daemons, restartOptions) => {
        await begin("restart", stack, daemons, restartOptions);
        return outcome("ready", deployed.get(stack));
      },
      status: async stack => {
        await begin("status", stack);
        const desired = deployed.get(stack);
        return { value: desired && statusOf(desired, namespace, behaviour), diagnostics: [] };
      },
      logs: async function* (stack, logOptions) {
        await begin("logs", stack, logOptions);
        yield* behaviour.lines ?? [];
      },
      watch: async function* (stack, watchOptions) {
        await begin("watch", stack, watchOptions);
        yield* behaviour.events ?? [];
      },
      close: () => {
        closed += 1;
      },
    };
  };

  return {
    calls,
    opened,
    closed: () => closed,
    openTarget: (options: TargetOptions) => {
      opened.push(options);
      return { value: open(options), diagnostics: [] };
    },
  } satisfies Partial<World> & Record<string, unknown>;
}

const nameOf = ({ stack }: Desired, id: string): string => `${stack.stack}-${id}`;

function planOf(desired: Desired, before: Desired | undefined, namespace: string): Plan {
  const { stack } = desired;
  const changes = stack.daemons.map((daemon): Change => {
    const old = before?.stack.daemons.find(({ id }) => id === daemon.id);
    const isSame = JSON.stringify(old) === JSON.stringify(daemon);
    const action = old === undefined ? "create" : isSame ? "unchanged" : "update";
    const kinds = { create: "not-there", update: "declared", unchanged: "same" } as const;
    const image = (code: typeof daemon.code) => (code.type === "image" ? code.image : undefined);
    return {
      action,
      object: { apiVersion: "apps/v1", kind: "Deployment", name: nameOf(desired, daemon.id) },
      path: daemon.path,
      daemon: daemon.id,
      reason: { kind: kinds[action] },
      fields:
        action === "update" && old ? [{ field: "image", before: image(old.code), after: image(daemon.code) }] : [],
    };
  });
  return { stack: stack.stack, platform: "kubernetes", namespace, ir: stack, changes, approximate: false };
}

function deletionOf(there: Desired, namespace: string): Plan {
  const changes = planOf(there, undefined, namespace).changes.map(
    (change): Change => ({ ...change, action: "delete", reason: { kind: "no-longer-declared" } }),
  );
  return { ...planOf(there, undefined, namespace), changes };
}

function stateOf(desired: Desired | undefined, { running = true }: Behaviour): StackState {
  const daemons = desired?.stack.daemons ?? [];
  const resources = daemons.map(({ id }) => [
    id,
    {
      type: "daemon" as const,
      status: running ? ("running" as const) : ("provision-failed" as const),
      config: {},
      outputs: { type: "daemon" as const, daemonName: desired === undefined ? "" : nameOf(desired, id), running },
    },
  ]);
  return { platform: "kubernetes", resourcePrefix: "acme", resources: Object.fromEntries(resources) };
}

function statusOf(desired: Desired, namespace: string, behaviour: Behaviour): StackStatus {
  const { running = true, detail } = behaviour;
  const daemons = desired.stack.daemons.map(
    ({ id }): DaemonStatus => ({
      daemon: id,
      daemonName: nameOf(desired, id),
      running,
      phase: running ? "running" : "failing",
      restarts: running ? 0 : 3,
      since: "2026-01-01T00:00:00Z",
      ...(detail === undefined ? {} : { detail }),
    }),
  );
  return { stack: desired.stack.stack, namespace, revision: 1, daemons, state: stateOf(desired, behaviour) };
}

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

import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import { containerName } from "../../../render/index.ts";
import { type DaemonState, observedState, type StackState } from "../../../state/index.ts";
import type { Host } from "../host.ts";
import type { Observed } from "../observe.ts";
import { historyAtSight } from "./history.ts";
import { judge } from "./judge.ts";
import { logTails, noLines } from "./log-tails.ts";
import { resultDiagnostic } from "./report.ts";
import { waitForDaemons } from "./wait.ts";
import type { AwaitedDaemon, DaemonResult } from "./watched.ts";

export interface SettleInput {
  readonly stack: StackIr;
  /** Whether to wait until the daemons run, or to tell at once how they are. */
  readonly wait: boolean;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** How the daemons of a stack are. */
export interface Settled {
  readonly isReady: boolean;
  readonly state: StackState;
  readonly diagnostics: readonly Diagnostic[];
}

/** Waits until every daemon of the stack runs or one cannot; or tells at once. The containers have their final names. */
export const settle = (host: Host, input: SettleInput): Promise<Settled> =>
  input.wait ? waitUntilReady(host, input) : look(host, input);

/** The same of containers that were just looked at, where all are ready: nothing has to be waited for, or asked again. */
export function readyAtSight({ timing, onProgress }: Host, stack: StackIr, seen: Seen): Settled | undefined {
  const isReady = (name: string): boolean => {
    const container = seen.containers.get(name);
    const history = container === undefined ? { ends: 0 } : historyAtSight(container);
    return judge(container, { now: seen.info.time, settle: timing.settle, history }).phase === "ready";
  };
  if (!awaitedOf(stack).every(({ name }) => isReady(name))) return undefined;
  for (const { id } of stack.daemons) onProgress({ kind: "daemon", daemon: id, phase: "ready" });
  const states = stack.daemons.map(({ id }) => [id, up] as const);
  return { isReady: true, state: stateOf(stack, new Map(states)), diagnostics: [] };
}

type Seen = Pick<Observed, "containers" | "info">;

const awaitedOf = ({ stack, daemons }: StackIr): readonly AwaitedDaemon[] =>
  daemons.map(({ id }) => ({ id, name: containerName(stack, id) }));

const stateOf = (stack: StackIr, states: ReadonlyMap<string, DaemonState>): StackState =>
  observedState("local", stack, id => ({
    ...(states.get(id) ?? { status: "pending", running: false }),
    daemonName: containerName(stack.stack, id),
  }));

async function waitUntilReady(host: Host, input: SettleInput): Promise<Settled> {
  const { stack } = input;
  const results = await waitForDaemons(host, stack.stack, awaitedOf(stack));
  const failures = new Map(await Promise.all(results.map(async result => failureOf(host, result, input))));
  const states = results.map(result => [result.daemon.id, stateAfter(result, failures.get(result.daemon.id))] as const);
  return {
    isReady: results.every(({ end }) => end === "ready"),
    state: stateOf(stack, new Map(states)),
    diagnostics: [...failures.values()].filter(failure => failure !== undefined),
  };
}

async function failureOf(
  host: Host,
  result: DaemonResult,
  { stack, mask }: SettleInput,
): Promise<readonly [string, Diagnostic | undefined]> {
  const { id } = result.daemon;
  const daemon = stack.daemons.find(one => one.id === id);
  if (daemon === undefined || result.end === "ready" || result.end === "pending") return [id, undefined];
  const logs = result.container === undefined ? noLines : await logTails(host, result.container);
  return [id, resultDiagnostic(result, { daemon, stack, timing: host.timing, logs, mask })];
}

function stateAfter({ end, verdict }: DaemonResult, failure: Diagnostic | undefined): DaemonState {
  if (end === "ready") return up;
  const error = failure && { code: failure.code, message: failure.message };
  return {
    status: end === "pending" ? "updating" : "update-failed",
    running: verdict.phase === "ready",
    ...(error ? { error } : {}),
  };
}

async function look({ engine }: Host, { stack }: SettleInput): Promise<Settled> {
  const states = await Promise.all(
    awaitedOf(stack).map(async ({ id, name }) => {
      const container = await engine.container(name);
      const history = container === undefined ? { ends: 0 } : historyAtSight(container);
      const { phase } = judge(container, { now: Number.POSITIVE_INFINITY, settle: 0, history });
      return [id, phase === "ready" ? up : starting] as const;
    }),
  );
  return {
    isReady: states.every(([, state]) => state === up),
    state: stateOf(stack, new Map(states)),
    diagnostics: [],
  };
}

const up: DaemonState = { status: "running", running: true };
const starting: DaemonState = { status: "updating", running: false };

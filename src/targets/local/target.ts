import { DiagnosticError, isError, type Staged } from "../../diagnostics/index.ts";
import { createMask, type Plan, type Target } from "../index.ts";
import { openEngine } from "./api/client.ts";
import { atTheEdge, eachAtTheEdge } from "./api/edge.ts";
import { applyWork } from "./apply.ts";
import type { Host } from "./host.ts";
import { stackLogs } from "./logs.ts";
import type { OpenOptions } from "./open-options.ts";
import { type PlanInput, planStack } from "./plan.ts";
import { planDeletion } from "./plan-deletion.ts";
import { createStateStore } from "./record/state-files.ts";
import { restartDaemons } from "./restart.ts";
import { stackStatus } from "./status.ts";
import { createVaults } from "./vault/vaults.ts";
import { watchStack } from "./watch/supervise.ts";
import { isWork, type Work } from "./work.ts";

/** A Docker engine to work on. Nothing is sent before it is asked for something. */
export function openLocal(options: OpenOptions): Staged<Target | undefined> {
  const { value: host, diagnostics } = openHost(options);
  return { value: host === undefined ? undefined : targetOf(host), diagnostics };
}

function openHost(options: OpenOptions): Staged<Host | undefined> {
  const { connect, stateDirectory, ...given } = options;
  const { value: engine, diagnostics } = openEngine(connect, given);
  if (engine === undefined) return { value: undefined, diagnostics };
  const stateOf: Host["stateOf"] = id => createStateStore(stateDirectory, id, given);
  const afterSignal = (): Host => opened(openHost({ ...options, signal: new AbortController().signal }));
  return { value: { ...given, engine, stateOf, afterSignal }, diagnostics };
}

/** It was opened like this before. */
function opened({ value: host, diagnostics }: Staged<Host | undefined>): Host {
  if (host === undefined) throw new DiagnosticError(diagnostics);
  return host;
}

/** What can be done on a host, whatever its engine is. */
export function targetOf(host: Host): Target {
  const edge = <T>(work: () => Promise<T>): Promise<T> => atTheEdge(host.engine.address, work);
  const each = <T>(items: AsyncIterable<T>): AsyncIterable<T> => eachAtTheEdge(host.engine.address, items);
  return {
    platform: "local",
    plan: (desired, permissions) => edge(() => planStack(host, { desired, permissions })),
    planDeletion: (stack, permissions) => edge(() => planDeletion(host, stack, permissions)),
    apply: (plan, options) =>
      edge(() => {
        const work = workOf(plan);
        const mask = createMask(work.desired?.secretValues.values() ?? []);
        return applyWork(work, { host, options, mask, again: () => again(host, work) });
      }),
    restart: (stack, daemons, { wait }) => edge(() => restartDaemons(host, { stack, daemons, wait })),
    status: stack => edge(() => stackStatus(host, stack)),
    logs: (stack, options) => each(stackLogs(host, stack, options)),
    watch: (stack, options) => each(watchStack(host, stack, options)),
    vaults: createVaults(host),
    close: () => host.engine.close(),
  };
}

/** The same plan, from what is there now; throws where something speaks against it. */
async function again(host: Host, work: Work): Promise<Work> {
  const { desired, permissions, stack } = work;
  const { value, diagnostics } =
    desired === undefined
      ? await planDeletion(host, stack, permissions)
      : await planStack(host, { desired, permissions } satisfies PlanInput);
  if (diagnostics.some(isError)) throw new DiagnosticError(diagnostics.filter(isError));
  return value ?? { ...work, changes: [], deletions: [], volumes: [] };
}

function workOf(plan: Plan): Work {
  if (isWork(plan)) return plan;
  throw new Error("applied a plan that this target did not make");
}

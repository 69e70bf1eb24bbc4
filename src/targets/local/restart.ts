import { DiagnosticError, finding, suggest } from "../../diagnostics/index.ts";
import { localLabels } from "../../render/index.ts";
import { createGate, type Outcome } from "../index.ts";
import type { Container } from "./api/engine.ts";
import { stopSeconds } from "./containers/make.ts";
import { startContainer } from "./containers/start.ts";
import type { Host } from "./host.ts";
import { observe, parallel } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";
import { settle } from "./rollout/settle.ts";
import { notFound } from "./status.ts";
import { unknownStack } from "./unknown-stack.ts";

export interface RestartInput {
  readonly stack: string;
  /** Ids; all where there are none. */
  readonly daemons: readonly string[];
  readonly wait: boolean;
}

/** Starts daemons anew: the old process has ended before the new one starts. */
export async function restartDaemons(host: Host, { stack, daemons, wait }: RestartInput): Promise<Outcome> {
  const { containers, store, record } = await observe(host, stack);
  if (containers.size === 0) throw new DiagnosticError([await notFound(host.engine, stack)]);
  const chosen = choose(inPlace([...containers.values()]), daemons);
  const { holder, lockTimeout: timeout, onProgress } = host;
  const onHeld = (other: string): void => onProgress({ kind: "lock-held", holder: other });
  const lock = await store.lock(stack, { holder, timeout, onHeld });
  try {
    const gate = createGate(parallel);
    await Promise.all(chosen.map(container => gate(() => restart(host, container))));
    const ids = new Set(chosen.map(daemonOf));
    const all = record?.pending?.ir ?? record?.good?.ir ?? unknownStack(stack, chosen);
    const ir = { ...all, daemons: all.daemons.filter(({ id }) => ids.has(id)) };
    const { isReady, state, diagnostics } = await settle(host, { stack: ir, wait, mask: text => text });
    return { result: isReady ? "ready" : wait ? "failed" : "applied", state, diagnostics };
  } finally {
    lock.release();
  }
}

/** Those under their own names: what is kept beside them is nobody's process. */
const inPlace = (containers: readonly Container[]): readonly Container[] =>
  containers.filter(({ name, labels }) => labels[localLabels.daemon] !== undefined && !/\.(next|previous)$/.test(name));

const daemonOf = ({ labels }: Container): string => labels[localLabels.daemon] ?? "";

function choose(ours: readonly Container[], daemons: readonly string[]): readonly Container[] {
  const known = ours.map(daemonOf).sort();
  const unknown = daemons.filter(id => !known.includes(id));
  if (unknown.length === 0) return daemons.length === 0 ? ours : ours.filter(one => daemons.includes(daemonOf(one)));
  throw new DiagnosticError(
    unknown.map(daemon =>
      finding("unknown-daemon", { argument: daemon }, { daemon, known, suggestion: suggest(daemon, known) }),
    ),
  );
}

async function restart(host: Host, { id, name }: Container): Promise<void> {
  await host.engine.stopContainer(id, stopSeconds);
  await startContainer(host, id);
  host.onProgress({ kind: "written", action: "update", object: dockerRef("Container", name) });
}

import { DiagnosticError, finding, suggest } from "../../diagnostics/index.ts";
import { localLabels } from "../../render/index.ts";
import { createGate, type Outcome } from "../index.ts";
import { allEnded } from "./all-ended.ts";
import type { Container } from "./api/engine.ts";
import { stopSeconds } from "./containers/make.ts";
import { startContainer, unlessRefused } from "./containers/start.ts";
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
  const { store } = await look(host, { stack, daemons });
  const { holder, lockTimeout: timeout, onProgress } = host;
  const onHeld = (other: string): void => onProgress({ kind: "lock-held", holder: other });
  const lock = await store.lock(stack, { holder, timeout, onHeld });
  try {
    // Whoever held it before may have replaced them.
    const { chosen, record } = await look(host, { stack, daemons });
    const gate = createGate(parallel);
    await allEnded(chosen.map(container => gate(() => restart(host, container, wait))));
    const ids = new Set(chosen.map(daemonOf));
    const all = record?.pending?.ir ?? record?.good?.ir ?? unknownStack(stack, chosen);
    const ir = { ...all, daemons: all.daemons.filter(({ id }) => ids.has(id)) };
    const { isReady, state, diagnostics } = await settle(host, { stack: ir, wait, mask: text => text });
    return { result: isReady ? "ready" : wait ? "failed" : "applied", state, diagnostics };
  } finally {
    lock.release();
  }
}

async function look(host: Host, { stack, daemons }: Pick<RestartInput, "stack" | "daemons">) {
  const { containers, store, record } = await observe(host, stack);
  if (containers.size === 0) throw new DiagnosticError([await notFound(host.engine, stack)]);
  return { store, record, chosen: choose(inPlace([...containers.values()]), daemons) };
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

async function restart(host: Host, { id, name }: Container, wait: boolean): Promise<void> {
  await host.engine.stopContainer(id, stopSeconds);
  // Waiting for it finds out why it was not started, and says so at its line.
  await (wait ? unlessRefused(startContainer(host, id)) : startContainer(host, id));
  host.onProgress({ kind: "written", action: "update", object: dockerRef("Container", name) });
}

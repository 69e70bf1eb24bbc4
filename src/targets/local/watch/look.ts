import { DiagnosticError } from "../../../diagnostics/index.ts";
import { type LocalStack, localStack } from "../../../render/index.ts";
import type { Revision } from "../../../state/index.ts";
import { createGate } from "../../index.ts";
import type { Container, EngineInfo } from "../api/engine.ts";
import { type DesiredContainer, desiredContainers } from "../containers/desired.ts";
import type { Host } from "../host.ts";
import { labelsOf, parallel } from "../observe.ts";
import type { StateStore } from "../record/state-store.ts";

/** A stack on the engine that answered last. */
export interface Place {
  readonly host: Host;
  readonly stack: string;
  readonly info: EngineInfo;
  readonly store: StateStore;
}

/** A stack at one moment. */
export interface Look {
  readonly remembered: RememberedStack;
  /** Everything with the stack's labels, by name. */
  readonly containers: ReadonlyMap<string, Container>;
}

/** What is remembered of the stack: what it should be, or why nobody can tell. */
export type RememberedStack =
  | { readonly kind: "good"; readonly good: GoodRevision }
  /** An apply is under way, or nobody has seen yet that what it brought runs. */
  | { readonly kind: "pending"; readonly revision: Revision }
  | { readonly kind: "lost" }
  | { readonly kind: "unusable"; readonly detail: string };

export interface GoodRevision {
  readonly revision: Revision;
  readonly local: LocalStack;
  readonly containers: readonly DesiredContainer[];
}

export async function placeOf(host: Host, stack: string): Promise<Place> {
  const info = await host.engine.info();
  return { host, stack, info, store: host.stateOf(info.id) };
}

export async function lookAt({ host: { engine }, stack, store }: Place): Promise<Look> {
  const gate = createGate(parallel);
  const [listed, remembered] = await Promise.all([engine.containers(labelsOf(stack)), recall(store, stack)]);
  const found = await Promise.all(listed.map(({ id }) => gate(() => engine.container(id))));
  const there = found.filter(container => container !== undefined);
  return { remembered, containers: new Map(there.map(container => [container.name, container])) };
}

async function recall(store: StateStore, stack: string): Promise<RememberedStack> {
  try {
    const record = await store.read(stack);
    if (record?.pending !== undefined) return { kind: "pending", revision: record.pending };
    if (record?.good === undefined) return { kind: "lost" };
    const local = localStack(record.good.ir);
    const containers = desiredContainers(local, { source: record.source });
    return { kind: "good", good: { revision: record.good, local, containers } };
  } catch (cause) {
    if (!(cause instanceof DiagnosticError)) throw cause;
    return { kind: "unusable", detail: cause.diagnostics.map(({ message }) => message).join("; ") };
  }
}

/** The revision that is watched, proven or not. */
export const revisionIn = (remembered: RememberedStack): Revision | undefined =>
  remembered.kind === "good"
    ? remembered.good.revision
    : remembered.kind === "pending"
      ? remembered.revision
      : undefined;

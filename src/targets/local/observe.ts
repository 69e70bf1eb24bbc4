import { type LocalStack, localLabels, manager } from "../../render/index.ts";
import type { DeploymentRecord } from "../../state/index.ts";
import { createGate } from "../index.ts";
import type { Container, EngineInfo, Network, Volume } from "./api/engine.ts";
import type { Host } from "./host.ts";
import { rebuildRecord } from "./record/rebuild.ts";
import type { StateStore } from "./record/state-store.ts";

/** How many calls of the engine are under way at a time. */
export const parallel = 16;

/** What there is of a stack, on the engine and in what is remembered. */
export interface Observed {
  readonly info: EngineInfo;
  readonly store: StateStore;
  readonly record: DeploymentRecord | undefined;
  /** Nothing was remembered, and the record is made of what the labels say. */
  readonly isRebuilt: boolean;
  /** Everything with the stack's labels, by name. */
  readonly containers: ReadonlyMap<string, Container>;
  /** What has one of the names that were asked for, whosever it is; undefined where nothing has it. */
  readonly named: ReadonlyMap<string, Container | undefined>;
  readonly volumes: ReadonlyMap<string, Volume>;
}

/** What only a document asks for. */
export interface Wanted {
  readonly network: Network | undefined;
  /** What has a name that the document wants, and is not the stack's. */
  readonly foreign: ReadonlyMap<string, Container>;
  readonly foreignVolumes: ReadonlyMap<string, Volume>;
}

export const labelsOf = (stack: string): readonly string[] => [
  `${localLabels.manager}=${manager}`,
  `${localLabels.stack}=${stack}`,
];

/** Looks at a stack, and at once at what has one of these names: what is listed later has them, as a rule. */
export async function observe(host: Host, stack: string, names: readonly string[] = []): Promise<Observed> {
  const { engine } = host;
  const labels = labelsOf(stack);
  const [{ info, store, remembered }, listed, volumes, named] = await Promise.all([
    remember(host, stack),
    engine.containers(labels),
    engine.volumes(labels),
    gateAll(names, name => engine.container(name)),
  ]);
  const known = new Map(named.map(container => [container?.id, container]));
  const found = await gateAll(listed, ({ id }) => known.get(id) ?? engine.container(id));
  const containers = found.filter(container => container !== undefined);
  const record = remembered ?? rebuildRecord(stack, { containers, volumes });
  return {
    info,
    store,
    record,
    isRebuilt: remembered === undefined,
    containers: byName(containers),
    named: new Map(names.map((name, index) => [name, named[index]])),
    volumes: byName(volumes),
  };
}

async function remember(host: Host, stack: string) {
  const info = await host.engine.info();
  const store = host.stateOf(info.id);
  return { info, store, remembered: await store.read(stack) };
}

/** What is there under the names that the document wants. */
export async function observeWanted(
  { engine }: Host,
  { daemons, volumes }: LocalStack,
  { observed, network }: { readonly observed: Observed; readonly network: Network | undefined },
): Promise<Wanted> {
  const { containers, named } = observed;
  const [foreign, foreignVolumes] = await Promise.all([
    gateAll(
      daemons.filter(({ name }) => !containers.has(name)),
      ({ name }) => (named.has(name) ? named.get(name) : engine.container(name)),
    ),
    gateAll(
      volumes.filter(({ name }) => !observed.volumes.has(name)),
      ({ name }) => engine.volume(name),
    ),
  ]);
  return { network, foreign: byName(foreign), foreignVolumes: byName(foreignVolumes) };
}

/** Reads them all, so many at a time. */
function gateAll<T, R>(items: readonly T[], read: (item: T) => R | Promise<R>): Promise<readonly R[]> {
  const gate = createGate(parallel);
  return Promise.all(items.map(item => gate(async () => read(item))));
}

const byName = <T extends { readonly name: string }>(items: readonly (T | undefined)[]): ReadonlyMap<string, T> =>
  new Map(items.flatMap(item => (item === undefined ? [] : [[item.name, item]])));

import { type LocalStack, localLabels, manager } from "../../render/index.ts";
import type { DeploymentRecord } from "../../state/index.ts";
import { createGate } from "../index.ts";
import type { Container, ContainerSummary, Engine, EngineInfo, Network, Volume } from "./api/engine.ts";
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

export async function observe(host: Host, stack: string): Promise<Observed> {
  const { engine } = host;
  const labels = labelsOf(stack);
  const [info, listed, volumes] = await Promise.all([engine.info(), engine.containers(labels), engine.volumes(labels)]);
  const store = host.stateOf(info.id);
  const [remembered, containers] = await Promise.all([store.read(stack), inspectAll(engine, listed)]);
  const record = remembered ?? rebuildRecord(stack, { containers, volumes });
  return {
    info,
    store,
    record,
    isRebuilt: remembered === undefined,
    containers: byName(containers),
    volumes: byName(volumes),
  };
}

/** What is there under the names that the document wants. */
export async function observeWanted(
  { engine }: Host,
  { network, daemons, volumes }: LocalStack,
  observed: Observed,
): Promise<Wanted> {
  const gate = createGate(parallel);
  const [found, foreign, foreignVolumes] = await Promise.all([
    engine.network(network.name),
    gateAll(
      gate,
      daemons.filter(({ name }) => !observed.containers.has(name)),
      ({ name }) => engine.container(name),
    ),
    gateAll(
      gate,
      volumes.filter(({ name }) => !observed.volumes.has(name)),
      ({ name }) => engine.volume(name),
    ),
  ]);
  return { network: found, foreign: byName(foreign), foreignVolumes: byName(foreignVolumes) };
}

const inspectAll = (engine: Engine, listed: readonly ContainerSummary[]): Promise<readonly Container[]> =>
  gateAll(createGate(parallel), listed, ({ id }) => engine.container(id));

async function gateAll<T, R>(
  gate: ReturnType<typeof createGate>,
  items: readonly T[],
  read: (item: T) => Promise<R | undefined>,
): Promise<readonly R[]> {
  const found = await Promise.all(items.map(item => gate(() => read(item))));
  return found.filter(one => one !== undefined);
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map(item => [item.name, item]));

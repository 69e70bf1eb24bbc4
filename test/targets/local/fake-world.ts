import type { Effects } from "../../../src/targets/index.ts";
import type { Image, Network, PullStep, Volume } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { Behaviour, FakeContainer, Surroundings } from "./fake-container.ts";
import type { FakeTree } from "./fake-files.ts";

/** What a registry has under a reference. */
export interface FakeRemote {
  readonly image: Image;
  readonly steps?: readonly PullStep[];
}

export interface FakeVolume extends Volume {
  readonly files: FakeTree;
}

/** Everything the parts of the fake share. */
export interface FakeWorld extends Surroundings {
  /** By id. */
  readonly containers: Map<string, FakeContainer>;
  /** By reference, with its tag. */
  readonly images: Map<string, Image>;
  readonly volumes: Map<string, FakeVolume>;
  readonly networks: Map<string, Network>;
  readonly registry: Map<string, FakeRemote>;
  readonly behaviours: Map<string, Behaviour>;
  /** Told of every event. */
  readonly listeners: Set<(action: string, container: FakeContainer | undefined) => void>;
  isAway: boolean;
  nextId(): string;
  /** By name or id; fails as the engine does. */
  find(name: string): FakeContainer;
}

export const refuse = (status: number, message: string): EngineError => new EngineError(message, { status });

/** A reference as the engine keeps it. */
export const tagged = (reference: string): string => (/@|:[^/]*$/.test(reference) ? reference : `${reference}:latest`);

export function createWorld(effects: Effects): FakeWorld {
  let ids = 0;
  let pids = 1000;
  const world: FakeWorld = {
    effects,
    containers: new Map(),
    images: new Map(),
    volumes: new Map(),
    networks: new Map(),
    registry: new Map(),
    behaviours: new Map(),
    listeners: new Set(),
    isAway: false,
    behaviourOf: image => world.behaviours.get(tagged(image)) ?? (() => ({ does: "run" })),
    networkId: name => world.networks.get(name)?.id,
    hasNetwork: name => builtIn.has(name) || world.networks.has(name),
    nextPid: () => ++pids,
    nextId: () => (++ids).toString(16).padStart(64, "f0"),
    emit: (container, action) => {
      for (const tell of [...world.listeners]) tell(action, container);
    },
    find: name => {
      const found = world.containers.get(name) ?? [...world.containers.values()].find(one => one.name === name);
      if (found === undefined) throw refuse(404, `No such container: ${name}`);
      return found;
    },
  };
  return world;
}

const builtIn: ReadonlySet<string> = new Set(["bridge", "host", "none", "default"]);

import type { ContainerSpec, Engine } from "../../../src/targets/local/api/engine.ts";
import {
  type FakeContainer,
  isUp,
  killBySomebody,
  newContainer,
  shown,
  startBySomebody,
  stopBySomebody,
  unpause,
} from "./fake-container.ts";
import { createTree } from "./fake-files.ts";
import { hasLabels } from "./fake-streams.ts";
import { type FakeWorld, refuse, tagged } from "./fake-world.ts";

type Containers =
  | "containers"
  | "container"
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "unpauseContainer"
  | "removeContainer"
  | "renameContainer"
  | "setRestartPolicy";

export const fakeContainers = (world: FakeWorld): Pick<Engine, Containers> => ({
  containers: async labels =>
    [...world.containers.values()]
      .filter(({ spec }) => hasLabels(spec.labels, labels))
      .map(({ id, name, spec, state }) => ({ id, name, labels: spec.labels, status: state.status })),
  container: async name => {
    const found = inquire(world, name);
    return found === undefined ? undefined : shown(found);
  },
  createContainer: async (name, spec) => create(world, name, spec),
  startContainer: async id => startBySomebody(world.find(id), world),
  stopContainer: async id => stopBySomebody(world.find(id), world),
  unpauseContainer: async id => unpause(world.find(id), world),
  removeContainer: async id => {
    const found = inquire(world, id);
    if (found === undefined) return;
    if (isUp(found)) killBySomebody(found, world);
    world.containers.delete(found.id);
    world.emit(found, "destroy");
  },
  renameContainer: async (id, name) => rename(world, world.find(id), name),
  setRestartPolicy: async (id, policy) => {
    const found = world.find(id);
    found.restartPolicy = policy;
    world.emit(found, "update");
  },
});

const inquire = ({ containers }: FakeWorld, name: string): FakeContainer | undefined =>
  containers.get(name) ?? [...containers.values()].find(one => one.name === name);

const taken = (name: string, { id }: FakeContainer) =>
  refuse(
    409,
    `Conflict. The container name "/${name}" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
  );

function create(world: FakeWorld, name: string, spec: ContainerSpec): string {
  const image = world.images.get(tagged(spec.image)) ?? [...world.images.values()].find(({ id }) => id === spec.image);
  if (image === undefined) throw refuse(404, `No such image: ${tagged(spec.image)}`);
  const other = inquire(world, name);
  if (other !== undefined) throw taken(name, other);
  for (const { volume } of spec.mounts) {
    if (!world.volumes.has(volume)) world.volumes.set(volume, { name: volume, labels: {}, files: createTree() });
  }
  const id = world.nextId();
  const createdAt = world.effects.date().getTime();
  const environment = merged(image.environment, spec.environment);
  const container = newContainer({ id, name, spec, imageId: image.id, environment, createdAt });
  world.containers.set(id, container);
  world.emit(container, "create");
  return id;
}

/** The container's own variables win over the image's of that name, and stand before the rest of them. */
function merged(image: readonly string[], own: readonly string[]): readonly string[] {
  const names = new Set(own.map(text => text.split("=")[0]));
  return [...own, ...image.filter(text => !names.has(text.split("=")[0] ?? ""))];
}

function rename(world: FakeWorld, container: FakeContainer, name: string): void {
  if (container.name === name) throw refuse(400, "Renaming a container with the same name as its current name");
  const other = inquire(world, name);
  if (other !== undefined) throw taken(name, other);
  // Between two runs there is no network to tell the new name.
  if (container.state.status === "restarting") throw refuse(409, `Container ${container.id} is restarting`);
  container.name = name;
  world.emit(container, "rename");
}

/** The engine ends, and with it everything that runs; nobody hears of it. */
export function goDown(world: FakeWorld): void {
  world.isAway = true;
  const finishedAt = world.effects.date().getTime();
  for (const container of world.containers.values()) {
    container.timers.abort();
    if (!isUp(container)) continue;
    container.state = { ...container.state, status: "exited", finishedAt, exitCode: 143, pid: 0 };
    world.emit(container, "");
  }
  for (const tell of [...world.listeners]) tell("", undefined);
}

/** The engine is there again, and has started what nobody had stopped. */
export function comeUp(world: FakeWorld): void {
  world.isAway = false;
  for (const container of world.containers.values()) {
    const { restartPolicy, isStopped, state } = container;
    const isMeant = restartPolicy === "always" || (restartPolicy === "unless-stopped" && !isStopped);
    if (isMeant && state.startedAt !== undefined) startBySomebody(container, world);
  }
}

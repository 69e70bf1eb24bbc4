import type { Engine } from "../../../src/targets/local/api/engine.ts";
import { isUp } from "./fake-container.ts";
import { createTree } from "./fake-files.ts";
import { hasLabels } from "./fake-streams.ts";
import { type FakeWorld, refuse } from "./fake-world.ts";

type Networks = "network" | "createNetwork" | "connectNetwork" | "removeNetwork";
type Volumes = "volumes" | "volume" | "createVolume" | "removeVolume";

export const fakeNetworks = (world: FakeWorld): Pick<Engine, Networks> => ({
  network: async name => world.networks.get(name),
  createNetwork: async ({ name, labels, options }) => {
    if (world.networks.has(name)) throw refuse(409, `network with name ${name} already exists`);
    world.networks.set(name, { id: world.nextId(), name, labels, driver: "bridge", options });
  },
  connectNetwork: async (network, container) => {
    const found = world.find(container);
    if (!world.hasNetwork(network)) throw refuse(404, `network ${network} not found`);
    if (!found.networks.includes(network)) found.networks.push(network);
  },
  removeNetwork: async name => {
    const network = world.networks.get(name);
    if (network === undefined) return;
    if ([...world.containers.values()].some(one => isUp(one) && one.networks.includes(name))) {
      throw refuse(403, `error while removing network: network ${name} id ${network.id} has active endpoints`);
    }
    world.networks.delete(name);
  },
});

export const fakeVolumes = (world: FakeWorld): Pick<Engine, Volumes> => ({
  volumes: async labels =>
    [...world.volumes.values()]
      .filter(volume => hasLabels(volume.labels, labels))
      .map(({ files, ...volume }) => volume),
  volume: async name => {
    const found = world.volumes.get(name);
    return found === undefined ? undefined : { name, labels: found.labels };
  },
  // One that is there already stays as it is.
  createVolume: async ({ name, labels }) => {
    if (!world.volumes.has(name)) world.volumes.set(name, { name, labels, files: createTree() });
  },
  removeVolume: async name => {
    const users = [...world.containers.values()].filter(({ spec }) =>
      spec.mounts.some(({ volume }) => volume === name),
    );
    if (users.length > 0) {
      throw refuse(409, `remove ${name}: volume is in use - [${users.map(({ id }) => id).join(", ")}]`);
    }
    world.volumes.delete(name);
  },
});

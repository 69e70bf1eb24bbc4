import { hasTexts, type InspectedNetwork, isListOf, type Labels, networkOf } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { Engine, NetworkSpec, Volume } from "./engine.ts";
import { EngineError, isStatus } from "./error.ts";
import { orMissing, segment } from "./missing.ts";

type Networks = "network" | "createNetwork" | "connectNetwork" | "removeNetwork";
type Volumes = "volumes" | "volume" | "createVolume" | "removeVolume";

export const networksOf = (calls: Calls): Pick<Engine, Networks> => ({
  network: async name => {
    const [oldest] = await named(calls, name);
    return oldest === undefined ? undefined : networkOf(oldest);
  },
  createNetwork: spec => create(calls, spec),
  connectNetwork: (network, container) => connect(calls, network, container),
  removeNetwork: async name => {
    await orMissing(calls.bytes({ method: "DELETE", path: `/networks/${segment(name)}` }));
  },
});

const isNetwork = (body: unknown): body is InspectedNetwork => hasTexts("Id", "Name", "Created", "Driver")(body);

/** All with a name, the oldest first: older engines make several when they are asked at the same time. */
async function named(calls: Calls, name: string): Promise<readonly InspectedNetwork[]> {
  const query = { filters: JSON.stringify({ name: [name] }) };
  const found = await calls.json({ method: "GET", path: "/networks", query }, isListOf(isNetwork));
  return found
    .filter(({ Name }) => Name === name)
    .toSorted((a, b) => (a.Created === b.Created ? (a.Id < b.Id ? -1 : 1) : a.Created < b.Created ? -1 : 1));
}

/** Of several that make it at the same time one wins; the others take theirs away, as if they had come too late. */
async function create(calls: Calls, { name, labels, options }: NetworkSpec): Promise<void> {
  const body = { Name: name, Driver: "bridge", CheckDuplicate: true, Labels: labels, Options: options };
  const { Id } = await calls.json({ method: "POST", path: "/networks/create", body }, hasTexts("Id"));
  const [oldest] = await named(calls, name);
  if (oldest === undefined || oldest.Id === Id) return;
  await orMissing(calls.bytes({ method: "DELETE", path: `/networks/${Id}` }));
  throw new EngineError(`network with name ${name} already exists`, { status: 409 });
}

/** One that is connected already is left as it is. */
async function connect(calls: Calls, network: string, container: string): Promise<void> {
  const path = `/networks/${segment(network)}/connect`;
  try {
    await calls.bytes({ method: "POST", path, body: { Container: container } });
  } catch (cause) {
    if (!isStatus(cause, 403) || !/already exists in network/.test(cause.message)) throw cause;
  }
}

interface InspectedVolume {
  readonly Name: string;
  readonly Labels?: Labels | null;
}

interface VolumeList {
  readonly Volumes: readonly InspectedVolume[] | null;
}

const isVolume = (body: unknown): body is InspectedVolume => hasTexts("Name")(body);

function isVolumeList(body: unknown): body is VolumeList {
  const { Volumes } = (body ?? {}) as Partial<VolumeList>;
  return Volumes === null || isListOf(isVolume)(Volumes);
}

const volumeOf = ({ Name, Labels }: InspectedVolume): Volume => ({ name: Name, labels: Labels ?? {} });

export const volumesOf = (calls: Calls): Pick<Engine, Volumes> => ({
  volumes: async labels => {
    const query = { filters: JSON.stringify({ label: labels }) };
    const { Volumes } = await calls.json({ method: "GET", path: "/volumes", query }, isVolumeList);
    return (Volumes ?? []).map(volumeOf);
  },
  volume: async name => {
    const found = await orMissing(calls.json({ method: "GET", path: `/volumes/${segment(name)}` }, isVolume));
    return found === undefined ? undefined : volumeOf(found);
  },
  createVolume: async ({ name, labels }) => {
    await calls.bytes({ method: "POST", path: "/volumes/create", body: { Name: name, Labels: labels } });
  },
  removeVolume: async name => {
    await orMissing(calls.bytes({ method: "DELETE", path: `/volumes/${segment(name)}` }));
  },
});

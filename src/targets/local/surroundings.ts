import { type Diagnostic, finding, key, type Staged } from "../../diagnostics/index.ts";
import {
  type LocalStack,
  type LocalVolume,
  localLabels,
  manager,
  networkOptions,
  stackLabels,
} from "../../render/index.ts";
import type { Change } from "../index.ts";
import type { NetworkSpec, Volume } from "./api/engine.ts";
import { isStatus } from "./api/error.ts";
import type { Host } from "./host.ts";
import type { Observed, Wanted } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";
import type { VolumeDecision, Work } from "./work.ts";

/** The network that all our stacks share: no container on it reaches another. */
export const networkSpec = (name: string): NetworkSpec => ({
  name,
  labels: { [localLabels.manager]: manager },
  options: networkOptions,
});

/** The shared network, where it has to be made; one that the document names is there. */
export function networkChange({ network, daemons }: LocalStack, { network: found }: Wanted): Change | undefined {
  if (found !== undefined || network.path !== undefined || daemons.length === 0) return undefined;
  return creation("Network", network.name, "/stack");
}

/** The volumes that have to be made. One of another stack under the name is nothing of ours. */
export function volumeDecisions(
  { stack, volumes }: LocalStack,
  observed: Observed,
  { wanted, adopt }: { readonly wanted: Wanted; readonly adopt: boolean },
): Staged<readonly VolumeDecision[]> {
  const missing = volumes.filter(({ name }) => !observed.volumes.has(name));
  // One that was taken over has no labels of ours: the engine gives none to a volume that is there.
  const inUse = new Set([...observed.containers.values()].flatMap(({ mounts }) => mounts.map(({ volume }) => volume)));
  const taken = missing.filter(({ name }) => wanted.foreignVolumes.has(name));
  return {
    value: missing
      .filter(volume => !taken.includes(volume))
      .map(volume => ({ change: creation("Volume", volume.name, volume.path), labels: volumeLabels(stack, volume) })),
    diagnostics: adopt
      ? []
      : taken
          .filter(({ name }) => !inUse.has(name))
          .map(volume => notOurs(volume, wanted.foreignVolumes.get(volume.name))),
  };
}

export const volumeLabels = (stack: string, { resource, kind }: Pick<LocalVolume, "resource" | "kind">) => ({
  ...stackLabels(stack),
  [localLabels.resource]: resource,
  [localLabels.kind]: kind,
});

function notOurs({ name, path }: LocalVolume, volume: Volume | undefined): Diagnostic {
  const stack = volume?.labels[localLabels.stack];
  const owner = stack === undefined ? "somebody else" : `stack ${stack}`;
  return finding("object-not-ours", key(path), { kind: "Volume", name, owner });
}

const creation = (kind: "Network" | "Volume", name: string, path: string): Change => ({
  action: "create",
  object: dockerRef(kind, name),
  path,
  reason: { kind: "not-there" },
  fields: [],
});

/**
 * Makes the shared network unless it is there, and says whether it did. Since the plan was made another stack may have
 * been faster, or have taken it away as the last one that was on it.
 */
export async function ensureNetwork({ engine }: Pick<Host, "engine">, name: string): Promise<boolean> {
  if ((await engine.network(name)) !== undefined) return false;
  try {
    await engine.createNetwork(networkSpec(name));
    return true;
  } catch (cause) {
    if (isStatus(cause, 409)) return false;
    throw cause;
  }
}

/** The network and the volumes come before the containers that use them. */
export async function makeSurroundings(host: Host, { decisions, volumes }: Work): Promise<void> {
  const { engine, onProgress } = host;
  const shared = decisions.find(({ desired }) => desired.networkPath === undefined)?.desired.network;
  if (shared !== undefined && (await ensureNetwork(host, shared)))
    onProgress({ kind: "written", action: "create", object: dockerRef("Network", shared) });
  for (const { change, labels } of volumes) {
    await engine.createVolume({ name: change.object.name, labels });
    onProgress({ kind: "written", action: "create", object: change.object });
  }
}

import { containerName, localLabels, manager } from "../../../render/index.ts";
import { type DeploymentRecord, type ResourceState, recordVersion } from "../../../state/index.ts";
import type { Container, Volume } from "../api/engine.ts";
import { byName, inventoryOf } from "./inventory.ts";

export interface Found {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** What can be told of a stack by the labels on the engine alone; it knows no revision. Undefined where nothing is there. */
export function rebuildRecord(stack: string, found: Found): DeploymentRecord | undefined {
  const isOurs = ({ labels }: Pick<Volume, "labels">): boolean =>
    labels[localLabels.manager] === manager && labels[localLabels.stack] === stack;
  const containers = found.containers.filter(isOurs).toSorted(byName);
  const volumes = found.volumes.filter(isOurs);
  if (containers.length + volumes.length === 0) return undefined;
  const source = sourceOf([...containers, ...volumes]);
  return {
    formatVersion: recordVersion,
    stack,
    ...(source === undefined ? {} : { source }),
    state: { platform: "local", resourcePrefix: stack, resources: resourcesOf(stack, containers) },
    inventory: inventoryOf({ containers, volumes }),
  };
}

/** The newest word counts: a container that was made after another source had taken the stack over. */
function sourceOf(found: readonly { readonly labels: Container["labels"]; readonly createdAt?: number }[]) {
  const said = found.filter(({ labels }) => labels[localLabels.source] !== undefined);
  const [newest] = said.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  return newest?.labels[localLabels.source];
}

/** A daemon that is being replaced has several containers: the one with its name is the one that counts. */
function resourcesOf(stack: string, containers: readonly Container[]): Readonly<Record<string, ResourceState>> {
  const daemons = new Set(containers.flatMap(({ labels }) => labels[localLabels.daemon] ?? []));
  const resources = [...daemons].sort().flatMap((id): readonly (readonly [string, ResourceState])[] => {
    const own = containers.filter(({ labels }) => labels[localLabels.daemon] === id);
    return own
      .toSorted((a, b) => rank(a, stack, id) - rank(b, stack, id))
      .slice(0, 1)
      .map(one => [id, resourceOf(id, one)]);
  });
  return Object.fromEntries(resources);
}

const rank = ({ name }: Container, stack: string, daemon: string): number =>
  Number(name !== containerName(stack, daemon));

function resourceOf(id: string, { name, image, imageId, state }: Container): ResourceState {
  const running = state.status === "running";
  return {
    type: "daemon",
    status: running ? "running" : "pending",
    config: { id, code: { type: "image", image }, image: { id: imageId } },
    outputs: { type: "daemon", daemonName: name, running },
  };
}

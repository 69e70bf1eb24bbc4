import {
  type BindingIr,
  bindingJson,
  bindingSecrets,
  type DaemonIr,
  type EnvironmentVariable,
  type LinkableKind,
  localMount,
  type StackIr,
} from "../../ir/index.ts";
import { containerName, sharedNetwork, volumeName } from "./names.ts";

/** What a stack is on a Docker engine: plain data, from which containers are made and a Compose file is written. */
export interface LocalStack {
  readonly stack: string;
  readonly network: LocalNetwork;
  /** In the order of their names. */
  readonly volumes: readonly LocalVolume[];
  /** In the order of their ids. */
  readonly daemons: readonly LocalDaemon[];
}

export interface LocalNetwork {
  readonly name: string;
  /** The document path that names one that is there already; without one it is ours. */
  readonly path?: string;
}

/** Where the data of a linked resource lives that Local brings itself. */
export interface LocalVolume {
  readonly name: string;
  readonly kind: LinkableKind;
  readonly resource: string;
  readonly path: string;
}

export interface LocalDaemon {
  readonly id: string;
  readonly path: string;
  /** Name of its container. */
  readonly name: string;
  readonly image: string;
  readonly imagePath: string;
  readonly environment: readonly LocalVariable[];
  readonly mounts: readonly LocalMount[];
}

export interface LocalVariable {
  readonly name: string;
  readonly path: string;
  /** Names of the secrets in the value; none where it is no secret. */
  readonly secrets: readonly string[];
  /** The value; `reveal` gives those of secrets. */
  text(reveal: (secret: string) => string): string;
}

export interface LocalMount {
  readonly volume: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly resource: string;
  /** The document path of the link. */
  readonly path: string;
}

/** The containers, volumes and network of a stack that earlier stages found no error in. */
export function localStack(stack: StackIr): LocalStack {
  const daemons = stack.daemons.map(daemon => localDaemon(stack, daemon));
  const mounted = new Set(daemons.flatMap(({ mounts }) => mounts.map(({ volume }) => volume)));
  const volumes = stack.resources
    .map(({ kind, id, path }) => ({ name: volumeName(stack.stack, kind, id), kind, resource: id, path }))
    .filter(({ name }) => mounted.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { network } = stack.local;
  return {
    stack: stack.stack,
    network: network === undefined ? { name: sharedNetwork } : { name: network, path: "/platforms/local/network" },
    volumes,
    daemons,
  };
}

function localDaemon(stack: StackIr, daemon: DaemonIr): LocalDaemon {
  const { id, path, code, environment } = daemon;
  if (code.type !== "image") throw new Error(`rendered ${id}, which is built from source`);
  return {
    id,
    path,
    name: containerName(stack.stack, id),
    image: code.image,
    imagePath: `${code.path}/image`,
    environment: environment.local.map(variableOf),
    mounts: daemon.links.flatMap(link => mountOf(stack, link)),
  };
}

function variableOf({ name, path, value }: EnvironmentVariable): LocalVariable {
  switch (value.kind) {
    case "text":
      return { name, path, secrets: [], text: () => value.text };
    case "secret":
      return { name, path, secrets: [value.secret], text: reveal => reveal(value.secret) };
    case "binding":
      return { name, path, secrets: bindingSecrets(value.binding), text: reveal => bindingText(value.binding, reveal) };
  }
}

const bindingText = (binding: BindingIr, reveal: (secret: string) => string): string =>
  bindingJson(binding, value => {
    if (value.kind === "text") return value.text;
    if (value.kind === "secret") return reveal(value.secret);
    throw new Error(`a ${value.kind} has no text on Local`);
  });

/** A resource that Local brings itself is a volume, mounted where its binding says. */
function mountOf({ stack, resources }: StackIr, { id, path }: DaemonIr["links"][number]): readonly LocalMount[] {
  const resource = resources.find(found => found.id === id);
  if (resource?.bindings.local?.embedded !== true) return [];
  const { kind } = resource;
  return [{ volume: volumeName(stack, kind, id), target: localMount(kind, id), resource: id, path }];
}

import { type LocalDaemon, type LocalStack, localLabels, stackLabels } from "../../../render/index.ts";
import { digestOf } from "../../index.ts";
import type { ContainerSpec, EngineInfo } from "../api/engine.ts";

/** Raised when `hashInput` changes: then hashes of before are not compared. */
const hashVersion = "1";

/** One container as the document wants it. */
export interface DesiredContainer {
  readonly daemon: LocalDaemon;
  readonly network: string;
  /** The document path that names the network. */
  readonly networkPath?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of everything that makes it what it is, but for values of secrets. */
  readonly hash: string;
}

export interface DesiredOptions {
  /** Where the document comes from. */
  readonly source?: string | undefined;
}

/** The containers of a stack, in the order of the daemons' ids. */
export const desiredContainers = (local: LocalStack, { source }: DesiredOptions): readonly DesiredContainer[] =>
  local.daemons.map(daemon => {
    const hash = digestOf(JSON.stringify(hashInput(daemon, local.network.name)));
    const secrets = daemon.environment.filter(variable => variable.secrets.length > 0).map(({ name }) => name);
    const labels = {
      ...stackLabels(local.stack),
      [localLabels.daemon]: daemon.id,
      [localLabels.configHash]: hash,
      [localLabels.hashVersion]: hashVersion,
      ...(secrets.length === 0 ? {} : { [localLabels.secrets]: secrets.join(",") }),
      ...(source === undefined ? {} : { [localLabels.source]: source }),
    };
    const { name: network, path } = local.network;
    return { daemon, network, ...(path === undefined ? {} : { networkPath: path }), labels, hash };
  });

const hashInput = ({ image, environment, mounts }: LocalDaemon, network: string): unknown => ({
  version: hashVersion,
  image,
  environment: environment.map(({ name, secrets, text }) => [name, text(secret => `{secret ${secret}}`), secrets]),
  mounts: mounts.map(({ volume, target }) => [volume, target]),
  network,
});

/** Whether a container was made from the same document, as far as its labels tell. */
export const wasDeclaredSo = ({ hash }: DesiredContainer, labels: Readonly<Record<string, string>>): boolean =>
  labels[localLabels.configHash] === hash && labels[localLabels.hashVersion] === hashVersion;

/** What the engine is told to make. `reveal` gives the values of secrets. */
export function containerSpec(
  { daemon, labels, network }: DesiredContainer,
  { info, reveal }: { readonly info: EngineInfo; readonly reveal: (secret: string) => string },
): ContainerSpec {
  const { logDriver } = info;
  const isBounded = logDriver === "json-file" || logDriver === "local";
  return {
    image: daemon.image,
    environment: daemon.environment.map(({ name, text }) => `${name}=${text(reveal)}`),
    labels,
    network,
    mounts: daemon.mounts.map(({ volume, target }) => ({ volume, target })),
    ...(isBounded ? { boundedLogDriver: logDriver } : {}),
  };
}

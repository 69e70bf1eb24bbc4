import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { type Authenticate, createAuthenticate, credentialSources } from "./credentials.ts";

export interface ConfigSource {
  /** Paths of kubeconfig files; the first to say something wins. */
  readonly files: readonly string[];
  readonly context?: string;
}

export interface LoadedConfig {
  readonly config: KubeConfig;
  /** How users get credentials that do not stand in the files, by name. */
  readonly authenticates: Authenticates;
  readonly contexts: readonly string[];
  readonly context: string;
  /** The namespace that the context names. */
  readonly namespace: string | undefined;
  readonly server: string | undefined;
}

/** Reads and merges kubeconfig files. Throws what the reader says of a file it cannot read, with the file as `file`. */
export function loadConfig({ files, context }: ConfigSource): LoadedConfig {
  const loaded = files.map(loadFile);
  const [config = new KubeConfig(), ...others] = loaded.map(one => one.config);
  for (const other of others) merge(config, other);
  // The first to say something wins here too.
  const authenticates = new Map(loaded.toReversed().flatMap(one => [...one.authenticates]));
  return describe(config, { context, authenticates });
}

/** What a pod finds of its own cluster, below `root`. */
export function loadInCluster(root = ""): LoadedConfig {
  const config = new KubeConfig();
  config.loadFromCluster(root);
  const user = config.getCurrentUser();
  const tokenFile: unknown = user?.authProvider?.config.tokenFile;
  const found = user === null || typeof tokenFile !== "string" ? [] : ([[user.name, { tokenFile }]] as const);
  config.users = config.users.map(({ authProvider, ...rest }) => rest);
  const authenticates = new Map(found.map(([name, source]) => [name, createAuthenticate(source)]));
  return describe(config, { context: undefined, authenticates });
}

type Authenticates = ReadonlyMap<string, Authenticate | undefined>;
type Loaded = Pick<LoadedConfig, "config" | "authenticates">;

function loadFile(file: string): Loaded {
  const config = new KubeConfig();
  try {
    const content = readFileSync(file, "utf8");
    config.loadFromString(content);
    config.makePathsAbsolute(dirname(file));
    const authenticates = new Map(
      Array.from(credentialSources(content, file), ([name, source]) => [name, source && createAuthenticate(source)]),
    );
    // The library runs a program without an end, and does not know `tokenFile`.
    config.users = config.users.map(({ exec, ...user }) => user);
    return { config, authenticates };
  } catch (cause) {
    throw Object.assign(new Error(cause instanceof Error ? cause.message : String(cause), { cause }), { file });
  }
}

/** What is there already wins, as it does for kubectl. */
function merge(config: KubeConfig, other: KubeConfig): void {
  const names = <T extends { readonly name: string }>(list: readonly T[]) => new Set(list.map(({ name }) => name));
  const [clusters, users, contexts] = [names(config.clusters), names(config.users), names(config.contexts)];
  config.clusters = [...config.clusters, ...other.clusters.filter(({ name }) => !clusters.has(name))];
  config.users = [...config.users, ...other.users.filter(({ name }) => !users.has(name))];
  config.contexts = [...config.contexts, ...other.contexts.filter(({ name }) => !contexts.has(name))];
  if (!config.getCurrentContext()) config.setCurrentContext(other.getCurrentContext());
}

interface Described {
  readonly context: string | undefined;
  readonly authenticates: Authenticates;
}

function describe(config: KubeConfig, { context, authenticates }: Described): LoadedConfig {
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getCurrentContext() ?? "";
  return {
    config,
    authenticates,
    contexts: config.getContexts().map(({ name }) => name),
    context: current,
    namespace: config.getContextObject(current)?.namespace,
    server: config.getCurrentCluster()?.server,
  };
}

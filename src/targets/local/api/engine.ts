/**
 * One Docker engine, as far as a stack needs it. Calls have a deadline and end with the host's signal; what goes wrong is
 * thrown as an `EngineError`. What is read comes back in our words, undefined where it is not there.
 */
export interface Engine {
  /** Its address, without credentials. */
  readonly address: string;
  info(): Promise<EngineInfo>;
  /** All containers with these labels (`name` or `name=value`), stopped ones too. */
  containers(labels: readonly string[]): Promise<readonly ContainerSummary[]>;
  /** By name or id. */
  container(name: string): Promise<Container | undefined>;
  /** Creates, and does not start. Returns the id. */
  createContainer(name: string, spec: ContainerSpec): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** SIGTERM, and SIGKILL after so many seconds. Does nothing where it does not run. */
  stopContainer(id: string, seconds: number): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  /**
   * Removes it, also while it runs, and the nameless volumes that its image asked for unless they are to be kept. Does
   * nothing where it is not there.
   */
  removeContainer(id: string, options?: { readonly keepsVolumes?: boolean }): Promise<void>;
  renameContainer(id: string, name: string): Promise<void>;
  setRestartPolicy(id: string, policy: string): Promise<void>;
  /**
   * Unpacks a tar archive into a directory of a container, running or not. What it says of that directory itself is passed
   * over: the root of a volume gets another mode from a directory above its mount point.
   */
  putArchive(id: string, directory: string, tar: Uint8Array): Promise<void>;
  /** A file or directory of a container as a tar archive. */
  getArchive(id: string, path: string): Promise<Uint8Array | undefined>;
  logs(id: string, request: LogRequest): AsyncIterable<TimedLine>;
  image(reference: string): Promise<Image | undefined>;
  /** The digest that the registry has under a reference: `sha256:…`. */
  remoteDigest(reference: string): Promise<string>;
  pull(reference: string, onLayer: (step: PullStep) => void): Promise<void>;
  /** Makes an image of a file system. Returns its id. */
  importImage(tar: Uint8Array, reference: string): Promise<string>;
  removeImage(reference: string): Promise<void>;
  network(name: string): Promise<Network | undefined>;
  createNetwork(spec: NetworkSpec): Promise<void>;
  connectNetwork(network: string, container: string): Promise<void>;
  removeNetwork(name: string): Promise<void>;
  volumes(labels: readonly string[]): Promise<readonly Volume[]>;
  volume(name: string): Promise<Volume | undefined>;
  createVolume(spec: Volume): Promise<void>;
  removeVolume(name: string): Promise<void>;
  /** What happens to containers with these labels from now on, until the signal ends it; throws when the engine goes. */
  events(labels: readonly string[], signal: AbortSignal): AsyncIterable<EngineEvent>;
  close(): void;
}

export interface EngineInfo {
  /** Tells engines apart, for good. */
  readonly id: string;
  readonly version: string;
  readonly logDriver: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  /** Its clock when it was asked, in milliseconds since 1970. */
  readonly time: number;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: ContainerState["status"];
}

export interface Container {
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The reference it was created from. */
  readonly image: string;
  readonly imageId: string;
  /** `NAME=value`, as the process gets it: those of the image too. */
  readonly environment: readonly string[];
  readonly restartPolicy: string;
  /** Names of the networks it is on. */
  readonly networks: readonly string[];
  /** By name the id of each that was made by somebody, as soon as it was on it: of that name there may be another by now. */
  readonly networkIds?: Readonly<Record<string, string>>;
  readonly mounts: readonly VolumeMount[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly state: ContainerState;
}

export interface ContainerState {
  readonly status: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** Milliseconds since 1970, by the engine's clock; missing where it never was. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Of the process that ended last; 0 while the first one runs. */
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Why it could not be started, in the engine's words; often empty. */
  readonly error: string;
  readonly pid: number;
  /** How often the engine started it again by itself since it was last started by somebody. */
  readonly restarts: number;
  /** Where the image has a health check. */
  readonly health?: { readonly status: "starting" | "healthy" | "unhealthy"; readonly output: string };
}

export interface VolumeMount {
  /** Name of the volume. */
  readonly volume: string;
  readonly target: string;
}

/** What differs between our containers; what they have in common is in `create-body.ts`. */
export interface ContainerSpec {
  readonly image: string;
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly mounts: readonly VolumeMount[];
  /** The engine's log driver, where we set bounds for it. */
  readonly boundedLogDriver?: "json-file" | "local";
}

export interface LogRequest {
  readonly follow?: boolean;
  /** Only the last so many lines. */
  readonly tail?: number;
  /** Seconds since 1970, with fraction: only what is not older. */
  readonly since?: number;
  /** Seconds since 1970, with fraction: only what is older. */
  readonly until?: number;
}

export interface TimedLine {
  /** RFC 3339 with nanoseconds. */
  readonly at: string;
  readonly text: string;
}

export interface Image {
  readonly id: string;
  /** `name@sha256:…`, as registries know it. */
  readonly digests: readonly string[];
  readonly environment: readonly string[];
  readonly hasHealthCheck: boolean;
  readonly operatingSystem: string;
  readonly architecture: string;
}

/** One line of what the engine tells about a pull. */
export interface PullStep {
  readonly layer?: string;
  readonly status: string;
  readonly current?: number;
  readonly total?: number;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface NetworkSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EngineEvent {
  /** `start`, `die`, `oom`, `destroy`, `health_status: healthy`, … */
  readonly action: string;
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
}

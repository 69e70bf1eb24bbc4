import type { Container, ContainerState, Image, Network } from "./engine.ts";

/** Whether an answer has these fields as text. */
export const hasTexts =
  <const K extends string>(...names: readonly K[]) =>
  (body: unknown): body is Readonly<Record<K, string>> =>
    typeof body === "object" &&
    body !== null &&
    names.every(name => typeof (body as Readonly<Record<string, unknown>>)[name] === "string");

/** Whether an answer is a list of what has these fields as text. */
export const isListOf =
  <T>(isItem: (body: unknown) => body is T) =>
  (body: unknown): body is readonly T[] =>
    Array.isArray(body) && body.every(isItem);

export type Labels = Readonly<Record<string, string>>;

/** As the engine describes a container. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly RestartCount?: number;
  readonly Config: { readonly Image: string; readonly Env?: readonly string[] | null; readonly Labels?: Labels | null };
  readonly HostConfig: { readonly RestartPolicy?: { readonly Name?: string } };
  readonly Mounts?: readonly InspectedMount[] | null;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, InspectedEndpoint | null>> | null };
  readonly State: InspectedState;
}

interface InspectedEndpoint {
  readonly NetworkID?: string;
}

interface InspectedMount {
  readonly Type: string;
  readonly Name?: string;
  readonly Destination: string;
}

interface InspectedState {
  readonly Status: ContainerState["status"];
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Error: string;
  readonly Pid: number;
  readonly Health?: { readonly Status: string; readonly Log?: readonly { readonly Output: string }[] | null };
}

export const isContainer = (body: unknown): body is InspectedContainer =>
  hasTexts("Id", "Name", "Created", "Image")(body) &&
  ["Config", "HostConfig", "State"].every(name => isObject((body as Readonly<Record<string, unknown>>)[name]));

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

export const containerOf = (found: InspectedContainer): Container => ({
  id: found.Id,
  name: found.Name.replace(/^\//, ""),
  labels: found.Config.Labels ?? {},
  image: found.Config.Image,
  imageId: found.Image,
  environment: found.Config.Env ?? [],
  restartPolicy: found.HostConfig.RestartPolicy?.Name || "no",
  networks: Object.keys(found.NetworkSettings?.Networks ?? {}).sort(),
  networkIds: networkIdsOf(found),
  mounts: (found.Mounts ?? []).flatMap(mountOf),
  createdAt: Date.parse(found.Created),
  state: stateOf(found),
});

/** The engine makes its own networks anew whenever it starts. */
const builtIn: ReadonlySet<string> = new Set(["bridge", "host", "none", "nat"]);

const networkIdsOf = ({ NetworkSettings }: InspectedContainer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(NetworkSettings?.Networks ?? {}).flatMap(([name, endpoint]) =>
      endpoint?.NetworkID && !builtIn.has(name) ? [[name, endpoint.NetworkID]] : [],
    ),
  );

/** What an image asks for by itself gets a volume whose name says nothing; that is not counted. */
const mountOf = ({ Type, Name = "", Destination }: InspectedMount) =>
  Type === "volume" && !/^[0-9a-f]{64}$/.test(Name) ? [{ volume: Name, target: Destination }] : [];

function stateOf({ State: state, RestartCount = 0 }: InspectedContainer): ContainerState {
  const [startedAt, finishedAt] = [momentOf(state.StartedAt), momentOf(state.FinishedAt)];
  const health = healthOf(state);
  return {
    status: state.Status,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    exitCode: state.ExitCode,
    outOfMemory: state.OOMKilled,
    error: state.Error,
    pid: state.Pid,
    restarts: RestartCount,
    ...(health === undefined ? {} : { health }),
  };
}

/** Of what never was, the engine says the year 1. */
function momentOf(text: string): number | undefined {
  const moment = Date.parse(text);
  return moment > 0 ? moment : undefined;
}

function healthOf({ Health: health }: InspectedState): ContainerState["health"] {
  const { Status: status, Log: log } = health ?? {};
  if (status !== "starting" && status !== "healthy" && status !== "unhealthy") return undefined;
  return { status, output: (log?.at(-1)?.Output ?? "").trimEnd() };
}

export interface InspectedImage {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly Config?: {
    readonly Env?: readonly string[] | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  } | null;
}

export function imageOf({ Id, RepoDigests, Os, Architecture, Config }: InspectedImage): Image {
  const [check] = Config?.Healthcheck?.Test ?? [];
  return {
    id: Id,
    digests: RepoDigests ?? [],
    environment: Config?.Env ?? [],
    hasHealthCheck: check !== undefined && check !== "NONE",
    operatingSystem: Os,
    architecture: Architecture,
  };
}

export interface InspectedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Driver: string;
  readonly Labels?: Labels | null;
  readonly Options?: Labels | null;
}

export const networkOf = ({ Id, Name, Driver, Labels, Options }: InspectedNetwork): Network => ({
  id: Id,
  name: Name,
  labels: Labels ?? {},
  driver: Driver,
  options: Options ?? {},
});

/** Processors by the names that images use. */
export const architectureOf = (name: string): string => processors[name] ?? name;

const processors: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm", i686: "386" };

import { containerOf, hasTexts, isContainer, isListOf, type Labels } from "./answers.ts";
import type { CallSetting, Calls } from "./calls.ts";
import { createBody } from "./create-body.ts";
import type { ContainerState, Engine } from "./engine.ts";
import { EngineError, isStatus } from "./error.ts";
import { orMissing, segment } from "./missing.ts";

type Containers =
  | "containers"
  | "container"
  | "createContainer"
  | "startContainer"
  | "stopContainer"
  | "unpauseContainer"
  | "removeContainer"
  | "renameContainer"
  | "setRestartPolicy"
  | "putArchive"
  | "getArchive";

export function containersOf(calls: Calls, setting: CallSetting): Pick<Engine, Containers> {
  const act = async (path: string, query = {}) => void (await calls.bytes({ method: "POST", path, query }));
  return {
    containers: labels => list(calls, labels),
    container: name => inspect(calls, name),
    createContainer: async (name, spec) => {
      const path = "/containers/create";
      const made = await calls.json({ method: "POST", path, query: { name }, body: createBody(spec) }, hasTexts("Id"));
      return made.Id;
    },
    startContainer: id => act(`${of(id)}/start`),
    stopContainer: async (id, seconds) => {
      const request = { method: "POST", path: `${of(id)}/stop`, query: { t: seconds } } as const;
      await calls.bytes(request, { more: seconds * 1000 });
    },
    unpauseContainer: id => unless(/is not paused/, act(`${of(id)}/unpause`)),
    removeContainer: (id, { keepsVolumes = false } = {}) =>
      remove(calls, { id, query: { force: true, v: !keepsVolumes } }, setting),
    renameContainer: (id, name) => rename(act(`${of(id)}/rename`, { name })),
    setRestartPolicy: async (id, policy) => {
      const body = { RestartPolicy: { Name: policy } };
      await calls.bytes({ method: "POST", path: `${of(id)}/update`, body });
    },
    putArchive: async (id, directory, tar) => {
      await calls.bytes({ method: "PUT", path: `${of(id)}/archive`, query: { path: directory }, file: tar });
    },
    getArchive: (id, path) =>
      orMissing(calls.bytes({ method: "GET", path: `${of(id)}/archive`, query: { path } }), /^Could not find the file/),
  };
}

const of = (id: string): string => `/containers/${segment(id)}`;

/** As the engine lists a container. */
interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly Labels?: Labels | null;
  readonly State: ContainerState["status"];
}

const isListed = (body: unknown): body is Listed => hasTexts("Id", "State")(body);

async function list(calls: Calls, labels: readonly string[]) {
  const query = { all: true, filters: JSON.stringify({ label: labels }) };
  const found = await calls.json({ method: "GET", path: "/containers/json", query }, isListOf(isListed));
  return found.map(({ Id, Names, Labels, State }) => ({
    id: Id,
    // Links give further names, with more slashes.
    name: (Names?.find(name => name.lastIndexOf("/") === 0) ?? "").slice(1),
    labels: Labels ?? {},
    status: State,
  }));
}

async function inspect(calls: Calls, name: string) {
  const found = await orMissing(calls.json({ method: "GET", path: `${of(name)}/json` }, isContainer));
  // The engine would take the beginning of an id for a name.
  return found !== undefined && (found.Id === name || found.Name === `/${name}`) ? containerOf(found) : undefined;
}

async function unless(words: RegExp, call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (cause) {
    if (!(cause instanceof EngineError && words.test(cause.message))) throw cause;
  }
}

/** While the engine waits to start it again, it has no network to tell the name, and says that it finds none. */
async function rename(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (cause) {
    if (!isStatus(cause, 404) || !/sandbox/.test(cause.message)) throw cause;
    throw new EngineError(cause.message, { status: 409, cause });
  }
}

/** Milliseconds between two looks at a container that somebody else removes. */
const look = 100;

interface Removal {
  readonly id: string;
  readonly query: Readonly<Record<string, boolean>>;
}

async function remove(calls: Calls, { id, query }: Removal, setting: CallSetting): Promise<void> {
  try {
    await orMissing(calls.bytes({ method: "DELETE", path: of(id), query }));
  } catch (cause) {
    if (!isStatus(cause, 409) || !/already in progress/.test(cause.message)) throw cause;
    await untilGone(calls, id, setting);
  }
}

async function untilGone(calls: Calls, id: string, { effects, timing, signal }: CallSetting): Promise<void> {
  const end = effects.now() + timing.call;
  while ((await inspect(calls, id)) !== undefined) {
    if (effects.now() >= end) throw new EngineError("the container is not gone in time", { status: 409 });
    await effects.sleep(look, signal);
  }
}

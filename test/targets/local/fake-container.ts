import type { Effects } from "../../../src/targets/index.ts";
import type { Container, ContainerSpec, ContainerState, TimedLine } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { createTree, type FakeTree } from "./fake-files.ts";

/** What a process does once it is started. */
export type Run =
  | (Said & { readonly does: "run"; readonly health?: ContainerState["health"] })
  | (Said & {
      readonly does: "exit";
      readonly code: number;
      /** Milliseconds after the start. */
      readonly after: number;
      readonly outOfMemory?: boolean;
    })
  | { readonly does: "not-start"; readonly error: string; readonly code?: number };

interface Said {
  readonly lines?: readonly string[];
  /** What it ends with when it is asked to. */
  readonly stopCode?: number;
}

/** The run for a start, counted from 0; restarts by the engine count too. */
export type Behaviour = (start: number, spec: ContainerSpec) => Run;

export interface FakeContainer {
  readonly id: string;
  name: string;
  readonly spec: ContainerSpec;
  readonly imageId: string;
  readonly environment: readonly string[];
  restartPolicy: string;
  networks: string[];
  /** By name, once it was started. */
  networkIds: Readonly<Record<string, string>>;
  readonly createdAt: number;
  state: ContainerState;
  readonly lines: TimedLine[];
  readonly files: FakeTree;
  /** Somebody stopped it: the engine leaves it alone. */
  isStopped: boolean;
  starts: number;
  pause: number;
  run: Run | undefined;
  /** Ends what was to happen to this run. */
  timers: AbortController;
}

export interface Surroundings {
  readonly effects: Effects;
  readonly behaviourOf: (image: string) => Behaviour;
  hasNetwork(name: string): boolean;
  /** Undefined for those that every engine has. */
  networkId(name: string): string | undefined;
  nextPid(): number;
  emit(container: FakeContainer, action: string): void;
}

const never: ContainerState = { status: "created", exitCode: 0, outOfMemory: false, error: "", pid: 0, restarts: 0 };

export const newContainer = (
  given: Pick<FakeContainer, "id" | "name" | "spec" | "imageId" | "environment" | "createdAt">,
): FakeContainer => ({
  ...given,
  restartPolicy: "unless-stopped",
  networks: [given.spec.network],
  networkIds: {},
  state: never,
  lines: [],
  files: createTree(),
  isStopped: false,
  starts: 0,
  pause: firstPause,
  run: undefined,
  timers: new AbortController(),
});

/** The engine doubles its pause before each restart, and forgets about it when a run lasted. */
const [firstPause, longestPause, lasting] = [100, 60_000, 10_000];

export const isUp = ({ state }: FakeContainer): boolean => ["running", "paused", "restarting"].includes(state.status);

/** Started by somebody: what was counted of before is forgotten. */
export function startBySomebody(container: FakeContainer, world: Surroundings): void {
  if (container.state.status === "paused") {
    throw new EngineError("cannot start a paused container, try unpause instead", { status: 409 });
  }
  if (isUp(container)) return;
  const missing = container.networks.map(name => missingNetwork(container, name, world)).find(Boolean);
  if (missing !== undefined) {
    const error = `network ${missing} not found`;
    container.state = { ...container.state, exitCode: 128, error };
    throw new EngineError(error, { status: 404 });
  }
  container.networkIds = Object.fromEntries(
    container.networks.flatMap(name => {
      const id = world.networkId(name);
      return id === undefined ? [] : [[name, id]];
    }),
  );
  container.isStopped = false;
  container.pause = firstPause;
  container.state = { ...container.state, restarts: 0 };
  const error = start(container, world);
  if (error !== undefined) throw new EngineError(error, { status: 400 });
}

/** The engine remembers a network by its id. */
function missingNetwork({ networkIds }: FakeContainer, name: string, world: Surroundings): string | undefined {
  const id = networkIds[name];
  if (id !== undefined) return world.networkId(name) === id ? undefined : id;
  return world.hasNetwork(name) ? undefined : name;
}

function start(container: FakeContainer, world: Surroundings): string | undefined {
  const { effects, behaviourOf } = world;
  const run = behaviourOf(container.spec.image)(container.starts++, container.spec);
  container.run = run;
  if (run.does === "not-start") {
    const { error, code = 127 } = run;
    const status = container.state.startedAt === undefined ? "created" : "exited";
    container.state = { ...container.state, status, exitCode: code, error };
    return error;
  }
  const startedAt = effects.date().getTime();
  container.timers = new AbortController();
  container.state = {
    ...container.state,
    status: "running",
    startedAt,
    exitCode: 0,
    outOfMemory: false,
    error: "",
    pid: world.nextPid(),
    ...(run.does === "run" && run.health !== undefined ? { health: run.health } : {}),
  };
  world.emit(container, "start");
  for (const text of run.lines ?? []) print(container, text, startedAt);
  if (run.does === "exit") later(container, run.after, world, () => end(container, run, world));
  return undefined;
}

function later(container: FakeContainer, wait: number, { effects }: Surroundings, act: () => void): void {
  const { signal } = container.timers;
  effects.sleep(wait, signal).then(
    () => signal.aborted || act(),
    () => undefined,
  );
}

export interface Ending {
  readonly code: number;
  readonly outOfMemory?: boolean;
}

/** The process is over; the engine starts it again where its policy says so. */
export function end(container: FakeContainer, { code, outOfMemory = false }: Ending, world: Surroundings): void {
  const now = world.effects.date().getTime();
  container.timers.abort();
  container.timers = new AbortController();
  const { startedAt = now, restarts } = container.state;
  const isAgain = !container.isStopped && restarted(container.restartPolicy, code);
  container.state = {
    ...container.state,
    status: isAgain ? "restarting" : "exited",
    finishedAt: now,
    exitCode: code,
    outOfMemory,
    pid: 0,
    restarts: isAgain ? restarts + 1 : restarts,
  };
  if (outOfMemory) world.emit(container, "oom");
  world.emit(container, "die");
  if (!isAgain) return;
  const pause = now - startedAt >= lasting ? firstPause : container.pause;
  container.pause = Math.min(pause * 2, longestPause);
  later(container, pause, world, () => void start(container, world));
}

const restarted = (policy: string, code: number): boolean =>
  policy === "always" || policy === "unless-stopped" || (policy === "on-failure" && code !== 0);

/** Stopped by somebody: the engine does not start it again. */
export function stopBySomebody(container: FakeContainer, world: Surroundings): void {
  if (!isUp(container)) return;
  container.isStopped = true;
  if (container.state.status === "restarting") {
    container.timers.abort();
    container.state = { ...container.state, status: "exited" };
  } else {
    if (container.state.status === "paused") unpause(container, world);
    world.emit(container, "kill");
    const { run } = container;
    end(container, { code: run === undefined || run.does === "not-start" ? 143 : (run.stopCode ?? 143) }, world);
  }
  world.emit(container, "stop");
}

/** Killed by somebody, as by `docker kill`. */
export function killBySomebody(container: FakeContainer, world: Surroundings): void {
  container.isStopped = true;
  if (container.state.status === "restarting") {
    container.timers.abort();
    container.state = { ...container.state, status: "exited" };
    return;
  }
  world.emit(container, "kill");
  end(container, { code: 137 }, world);
}

export function unpause(container: FakeContainer, world: Surroundings): void {
  if (container.state.status !== "paused") return;
  container.state = { ...container.state, status: "running" };
  world.emit(container, "unpause");
}

export function print(container: FakeContainer, text: string, at: number): void {
  container.lines.push({ at: new Date(at).toISOString().replace("Z", "000000Z"), text });
}

export const shown = ({ spec, ...container }: FakeContainer): Container => ({
  id: container.id,
  name: container.name,
  labels: spec.labels,
  image: spec.image,
  imageId: container.imageId,
  environment: container.environment,
  restartPolicy: container.restartPolicy,
  networks: [...container.networks],
  networkIds: container.networkIds,
  mounts: spec.mounts,
  createdAt: container.createdAt,
  state: container.state,
});

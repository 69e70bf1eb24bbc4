import type { Effects } from "../../../src/targets/index.ts";
import type { Engine, EngineInfo, Image } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import { realEffects } from "../effects.ts";
import { fakeArchives } from "./fake-archives.ts";
import { type Behaviour, type Ending, end, killBySomebody, print, type Run } from "./fake-container.ts";
import { comeUp, fakeContainers, goDown } from "./fake-containers.ts";
import type { FakeTree } from "./fake-files.ts";
import { addImage, fakeImages } from "./fake-images.ts";
import { fakeNetworks, fakeVolumes } from "./fake-networks.ts";
import { fakeStreams } from "./fake-streams.ts";
import { createWorld, type FakeRemote, type FakeWorld, tagged } from "./fake-world.ts";

export interface FakeOptions {
  /** Its clock: with a virtual one nothing waits. The machine's own by default. */
  readonly effects?: Effects;
  readonly info?: Partial<EngineInfo>;
  /** References of images that are there from the start; `busybox:latest` by default. */
  readonly images?: readonly string[];
}

/** An engine in memory, that does what the real one was seen to do, with handles for tests. */
export interface FakeEngine extends Engine {
  /** All calls so far, such as `startContainer acme-agent`. */
  readonly calls: readonly string[];
  /** Those of them that change something. */
  readonly writes: readonly string[];
  forgetCalls(): void;
  /** What containers of an image do when they are started; they run, where nothing is said. */
  behave(image: string, behaviour: Run | Behaviour): void;
  /** The process of a container ends by itself, or is killed on the host: with code 137, where nothing is said. */
  crash(name: string, ending?: Ending): void;
  /** As by `docker kill`. */
  kill(name: string): void;
  /** As by `docker pause`. */
  pause(name: string): void;
  /** As by `docker network disconnect`, of which the containers' events say nothing. */
  disconnect(name: string): void;
  print(name: string, line: string): void;
  setHealth(name: string, status: "starting" | "healthy" | "unhealthy", output?: string): void;
  /** Puts an image there, as by `docker build` or `docker tag`. */
  addImage(reference: string, image?: Partial<Image>): Image;
  /** By reference. What is not in it is not found when it is pulled. */
  readonly registry: Map<string, FakeRemote>;
  /** The files of a volume by their path in it. */
  filesOf(volume: string): FakeTree | undefined;
  /** The next calls of a method fail so. */
  fail(method: keyof Engine, cause: Error, times?: number): void;
  /** Nothing answers any more, and nothing runs. */
  goAway(): void;
  /** It answers again, and has started what its policy starts. */
  comeBack(): void;
}

const defaultInfo: Omit<EngineInfo, "time"> = {
  id: "FAKE:ENGINE",
  version: "20.10.24",
  logDriver: "json-file",
  operatingSystem: "linux",
  architecture: "amd64",
};

export function createFakeEngine(options: FakeOptions = {}): FakeEngine {
  const { effects = realEffects, info = {}, images = ["busybox:latest"] } = options;
  const world = createWorld(effects);
  for (const reference of images) addImage(world, reference);
  const engine: Engine = {
    address: "fake://engine",
    info: async () => ({ ...defaultInfo, time: effects.date().getTime(), ...info }),
    ...fakeContainers(world),
    ...fakeArchives(world),
    ...fakeImages(world),
    ...fakeNetworks(world),
    ...fakeVolumes(world),
    ...fakeStreams(world),
    close: () => {
      for (const { timers } of world.containers.values()) timers.abort();
    },
  };
  return { ...watched(engine, world), ...handles(world) };
}

const writing = /^(create|start|stop|unpause|remove|rename|set|put|connect|import|pull)/;

type Watching = Pick<FakeEngine, "calls" | "writes" | "forgetCalls" | "fail">;

/** Writes down what is called, and lets it fail where a test says so. */
function watched(engine: Engine, world: FakeWorld): Engine & Watching {
  const [calls, writes]: [string[], string[]] = [[], []];
  const failures = new Map<string, Error[]>();
  const check = (method: string, [first, second]: readonly unknown[]): void => {
    const words = [method, first, method.startsWith("rename") ? second : undefined];
    const call = words.filter(word => typeof word === "string").join(" ");
    calls.push(call);
    if (writing.test(method)) writes.push(call);
    if (world.isAway) throw new EngineError("connect ECONNREFUSED fake://engine", { status: 0, code: "ECONNREFUSED" });
    const failure = failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
  };
  const wrap = (method: string, work: (...given: unknown[]) => unknown) => {
    if (method === "close") return work;
    if (method === "events" || method === "logs") {
      return (...given: unknown[]) => {
        calls.push([method, given[0]].join(" "));
        return failing(failures, method, () => work(...given) as AsyncIterable<unknown>);
      };
    }
    return async (...given: unknown[]) => {
      check(method, given);
      return work(...given);
    };
  };
  const wrapped = Object.entries(engine).map(([name, work]) => [
    name,
    typeof work === "function" ? wrap(name, work) : work,
  ]);
  return {
    ...(Object.fromEntries(wrapped) as Engine),
    calls,
    writes,
    forgetCalls: () => void [calls, writes].map(list => list.splice(0)),
    fail: (method, cause, times = 1) => {
      failures.set(method, [...(failures.get(method) ?? []), ...Array.from({ length: times }, () => cause)]);
    },
  };
}

async function* failing(
  failures: Map<string, Error[]>,
  method: string,
  items: () => AsyncIterable<unknown>,
): AsyncIterable<unknown> {
  const failure = failures.get(method)?.shift();
  if (failure !== undefined) throw failure;
  yield* items();
}

type Handles = Omit<FakeEngine, keyof Engine | keyof Watching>;

const handles = (world: FakeWorld): Handles => ({
  registry: world.registry,
  behave: (image, behaviour) =>
    void world.behaviours.set(tagged(image), typeof behaviour === "function" ? behaviour : () => behaviour),
  crash: (name, ending = { code: 137 }) => end(world.find(name), ending, world),
  kill: name => killBySomebody(world.find(name), world),
  pause: name => {
    const found = world.find(name);
    found.state = { ...found.state, status: "paused" };
    world.emit(found, "pause");
  },
  disconnect: name => {
    world.find(name).networks = [];
  },
  print: (name, line) => {
    const found = world.find(name);
    print(found, line, world.effects.date().getTime());
    world.emit(found, "");
  },
  setHealth: (name, status, output = "") => {
    const found = world.find(name);
    found.state = { ...found.state, health: { status, output } };
    world.emit(found, `health_status: ${status}`);
  },
  addImage: (reference, image) => addImage(world, reference, image),
  filesOf: volume => world.volumes.get(volume)?.files,
  goAway: () => goDown(world),
  comeBack: () => comeUp(world),
});

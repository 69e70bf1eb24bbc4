import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  Container,
  ContainerSpec,
  Engine,
  EngineEvent,
  TimedLine,
} from "../../../src/targets/local/api/engine.ts";
import { isStatus } from "../../../src/targets/local/api/error.ts";
import { writableDirectories } from "../../../src/targets/local/containers/writable-directories.ts";
import { until } from "../until.ts";
import { packed, unpack } from "./fake-files.ts";

/** What the containers of the contract do, and how a shell does it. */
export const programs = {
  stays: "echo up; trap 'exit 0' TERM; sleep 100000 & wait",
  fails: "echo failing; exit 3",
  "fails later": "echo failing; sleep 0.3; exit 3",
} as const;

export type Program = keyof typeof programs;

export interface UnderTest {
  readonly engine: Engine;
  /** Image and variables of a container that runs a program. */
  spec(program: Program): Pick<ContainerSpec, "image" | "environment">;
  /** As somebody would with the Docker CLI. */
  pause(name: string): void;
  kill(name: string): void;
}

const mark = "dev.alien.contract";

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** What whoever uses an engine relies on, of any engine. */
export function engineContract(open: () => UnderTest): void {
  const run = randomBytes(4).toString("hex");
  const labels = { [mark]: run };
  const filter = [`${mark}=${run}`];
  const network = `contract-${run}`;
  let count = 0;
  const newName = (): string => `contract-${run}-${++count}`;
  let tested: UnderTest;
  let engine: Engine;

  const create = async (program: Program = "stays", more: Partial<ContainerSpec> = {}) => {
    const name = newName();
    const spec = { ...tested.spec(program), labels, network, mounts: [], ...more };
    return { name, id: await engine.createContainer(name, spec) };
  };
  const look = async (id: string): Promise<Container> => {
    const found = await engine.container(id);
    if (found === undefined) throw new Error(`${id} is not there`);
    return found;
  };
  const untilState = (id: string, isSo: (state: Container["state"]) => boolean) =>
    until(async () => isSo((await look(id)).state), 30_000);
  const refusal = async (call: Promise<unknown>): Promise<number> => {
    const cause = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isStatus(cause, 400, 403, 404, 409)) throw cause ?? new Error("it was not refused");
    return cause.status;
  };
  const allLines = async (lines: AsyncIterable<TimedLine>): Promise<readonly string[]> =>
    (await all(lines)).map(({ text }) => text);

  beforeAll(async () => {
    tested = open();
    engine = tested.engine;
    await engine.createNetwork({ name: network, labels, options: {} });
  });
  afterAll(async () => {
    for (const { id } of await engine.containers(filter)) await engine.removeContainer(id);
    for (const { name } of await engine.volumes(filter)) await engine.removeVolume(name);
    await engine.removeNetwork(network);
    engine.close();
  });

  test("the engine says what it is", async () => {
    const info = await engine.info();
    expect(info).toMatchObject({ operatingSystem: "linux", architecture: expect.stringMatching(/^(amd64|arm64)$/) });
    expect(Math.abs(info.time - Date.now())).toBeLessThan(60_000);
    expect((await engine.info()).id).toBe(info.id);
  });

  describe("a container", () => {
    test("is created, and not started", async () => {
      const { name, id } = await create("stays", { environment: [...tested.spec("stays").environment, "A=b=c\n$d ü"] });
      const found = await look(name);
      expect(found).toMatchObject({
        id,
        name,
        labels,
        restartPolicy: "unless-stopped",
        networks: [network],
        mounts: [],
      });
      expect(found.environment).toContain("A=b=c\n$d ü");
      expect(found.environment.some(text => text.startsWith("PATH="))).toBe(true);
      expect(found.image).toBe(tested.spec("stays").image);
      expect(found.imageId).toBe((await engine.image(found.image))?.id);
      expect(found.state).toMatchObject({ status: "created", exitCode: 0, pid: 0, restarts: 0, error: "" });
      expect([found.state.startedAt, found.state.finishedAt]).toEqual([undefined, undefined]);
      expect(await engine.container(id)).toEqual(found);
      expect(await engine.container(id.slice(0, 12))).toBeUndefined();
    });

    test("is listed by its labels, whatever it does", async () => {
      const other = newName();
      const { id } = await create("stays", { labels: { ...labels, other } });
      const listed = [{ id, name: expect.any(String), labels: { ...labels, other }, status: "created" }];
      expect(await engine.containers([`other=${other}`])).toEqual(listed);
      expect(await engine.containers(["other", ...filter])).toEqual(listed);
      expect(await engine.containers([`other=${other}-not`])).toEqual([]);
    });

    test("of an image that is not there is refused", async () => {
      expect(await refusal(create("stays", { image: `contract-${run}/missing:1` }))).toBe(404);
    });

    test("has a name that no other has", async () => {
      const [one, other] = [await create(), await create()];
      const spec = { ...tested.spec("stays"), labels, network, mounts: [] };
      expect(await refusal(engine.createContainer(one.name, spec))).toBe(409);
      expect(await refusal(engine.renameContainer(other.id, one.name))).toBe(409);
      expect(await refusal(engine.renameContainer(one.id, one.name))).toBe(400);
      await engine.renameContainer(one.id, `${one.name}.previous`);
      await engine.renameContainer(other.id, one.name);
      expect((await look(one.name)).id).toBe(other.id);
      expect((await look(`${one.name}.previous`)).id).toBe(one.id);
    });

    test("runs until it is stopped, and is not started again then", async () => {
      const { id } = await create();
      await engine.startContainer(id);
      await engine.startContainer(id);
      const { state } = await look(id);
      expect(state).toMatchObject({ status: "running", restarts: 0 });
      expect(state.pid).toBeGreaterThan(0);
      expect(state.startedAt).toBeGreaterThan(Date.now() - 60_000);
      await until(async () => (await allLines(engine.logs(id, {}))).includes("up"));
      await engine.stopContainer(id, 5);
      await engine.stopContainer(id, 5);
      const stopped = (await look(id)).state;
      expect(stopped).toMatchObject({ status: "exited", exitCode: 0, pid: 0, restarts: 0 });
      expect(stopped.finishedAt).toBeGreaterThanOrEqual(state.startedAt ?? 0);
    });

    test("is started again with pauses when it ends, until it is stopped", async () => {
      const { id } = await create("fails");
      await engine.startContainer(id);
      // By then the pauses are long enough to look at it in one.
      await untilState(id, ({ status, restarts }) => status === "restarting" && restarts >= 3);
      expect((await look(id)).state).toMatchObject({ exitCode: 3, outOfMemory: false });
      await engine.stopContainer(id, 1);
      const stopped = (await look(id)).state;
      expect(stopped).toMatchObject({ status: "exited", exitCode: 3 });
      expect(stopped.restarts).toBeGreaterThanOrEqual(3);
      await engine.startContainer(id);
      expect((await look(id)).state.restarts).toBeLessThan(2);
    });

    test("cannot be renamed between two runs", async () => {
      const { id, name } = await create("fails");
      await engine.startContainer(id);
      await untilState(id, ({ status, restarts }) => status === "restarting" && restarts >= 3);
      expect(await refusal(engine.renameContainer(id, `${name}.previous`))).toBe(409);
      expect((await look(id)).name).toBe(name);
    });

    test("ends when its policy says no more", async () => {
      const { id } = await create("fails later");
      await engine.startContainer(id);
      await engine.setRestartPolicy(id, "no");
      expect((await look(id)).restartPolicy).toBe("no");
      await untilState(id, ({ status }) => status === "exited");
      expect((await look(id)).state).toMatchObject({ exitCode: 3 });
    });

    test("stays ended when somebody kills it", async () => {
      const { id, name } = await create();
      await engine.startContainer(id);
      tested.kill(name);
      await untilState(id, ({ status }) => status === "exited");
      expect((await look(id)).state).toMatchObject({ exitCode: 137, restarts: 0 });
    });

    test("can be paused by somebody, and go on", async () => {
      const { id, name } = await create();
      await engine.startContainer(id);
      await engine.unpauseContainer(id);
      tested.pause(name);
      expect((await look(id)).state.status).toBe("paused");
      expect(await refusal(engine.startContainer(id))).toBe(409);
      await engine.unpauseContainer(id);
      expect((await look(id)).state.status).toBe("running");
      tested.pause(name);
      await engine.stopContainer(id, 5);
      expect((await look(id)).state.status).toBe("exited");
    });

    test("is removed while it runs, once", async () => {
      const { id, name } = await create();
      await engine.startContainer(id);
      await Promise.all([engine.removeContainer(id), engine.removeContainer(id)]);
      expect(await engine.container(name)).toBeUndefined();
      await engine.removeContainer(id);
      expect(await refusal(engine.startContainer(id))).toBe(404);
      expect(await refusal(engine.renameContainer(id, `${name}.next`))).toBe(404);
      expect(await refusal(engine.stopContainer(id, 1))).toBe(404);
    });

    test("cannot be started without its network", async () => {
      const { id } = await create("stays", { network: `${network}-missing` });
      expect(await refusal(engine.startContainer(id))).toBe(404);
      expect((await look(id)).state).toMatchObject({ status: "created", error: expect.stringContaining("not found") });
    });
  });

  describe("a network", () => {
    test("is made once, and found by its name", async () => {
      const found = await engine.network(network);
      expect(found).toMatchObject({ name: network, labels, driver: "bridge" });
      expect(await refusal(engine.createNetwork({ name: network, labels, options: {} }))).toBe(409);
      expect(await engine.network(network)).toEqual(found);
      expect(await engine.network(`${network}-missing`)).toBeUndefined();
      expect(await engine.network(network.slice(0, -1))).toBeUndefined();
      await engine.removeNetwork(`${network}-missing`);
    });

    test("of many that make it at a time is one", async () => {
      const spec = { name: newName(), labels, options: {} };
      const made = await Promise.allSettled(Array.from({ length: 4 }, () => engine.createNetwork(spec)));
      expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await engine.network(spec.name)).toMatchObject({ name: spec.name });
      await engine.removeNetwork(spec.name);
      expect(await engine.network(spec.name)).toBeUndefined();
    });

    test("is not removed while something runs on it", async () => {
      const name = newName();
      await engine.createNetwork({ name, labels, options: { "com.docker.network.bridge.enable_icc": "false" } });
      expect((await engine.network(name))?.options).toEqual({ "com.docker.network.bridge.enable_icc": "false" });
      const { id } = await create("stays", { network: name });
      await engine.startContainer(id);
      expect(await refusal(engine.removeNetwork(name))).toBe(403);
      await engine.removeContainer(id);
      await engine.removeNetwork(name);
    });

    test("takes a container that is on another", async () => {
      const name = newName();
      await engine.createNetwork({ name, labels, options: {} });
      const { id } = await create();
      await engine.startContainer(id);
      await engine.connectNetwork(name, id);
      await engine.connectNetwork(name, id);
      expect((await look(id)).networks).toEqual([network, name].sort());
      await engine.removeContainer(id);
      await engine.removeNetwork(name);
    });
  });

  describe("a volume", () => {
    test("keeps its labels, and is found by them", async () => {
      const name = newName();
      await engine.createVolume({ name, labels: { ...labels, kind: "kv" } });
      await engine.createVolume({ name, labels: {} });
      expect(await engine.volume(name)).toEqual({ name, labels: { ...labels, kind: "kv" } });
      expect(await engine.volumes([...filter, "kind=kv"])).toEqual([{ name, labels: { ...labels, kind: "kv" } }]);
      await engine.removeVolume(name);
      await engine.removeVolume(name);
      expect(await engine.volume(name)).toBeUndefined();
    });

    test("outlives the containers that mount it, and goes after them", async () => {
      const name = newName();
      await engine.createVolume({ name, labels });
      const mounts = [{ volume: name, target: "/data/kv" }];
      const { id } = await create("stays", { mounts });
      expect((await look(id)).mounts).toEqual(mounts);
      await engine.startContainer(id);
      expect(await refusal(engine.removeVolume(name))).toBe(409);
      await engine.removeContainer(id);
      expect(await engine.volume(name)).toEqual({ name, labels });
      await engine.removeVolume(name);
    });
  });

  describe("an archive", () => {
    const mounted = async () => {
      const volume = newName();
      await engine.createVolume({ name: volume, labels });
      return { volume, mounts: [{ volume, target: "/data/kv" }] };
    };
    const file = (text: string) => ({ type: "file" as const, mode: 0o640, uid: 7, gid: 8, data: Buffer.from(text) });
    const entriesOf = async (id: string, path: string) =>
      unpack((await engine.getArchive(id, path)) ?? new Uint8Array());

    test("goes into a volume through a container that was never started, and out through another", async () => {
      const { mounts } = await mounted();
      const [one, other] = [await create("stays", { mounts }), await create("stays", { mounts })];
      await engine.putArchive(one.id, "/data/kv", await packed("", [["a/b.txt", file("x\0ü")]]));
      const entries = await entriesOf(other.id, "/data/kv");
      expect(entries.map(({ name }) => name)).toEqual(["kv", "kv/a", "kv/a/b.txt"]);
      expect(entries.at(-1)?.file).toEqual(file("x\0ü"));
      expect((await entriesOf(other.id, "/data/kv/a/b.txt")).map(({ name }) => name)).toEqual(["b.txt"]);
    });

    test("that names a mount point from above changes the root of the volume", async () => {
      const { mounts } = await mounted();
      const { id } = await create("stays", { mounts });
      await engine.putArchive(id, "/", writableDirectories(["/data/kv"]));
      expect((await entriesOf(id, "/data/kv"))[0]).toMatchObject({ name: "kv", file: { mode: 0o777, uid: 0 } });
    });

    test("that names the directory it goes into does not change that", async () => {
      const { mounts } = await mounted();
      const { id } = await create("stays", { mounts });
      const root = { ...file(""), type: "directory" as const, mode: 0o777 };
      await engine.putArchive(id, "/data/kv", await packed("./", [["", root]]));
      expect((await entriesOf(id, "/data/kv"))[0]).toMatchObject({ file: { mode: 0o755 } });
    });

    test("needs a place that is there", async () => {
      const { id } = await create();
      expect(await refusal(engine.putArchive(id, "/nowhere", await packed("", [["a", file("")]])))).toBe(404);
      expect(await engine.getArchive(id, "/nowhere")).toBeUndefined();
      expect(await refusal(engine.getArchive(`${id.slice(1)}0`, "/"))).toBe(404);
    });
  });

  describe("an image", () => {
    test("is made of an archive, and its containers need not be started", async () => {
      const reference = `contract-${run}/empty:1`;
      expect(await engine.image(reference)).toBeUndefined();
      const id = await engine.importImage(await packed("", []), reference);
      expect(await engine.image(reference)).toMatchObject({ id, operatingSystem: "linux", hasHealthCheck: false });
      const made = await create("stays", { image: reference, environment: [], network: "none" });
      expect(await refusal(engine.removeImage(reference))).toBe(409);
      await engine.removeContainer(made.id);
      await engine.removeImage(reference);
      await engine.removeImage(reference);
      expect(await engine.image(reference)).toBeUndefined();
    });
  });

  describe("a log", () => {
    test("has the lines of all runs, in their order, with their moments", async () => {
      const { id } = await create("fails");
      expect(await allLines(engine.logs(id, {}))).toEqual([]);
      await engine.startContainer(id);
      await untilState(id, ({ restarts }) => restarts >= 2);
      await engine.stopContainer(id, 1);
      const lines = await all(engine.logs(id, {}));
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(new Set(lines.map(({ text }) => text))).toEqual(new Set(["failing"]));
      for (const { at } of lines) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(await all(engine.logs(id, { tail: 1 }))).toEqual(lines.slice(-1));
      const second = Date.parse(lines[1]?.at ?? "") / 1000;
      expect(await all(engine.logs(id, { since: second }))).toEqual(lines.slice(1));
      expect(await all(engine.logs(id, { until: second }))).toEqual(lines.slice(0, 1));
    });

    test("is followed until the process ends, although it is started again", async () => {
      const { id } = await create("fails later");
      await engine.startContainer(id);
      const followed = await allLines(engine.logs(id, { follow: true }));
      expect(followed).toEqual(["failing"]);
      expect((await look(id)).state.status).not.toBe("exited");
    });

    test("of a container that is not there is refused", async () => {
      expect(await refusal(allLines(engine.logs(newName(), {})))).toBe(404);
    });
  });

  describe("events", () => {
    /** What is heard while something is done. */
    const heard = async (end: string, work: () => Promise<unknown>): Promise<readonly EngineEvent[]> => {
      const ending = new AbortController();
      const events: EngineEvent[] = [];
      const listening = (async () => {
        for await (const event of engine.events(filter, ending.signal)) {
          events.push(event);
          if (event.action === end) ending.abort();
        }
      })();
      // Nothing says when the engine begins to tell.
      const { id } = await create();
      await until(async () => {
        await engine.setRestartPolicy(id, "always");
        return events.length > 0;
      }, 30_000);
      await work();
      await listening;
      return events.filter(({ container }) => container !== id);
    };

    test("tell what happens to the containers with a label", async () => {
      let id = "";
      const events = await heard("destroy", async () => {
        const one = await create("stays", { labels: { ...labels, wanted: "yes" } });
        id = one.id;
        await engine.startContainer(id);
        await engine.renameContainer(id, `${one.name}.next`);
        await engine.stopContainer(id, 5);
        await engine.removeContainer(id);
      });
      const meant = events.filter(({ container }) => container === id);
      const told = ["create", "start", "rename", "kill", "die", "stop", "destroy"];
      expect(meant.map(({ action }) => action).filter(action => told.includes(action))).toEqual(told);
      for (const event of meant) expect(event.labels).toMatchObject({ ...labels, wanted: "yes" });
    });

    test("end at once when nobody listens any more", async () => {
      const aborted = AbortSignal.abort();
      expect(await all(engine.events(filter, aborted))).toEqual([]);
      const ending = new AbortController();
      const listening = all(engine.events([`${mark}=nobody`], ending.signal));
      ending.abort();
      expect(await listening).toEqual([]);
    });
  });
}

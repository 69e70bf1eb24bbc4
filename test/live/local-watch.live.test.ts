import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { WatchEvent } from "../../src/targets/index.ts";
import { until } from "../targets/until.ts";
import { createWorkplace, type LiveRun, type Running, type Workplace } from "./cli.ts";
import { docker, hasEngine, liveDocker, stackName, sweep } from "./docker.ts";
import { buildScriptImage, scriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

let undo: (() => void)[] = [];
afterEach(() => {
  for (const act of undo) act();
  undo = [];
});

const document = (stack: string, scripts: Readonly<Record<string, string>>): string => `stack: ${stack}
supportedPlatforms: [local]
secrets:
  token: { env: TOKEN }
resources:
${Object.entries(scripts)
  .map(
    ([id, script]) => `  ${id}:
    type: daemon
    code: { type: image, image: "${scriptImage}" }
    environment: { SCRIPT: ${JSON.stringify(script)}, TOKEN: { secret: token } }
`,
  )
  .join("")}`;

const token = 'c4nary "t$0ken';

/** A stack of its own on the engine, with a directory in which it is remembered. */
function openScene(scripts: Readonly<Record<string, string>> = { agent: stays }) {
  const stack = stackName("watch");
  const workplace: Workplace = createWorkplace({ "alien.yaml": document(stack, scripts) });
  undo.push(() => {
    sweep(stack);
    workplace.remove();
  });
  const { DOCKER_HOST } = process.env;
  const place = { ALIEN_STATE_DIR: `${workplace.directory}/state`, ...(DOCKER_HOST ? { DOCKER_HOST } : {}) };
  const environment = { ...place, TOKEN: token };
  const run = async (words: readonly string[]): Promise<LiveRun> => {
    const done = await workplace.run(words, { environment });
    if (done.exitCode !== 0)
      throw new Error(`${words.join(" ")} ended with ${done.exitCode}\n${done.out}${done.error}`);
    return done;
  };
  const start = (words: readonly string[], given: Readonly<Record<string, string>> = {}): Watched => {
    const running = workplace.start(words, { environment: { ...place, ...given } });
    undo.unshift(() => running.kill("SIGKILL"));
    return watched(running);
  };
  return {
    stack,
    name: (id: string): string => `${stack}-${id}`,
    write: (changed: Readonly<Record<string, string>>) => workplace.write("alien.yaml", document(stack, changed)),
    run,
    apply: () => run(["apply", "--settle", "1s"]),
    /** By its name alone: no value of a secret is given. */
    watch: (...words: readonly string[]): Watched =>
      start(["watch", "--stack", stack, "--platform", "local", "--format", "json", ...words]),
    start,
  };
}

/** A way to the engine that can be cut. */
async function openGate() {
  const { DOCKER_HOST = "unix:///var/run/docker.sock" } = process.env;
  const { protocol, hostname, port, pathname } = new URL(DOCKER_HOST);
  const there = protocol === "unix:" ? { path: pathname } : { host: hostname, port: Number(port) };
  const open = new Set<Socket>();
  const server = createServer(near => {
    const far = connect(there);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy()).on("close", () => open.delete(one));
      one.pipe(other);
    }
  });
  const listen = (at: number): Promise<void> => new Promise(resolve => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  const cut = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  undo.push(cut);
  return { address: `tcp://127.0.0.1:${own}`, cut, mend: () => listen(own) };
}

type EventOf<K extends WatchEvent["kind"]> = Extract<WatchEvent, { kind: K }>;

interface Watched extends Running {
  of<K extends WatchEvent["kind"]>(kind: K): readonly EventOf<K>[];
  /** Health was told once. */
  begun(): Promise<void>;
  repaired(count: number): Promise<void>;
}

function watched(running: Running): Watched {
  const of: Watched["of"] = kind => eventsIn(running.output()).filter(event => event.kind === kind) as never;
  const whole = (condition: () => boolean, limit: number): Promise<void> =>
    until(condition, limit).catch(cause => {
      throw new Error(running.output(), { cause });
    });
  return {
    ...running,
    of,
    begun: () => whole(() => of("health").length > 0, 30_000),
    repaired: count => whole(() => of("repair").filter(({ repaired }) => repaired).length >= count, 60_000),
  };
}

const eventsIn = (output: string): readonly WatchEvent[] =>
  output
    .slice(0, output.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(line => line.startsWith("{"))
    .map(line => JSON.parse(line));

const look = (name: string, format: string): string => docker("inspect", name, "--format", format);
const isRunning = (name: string): boolean => look(name, "{{.State.Status}} {{.State.Paused}}") === "running false";

describe.skipIf(!hasEngine)(liveDocker("watch on a Docker engine"), { timeout: 170_000 }, () => {
  test("tells health every 5 seconds", async () => {
    const scene = openScene({ agent: stays, worker: stays });
    await scene.apply();
    const watching = scene.watch();
    await until(() => watching.of("health").length === 4, 40_000);
    const times = watching.of("health").map(({ at }) => Date.parse(at));
    for (const [index, at] of times.slice(1).entries()) {
      expect(Math.abs(at - (times[index] ?? 0) - 5000)).toBeLessThan(1500);
    }
    const daemons = watching.of("health").flatMap(event => event.daemons);
    expect(daemons.map(({ daemon, running }) => [daemon, running]).slice(0, 2)).toEqual([
      ["agent", true],
      ["worker", true],
    ]);
    expect(watching.of("change")).toEqual([]);
  });

  test.each([
    { what: "docker stop", words: ["stop", "--time", "5"], problem: "stopped" },
    { what: "docker kill", words: ["kill"], problem: "stopped" },
    { what: "docker rm --force", words: ["rm", "--force"], problem: "removed" },
    { what: "docker pause", words: ["pause"], problem: "paused" },
    { what: "docker update --restart", words: ["update", "--restart", "no"], problem: "altered" },
    { what: "docker network disconnect", words: ["network", "disconnect", "alien"], problem: "altered" },
  ])("brings a daemon back after $what, with everything it had", async ({ words, problem }) => {
    const scene = openScene();
    await scene.apply();
    const name = scene.name("agent");
    const watching = scene.watch();
    await watching.begun();
    const shape = "{{json .Config.Env}} {{json .Config.Labels}} {{json .HostConfig}} {{.Config.Image}}";
    const networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
    const before = [look(name, shape), look(name, networks)];
    docker(...words, name);
    await watching.repaired(1);
    expect(watching.of("repair")).toMatchObject([{ daemon: "agent", problem, repaired: true }]);
    expect(isRunning(name)).toBe(true);
    expect([look(name, shape), look(name, networks)]).toEqual(before);
    expect(before[0]).toContain("c4nary");
    expect(watching.output()).not.toContain("c4nary");
  });

  test("lets `docker restart` do what it does", async () => {
    const scene = openScene();
    await scene.apply();
    const watching = scene.watch();
    await watching.begun();
    docker("restart", "--time", "1", scene.name("agent"));
    const rounds = watching.of("health").length;
    await until(() => watching.of("health").length >= rounds + 2, 30_000);
    expect(watching.of("repair")).toEqual([]);
    expect(isRunning(scene.name("agent"))).toBe(true);
  });

  test("backs off from a daemon that keeps dying: the engine starts it again, and its pauses are told", async () => {
    const scene = openScene({ agent: "[ -e /tmp/broken ] && exit 3; trap 'exit 0' TERM; sleep 100000 & wait" });
    await scene.apply();
    const name = scene.name("agent");
    const watching = scene.watch();
    await watching.begun();
    docker("exec", "--detach", name, "sh", "-c", "touch /tmp/broken; kill 1");
    await until(() => watching.of("backoff").length >= 3, 60_000);
    const [first, second, third] = watching.of("backoff");
    expect(first).toMatchObject({ daemon: "agent", by: "engine", exitCode: 3, ends: 5, pause: 1600 });
    expect([second?.pause, third?.pause]).toEqual([3200, 6400]);
    const waited = Date.parse(third?.at ?? "") - Date.parse(second?.at ?? "");
    expect(waited).toBeGreaterThan(3000);
    expect(waited).toBeLessThan(6000);
    expect(watching.of("repair")).toEqual([]);
  });

  test("watches what a newer apply has recorded, and does not meddle with it", async () => {
    const scene = openScene();
    await scene.apply();
    const watching = scene.watch();
    await watching.begun();
    scene.write({ agent: `: newer; ${stays}`, other: stays });
    await scene.apply();
    const isDone = ({ revision, pending }: EventOf<"revision">): boolean => revision === 2 && pending === undefined;
    await until(() => watching.of("revision").some(isDone), 30_000);
    expect(watching.of("repair")).toEqual([]);
    docker("rm", "--force", scene.name("agent"));
    await watching.repaired(1);
    expect(look(scene.name("agent"), "{{json .Config.Env}}")).toContain(": newer");
    await until(() => watching.of("health").at(-1)?.daemons.length === 2, 30_000);
  });

  test("ends when the stack is deleted", async () => {
    const scene = openScene();
    await scene.apply();
    const watching = scene.watch();
    await watching.begun();
    await scene.run(["delete"]);
    const { exitCode, error } = await watching.done;
    expect([exitCode, error]).toEqual([0, ""]);
    expect(watching.of("gone")).toHaveLength(1);
    expect(watching.of("repair")).toEqual([]);
  });

  test("leaves daemons running when it is asked to end", async () => {
    const scene = openScene();
    await scene.apply();
    const watching = scene.watch();
    await watching.begun();
    const pid = look(scene.name("agent"), "{{.State.Pid}}");
    const asked = performance.now();
    watching.kill("SIGTERM");
    const { exitCode, error } = await watching.done;
    expect([exitCode, error]).toEqual([0, ""]);
    expect(performance.now() - asked).toBeLessThan(3000);
    expect([isRunning(scene.name("agent")), look(scene.name("agent"), "{{.State.Pid}}")]).toEqual([true, pid]);
  });

  test("stops them with --stop-on-exit, each as it wants to end", async () => {
    const scene = openScene({ agent: "trap 'exit 7' TERM; sleep 100000 & wait", worker: stays });
    await scene.apply();
    const watching = scene.watch("--stop-on-exit");
    await watching.begun();
    watching.kill("SIGTERM");
    const { exitCode, error } = await watching.done;
    expect([exitCode, error]).toEqual([0, ""]);
    expect(watching.of("stopped")).toMatchObject([{ daemons: ["agent", "worker"] }]);
    expect(look(scene.name("agent"), "{{.State.Status}} {{.State.ExitCode}}")).toBe("exited 7");
    expect(look(scene.name("worker"), "{{.State.Status}}")).toBe("exited");
  });

  test("goes on where an apply ends, and ends as well as that", async () => {
    const scene = openScene();
    const watching = scene.start(["apply", "--settle", "1s", "--watch", "--format", "json"], { TOKEN: token });
    await watching.begun();
    docker("rm", "--force", scene.name("agent"));
    await watching.repaired(1);
    watching.kill("SIGTERM");
    const { exitCode, error } = await watching.done;
    expect(exitCode).toBe(0);
    expect(error).not.toContain("AL");
    expect(isRunning(scene.name("agent"))).toBe(true);
  });

  test("waits for an engine that goes away, and puts right what happened meanwhile", async () => {
    const scene = openScene();
    await scene.apply();
    const gate = await openGate();
    const watching = scene.start(["watch", "--stack", scene.stack, "--platform", "local", "--format", "json"], {
      DOCKER_HOST: gate.address,
    });
    await watching.begun();
    gate.cut();
    await until(() => watching.of("engine").length === 1, 10_000);
    docker("kill", scene.name("agent"));
    await gate.mend();
    await until(() => watching.of("engine").length === 2, 15_000);
    await watching.repaired(1);
    expect(watching.of("engine").map(({ reachable }) => reachable)).toEqual([false, true]);
    const [back, repair] = [watching.of("engine").at(-1), watching.of("repair")[0]].map(event =>
      Date.parse(event?.at ?? ""),
    );
    expect((repair ?? 0) - (back ?? 0)).toBeGreaterThanOrEqual(5000);
    expect(isRunning(scene.name("agent"))).toBe(true);
  });

  test("says how what runs differs from what was applied, and changes nothing", async () => {
    const scene = openScene({ agent: stays, worker: stays });
    await scene.apply();
    await scene.run(["watch", "--exit-code"]);
    docker("update", "--restart", "no", scene.name("agent"));
    const { done } = scene.start(["watch", "--exit-code", "--format", "json"]);
    const { exitCode, out, error } = await done;
    expect(exitCode).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ kind: "drift", objects: [`Container/${scene.name("agent")}`] });
    expect(error).toContain("AL6118");
    expect(look(scene.name("agent"), "{{.HostConfig.RestartPolicy.Name}}")).toBe("no");
  });
});

import { describe, expect, onTestFinished, test } from "vitest";
import { localLabels, manager } from "../../../src/render/index.ts";
import { type DaemonStatus, defaultTiming, type LogOptions, type Timing } from "../../../src/targets/index.ts";
import { openEngine } from "../../../src/targets/local/api/client.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { stackLogs } from "../../../src/targets/local/logs.ts";
import { settle } from "../../../src/targets/local/rollout/settle.ts";
import { stackStatus } from "../../../src/targets/local/status.ts";
import { docker, hasEngine, liveDocker, stackName, sweep } from "../../live/docker.ts";
import { daemonIr, stackIr } from "../../render/stack-ir.ts";
import { realEffects } from "../effects.ts";
import { until } from "../until.ts";

/** A stack of its own on the engine, whose containers are made by the Docker CLI. */
function createScene(timing: Partial<Timing> = {}) {
  const name = stackName("settle");
  const ending = new AbortController();
  const setting = {
    timing: { ...defaultTiming, settle: 1_500, ...timing },
    signal: ending.signal,
    effects: realEffects,
  };
  const engine = openEngine({ environment: process.env }, setting).value;
  if (engine === undefined) throw new Error("there is no engine");
  onTestFinished(() => {
    ending.abort();
    engine.close();
    sweep(name);
  });
  const host: Host = {
    ...setting,
    engine,
    onProgress: () => undefined,
    holder: "me",
    lockTimeout: 0,
    stateOf: () => ({
      read: async () => undefined,
      write: async () => undefined,
      remove: async () => undefined,
      lock: () => Promise.reject(new Error("nothing is locked here")),
    }),
    afterSignal: () => host,
  };
  const labels = Object.entries({ [localLabels.manager]: manager, [localLabels.stack]: name });
  const flags = labels.flatMap(([label, value]) => ["--label", `${label}=${value}`]);
  const container = (id: string) => `${name}-${id}`;
  const create = (verb: "create" | "run", id: string, words: readonly string[]) =>
    docker(
      ...[verb, ...(verb === "run" ? ["--detach"] : []), "--name", container(id), "--network", "none"],
      ...["--restart", "unless-stopped", ...flags, "--label", `${localLabels.daemon}=${id}`, ...words],
    );
  return {
    ...{ name, host, container },
    interrupt: () => ending.abort(new Error("interrupted")),
    create: (id: string, ...words: readonly string[]) => create("create", id, words),
    /** Starts a daemon that runs a shell command. */
    run: (id: string, script: string, ...flags: readonly string[]) =>
      create("run", id, ["--init", ...flags, "busybox", "sh", "-c", script]),
    settle: (id: string) => {
      const stack = stackIr({ stack: name, daemons: [daemonIr(id)] });
      return settle(host, { stack, wait: true, mask: text => text });
    },
    logs: (options: Partial<LogOptions> = {}) =>
      stackLogs(host, name, { daemons: [], follow: false, previous: false, ...options }),
  };
}

type Scene = ReturnType<typeof createScene>;

async function findingOf(scene: Scene, id = "a") {
  const { isReady, diagnostics } = await scene.settle(id);
  const [found] = diagnostics;
  if (isReady || found === undefined || diagnostics.length > 1) throw new Error(JSON.stringify(diagnostics));
  return found;
}

const stays = "trap 'exit 0' TERM; sleep 100000 & wait";
const limit = { timeout: 60_000 };

async function linesOf(scene: Scene, options?: Partial<LogOptions>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text } of scene.logs(options)) lines.push(text);
  return lines;
}

describe.skipIf(!hasEngine)(liveDocker("a daemon on a Docker engine"), () => {
  test("is ready when it has run for a while", limit, async () => {
    const scene = createScene();
    scene.run("a", stays);
    const started = performance.now();
    expect((await scene.settle("a")).isReady).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(500);
    const again = performance.now();
    expect((await scene.settle("a")).isReady).toBe(true);
    expect(performance.now() - again).toBeLessThan(1_000);
  });

  test("that crashes is told with its code, its lines, and without its secrets", limit, async () => {
    const scene = createScene();
    const flags = ["--env", "TOKEN=hunter2-of-old", "--label", `${localLabels.secrets}=TOKEN`];
    scene.run("a", 'echo starting; echo "token $TOKEN"; exit 3', ...flags);
    const found = await findingOf(scene);
    expect(found).toMatchObject({ name: "crash-loop", message: "`a` keeps ending with exit code 3" });
    const written = ["starting", "token ***"];
    expect(found.details?.at(-1)).toEqual({ title: "last lines of the log", lines: written });
    expect(found.details?.[0]?.lines.slice(-2)).toEqual(written);
    expect(found.help).toContain(`docker logs ${scene.container("a")}`);
  });

  test("that ends without an error is told so", limit, async () => {
    const scene = createScene();
    scene.run("a", "echo done");
    expect((await findingOf(scene)).name).toBe("daemon-exits");
  });

  test("that runs out of memory is told so", limit, async () => {
    const scene = createScene();
    const grows = "x=$(head -c 60000000 /dev/zero | tr '\\0' a); echo $x | wc -c";
    scene.run("a", grows, "--memory", "8m", "--memory-swap", "8m");
    expect((await findingOf(scene)).name).toBe("host-out-of-memory");
  });

  test("whose process is killed is told so", limit, async () => {
    const scene = createScene();
    scene.run("a", "sleep 1; kill -9 $$");
    expect((await findingOf(scene)).message).toBe("`a` keeps ending with exit code 137: it was killed");
  });

  test("whose command is not in the image is told so, by its init and by the engine", limit, async () => {
    const scene = createScene();
    scene.create("a", "--init", "busybox", "agent");
    docker("start", scene.container("a"));
    const found = await findingOf(scene);
    expect(found.message).toBe("`a` cannot start: exec agent: No such file or directory");
    expect(found.at).toEqual({ path: "/resources/a/code/image", on: "value" });
    scene.create("b", "busybox", "/etc/passwd");
    expect(() => docker("start", scene.container("b"))).toThrow();
    expect((await findingOf(scene, "b")).message).toBe('`b` cannot start: exec: "/etc/passwd": permission denied');
  });

  test("waits for its health check, and is told with what that says", limit, async () => {
    const scene = createScene({ budget: 1_000 });
    const check = (command: string) => [`--health-cmd=${command}`, "--health-interval=300ms", "--health-retries=2"];
    scene.run("a", `${stays}`, ...check("test -e /tmp/up || { touch /tmp/up; exit 1; }"));
    expect((await scene.settle("a")).isReady).toBe(true);
    scene.run("b", stays, ...check("echo no route to db; exit 1"));
    const found = await findingOf(scene, "b");
    expect(found).toMatchObject({
      name: "daemon-unhealthy",
      details: [{ title: "last output of the health check", lines: ["no route to db"] }],
    });
  });

  test("has a status, whatever state it is in", limit, async () => {
    const scene = createScene();
    for (const id of ["crashing", "paused", "running", "stopped"]) scene.run(id, id === "crashing" ? "exit 3" : stays);
    scene.create("created", "busybox", "true");
    docker("pause", scene.container("paused"));
    docker("kill", scene.container("stopped"));
    let daemons: readonly DaemonStatus[] = [];
    await until(async () => {
      daemons = (await stackStatus(scene.host, scene.name)).value?.daemons ?? [];
      return daemons[0]?.phase === "failing";
    }, 20_000);
    expect(daemons.map(({ daemon, phase }) => `${daemon} ${phase}`)).toEqual([
      "crashing failing",
      "created starting",
      "paused failing",
      "running running",
      "stopped failing",
    ]);
    expect(daemons[0]?.restarts).toBeGreaterThan(0);
    expect(daemons[3]).toMatchObject({ running: true, image: "busybox", daemonName: scene.container("running") });
  });

  test(
    "has a log: of the process that runs, of those before, and followed over restarts and replacement",
    limit,
    async () => {
      const scene = createScene();
      const counts = `n=$(cat /tmp/n 2>/dev/null); echo $((n + 1)) >/tmp/n; echo "run $n first"; echo "run $n last"; ${stays}`;
      scene.run("a", counts);
      const endProcess = () => docker("exec", "--detach", scene.container("a"), "sh", "-c", "kill -9 -1");
      await until(async () => (await linesOf(scene)).length === 2, 20_000);
      expect(await linesOf(scene, { previous: true })).toEqual([]);
      const lines: string[] = [];
      const following = (async () => {
        for await (const { text } of scene.logs({ follow: true, tail: 1 })) lines.push(text);
      })();
      await until(() => lines.length === 1, 20_000);
      endProcess();
      await until(() => lines.length === 3, 20_000);
      expect(await linesOf(scene)).toEqual(["run 1 first", "run 1 last"]);
      expect(await linesOf(scene, { previous: true })).toEqual(["run  first", "run  last"]);
      expect(await linesOf(scene, { previous: true, tail: 1 })).toEqual(["run  last"]);
      expect(await linesOf(scene, { since: 3600, tail: 1 })).toEqual(["run 1 last"]);
      docker("rm", "--force", scene.container("a"));
      scene.run("a", `echo new; ${stays}`);
      await until(() => lines.length === 4, 20_000);
      expect(lines).toEqual(["run  last", "run 1 first", "run 1 last", "new"]);
      scene.interrupt();
      await expect(following).rejects.toThrow("interrupted");
    },
  );
});

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGate } from "../../src/targets/index.ts";
import type { ChooseFault } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { docker, foundOf, hasEngine, liveDocker, sweep } from "./docker.ts";
import { type EngineProxy, isEngineWrite, startEngineProxy } from "./engine-proxy.ts";
import { inspected, localDocument, openLocalStage } from "./local-stage.ts";
import { steps } from "./scene.ts";

const tiny = { image: "local/pause:1" };
const network = "alien";

/** Every file of what is remembered, with what writing to it would change. */
const stateTrace = (directory: string): readonly string[] =>
  (readdirSync(directory, { recursive: true }) as string[]).sort().map(name => {
    const { ino, mtimeMs, ctimeMs, size } = statSync(join(directory, name));
    return JSON.stringify({ name, ino, mtimeMs, ctimeMs, size });
  });

const linesOf = (text: string): readonly string[] => text.split("\n").filter(line => line !== "");

const hasNetwork = (): boolean =>
  linesOf(docker("network", "ls", "--filter", `name=^${network}$`, "--quiet")).length > 0;
const hasUsers = (): boolean => docker("ps", "--all", "--quiet", "--filter", "label=dev.alien.managed-by") !== "";

async function withProxy(work: (proxy: EngineProxy) => Promise<void>): Promise<void> {
  const proxy = await startEngineProxy();
  try {
    await work(proxy);
  } finally {
    await proxy.close();
  }
}

const through = (proxy: EngineProxy) => ({ environment: { DOCKER_HOST: proxy.address } });

describe.skipIf(!hasEngine)(liveDocker("an unchanged stack on a Docker engine"), { timeout: 120_000 }, () => {
  test("is not written to, nor is what is remembered of it", async ({ onTestFinished }) => {
    const stage = openLocalStage("quiet", onTestFinished);
    const environment = { TOKEN: "s3cret-t0ken" };
    await stage.deploy(
      localDocument(stage.stack, {
        daemons: {
          agent: { ...tiny, lines: ["links: [files]"], environment: ["TOKEN: { secret: token }"] },
          other: tiny,
        },
        resources: ["files: { type: storage }"],
        lines: ["secrets: { token: { env: TOKEN } }"],
      }),
      "",
      { environment },
    );
    const [remembered, since] = [stateTrace(stage.stateDirectory), docker("info", "--format", "{{.SystemTime}}")];
    await withProxy(async proxy => {
      const given = { environment: { ...environment, DOCKER_HOST: proxy.address } };
      for (const line of ["apply", "apply --settle 1s", "apply --no-wait", "plan", "status", "watch --exit-code"]) {
        const done = await stage.run(line, given);
        expect(done.exitCode, done.error).toBe(0);
      }
      const { length } = proxy.log;
      expect(length).toBeGreaterThan(0);
      expect(proxy.log.filter(({ method }) => method !== "GET")).toEqual([]);
      // It would be seen.
      expect((await stage.run("restart other", given)).exitCode).toBe(0);
      expect(proxy.log.filter(isEngineWrite).length).toBeGreaterThan(0);
    });
    const window = ["--since", since, "--until", docker("info", "--format", "{{.SystemTime}}")];
    const events = docker("events", ...window, "--filter", `container=${stage.containerOf("agent")}`);
    expect(events).toBe("");
    const changed = stateTrace(stage.stateDirectory).filter(line => !remembered.includes(line));
    // The restart took the lock.
    expect(changed.filter(line => line.includes(".json"))).toEqual([]);
  });
});

describe.skipIf(!hasEngine)(liveDocker("many stacks on a Docker engine"), { timeout: 400_000 }, () => {
  test("forty of them, some at a time, come, stay and go, and each is its own", async ({ onTestFinished }) => {
    const first = openLocalStage("many", onTestFinished);
    const stacks = Array.from({ length: 40 }, (_, index) => `${first.stack}-${index}`);
    onTestFinished(() => stacks.forEach(sweep));
    for (const stack of stacks)
      first.workplace.write(`${stack}.yaml`, localDocument(stack, { daemons: { agent: tiny } }));
    const gate = createGate(4);
    const all = async (lineOf: (stack: string) => string) => {
      const runs = await Promise.all(stacks.map(stack => gate(() => first.run(lineOf(stack)))));
      expect(runs.filter(({ exitCode }) => exitCode !== 0).map(({ error }) => error)).toEqual([]);
      return runs;
    };
    await all(stack => `apply ${stack}.yaml --settle 1s`);
    const running = docker("ps", "--filter", `name=^${first.stack}-`, "--format", "{{.Names}}");
    expect(linesOf(running)).toHaveLength(40);
    const idsOf = (some: readonly string[]) => some.map(stack => inspected<string>(`${stack}-agent`, ".Id"));
    const before = idsOf(stacks);
    const addresses = stacks.map(stack =>
      inspected(`${stack}-agent`, `.NetworkSettings.Networks.${network}.IPAddress`),
    );
    expect(new Set(addresses).size).toBe(40);
    const statuses = await all(stack => `status --stack ${stack} --format json`);
    expect(statuses.map(({ out }) => JSON.parse(out).daemons).every(({ length }) => length === 1)).toBe(true);
    await all(stack => `apply ${stack}.yaml`);
    expect(idsOf(stacks)).toEqual(before);
    expect(steps(await first.plan(`${stacks[7]}.yaml`))).toEqual([]);

    // One goes, and the others stay.
    const [last = "", ...others] = stacks;
    expect((await first.run(`delete --stack ${last}`)).exitCode).toBe(0);
    expect(idsOf(others)).toEqual(before.slice(1));
    await Promise.all(others.map(stack => gate(() => first.run(`delete --stack ${stack}`))));
    expect(stacks.flatMap(foundOf)).toEqual([]);
    await until(() => hasUsers() || !hasNetwork(), 20_000);
  });
});

describe.skipIf(!hasEngine)(liveDocker("the network that all stacks share"), { timeout: 150_000 }, () => {
  const isListing = (url: string): boolean => url.startsWith("/networks?") || /^\/v[\d.]+\/networks\?/.test(url);
  const answer = (status: number, body: unknown) => ({ kind: "status", status, body: JSON.stringify(body) }) as const;
  const deletes = ({ log }: EngineProxy): number =>
    log.filter(({ method, url }) => method === "DELETE" && url.endsWith(`/networks/${network}`)).length;

  test("goes with the last stack, and with no other", async ({ onTestFinished }) => {
    const stage = openLocalStage("last", onTestFinished);
    const other = openLocalStage("last", onTestFinished);
    await other.deploy(localDocument(other.stack, { daemons: { agent: tiny } }));
    await stage.deploy(localDocument(stage.stack, { daemons: { agent: tiny } }));
    await withProxy(async proxy => {
      expect((await stage.run("delete", through(proxy))).exitCode).toBe(0);
      expect(deletes(proxy)).toBe(0);
      await stage.apply();
      // As if there were nobody else: what it then does to the network is not let through.
      const alone: ChooseFault = ({ method, url }) => {
        if (method === "DELETE" && url.includes("/networks/")) return answer(404, { message: "gone" });
        const filters = decodeURIComponent(new URL(url, "http://engine").searchParams.get("filters") ?? "");
        const isEverybody = url.includes("/containers/json") && !filters.includes("dev.alien.stack");
        return method === "GET" && isEverybody ? answer(200, []) : undefined;
      };
      proxy.setFault(alone);
      const deleted = await stage.run("delete", through(proxy));
      expect([deleted.exitCode, deletes(proxy)], deleted.error).toEqual([0, 1]);
    });
  });

  test("is made by whoever comes first, and again when it went at the last moment", async ({ onTestFinished }) => {
    const stage = openLocalStage("first", onTestFinished);
    const other = openLocalStage("first", onTestFinished);
    await other.deploy(localDocument(other.stack, { daemons: { agent: tiny } }));
    stage.write(localDocument(stage.stack, { daemons: { agent: tiny } }));
    await withProxy(async proxy => {
      let [isMade, starts] = [false, 0];
      proxy.setFault(({ method, url }) => {
        if (method === "POST" && url.includes("/networks/create")) isMade = true;
        if (method === "GET" && isListing(url) && !isMade) return answer(200, []);
        if (method === "POST" && url.includes("/start") && ++starts === 1)
          return answer(404, { message: `network ${network} not found` });
        return undefined;
      });
      const applied = await stage.run("apply", through(proxy));
      expect([applied.exitCode, isMade, starts], applied.error).toEqual([0, true, 2]);
    });
    expect(inspected(stage.containerOf("agent"), ".State.Status")).toBe("running");
  });

  test("is not used where somebody else made it otherwise", async ({ onTestFinished }) => {
    const stage = openLocalStage("theirs", onTestFinished);
    stage.write(localDocument(stage.stack, { daemons: { agent: tiny } }));
    await withProxy(async proxy => {
      const theirs = { Id: "f".repeat(64), Name: network, Created: "2026-01-01T00:00:00Z", Driver: "bridge" };
      proxy.setFault(({ method, url }) => (method === "GET" && isListing(url) ? answer(200, [theirs]) : undefined));
      const refused = await stage.run("apply --adopt", through(proxy));
      expect([refused.exitCode, refused.findings.map(({ name }) => name)]).toEqual([1, ["network-not-ours"]]);
      expect(proxy.log.filter(({ method }) => method !== "GET")).toEqual([]);
    });
  });
});

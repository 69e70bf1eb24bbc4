import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { docker, hasEngine, liveDocker } from "./docker.ts";
import { inspected, localDocument, openLocalStage } from "./local-stage.ts";
import { places } from "./scene.ts";
import { buildScriptImage, placeIn, scriptImage } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

const port = "8080";
const listens = `trap 'exit 0' TERM; while true; do echo reached | nc -l -p ${port} & wait $!; done`;
const listening = { script: listens };

const joining = (stack: string, network: string): string =>
  localDocument(stack, {
    daemons: { one: listening, two: listening },
    lines: [`platforms: { local: { network: ${network} } }`],
  });

const addressOf = (container: string): string =>
  docker("inspect", container, "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");

const networksOf = (container: string): readonly string[] =>
  Object.keys(inspected<object>(container, ".NetworkSettings.Networks"));

const networkOf = (name: string): string => {
  docker("network", "create", name);
  return name;
};

/** Which of these hosts a process in a container gets an answer from. */
function reached(from: string, hosts: readonly string[]): readonly string[] {
  const asks = hosts.map(host => `{ nc -w 3 ${host} ${port} < /dev/null 2>&1 | grep -q reached && echo ${host}; } &`);
  return docker("exec", from, "sh", "-c", `${asks.join("\n")}\nwait`)
    .split("\n")
    .filter(Boolean)
    .sort();
}

const reaches = (from: string, host: string): boolean => reached(from, [host]).length > 0;

/** It listens, as it can tell itself. */
const answers = (container: string): Promise<void> => until(() => reaches(container, "127.0.0.1"), 10_000);

describe.skipIf(!hasEngine)(liveDocker("a daemon on a Docker engine"), { timeout: 150_000 }, () => {
  test("is reached by no other daemon, of its stack or of another, and publishes nothing", async ({
    onTestFinished,
  }) => {
    const [stage, other] = [openLocalStage("apart", onTestFinished), openLocalStage("apart", onTestFinished)];
    await stage.deploy(localDocument(stage.stack, { daemons: { one: listening, two: listening } }));
    await other.deploy(localDocument(other.stack, { daemons: { three: listening } }));
    const containers = [stage.containerOf("one"), stage.containerOf("two"), other.containerOf("three")];
    for (const container of containers) {
      await answers(container);
      expect(docker("port", container)).toBe("");
      expect(inspected(container, ".NetworkSettings.Ports")).toEqual({});
      expect(networksOf(container)).toEqual(["alien"]);
    }
    for (const from of containers) {
      const others = containers.filter(to => to !== from);
      // It would find what answers among them.
      expect(reached(from, ["127.0.0.1", ...others, ...others.map(addressOf)])).toEqual(["127.0.0.1"]);
    }
  });

  test("is reached on a network that lets its containers reach each other", async ({ onTestFinished }) => {
    const stage = openLocalStage("joined", onTestFinished);
    const network = `${stage.stack}-net`;
    onTestFinished(() => {
      docker("rm", "--force", stage.containerOf("one"), stage.containerOf("two"));
      docker("network", "rm", network);
    });
    stage.write(joining(stage.stack, network));
    const missing = await stage.run("apply");
    expect([missing.exitCode, places(missing.findings)]).toEqual([
      1,
      [`network-missing ${placeIn(joining(stage.stack, network), network)}`],
    ]);
    networkOf(network);
    await stage.apply();
    const [one, two] = [stage.containerOf("one"), stage.containerOf("two")];
    await Promise.all([answers(one), answers(two)]);
    expect([networksOf(one), reaches(one, addressOf(two)), reaches(two, one)]).toEqual([[network], true, true]);
    expect(docker("port", one)).toBe("");
    expect((await stage.plan()).map(({ action }) => action)).toEqual(["unchanged", "unchanged"]);
  });

  test("is replaced where its network is another one by now", async ({ onTestFinished }) => {
    const stage = openLocalStage("moved", onTestFinished);
    const [first, second] = [`${stage.stack}-a`, `${stage.stack}-b`];
    onTestFinished(() => {
      docker("rm", "--force", stage.containerOf("one"), stage.containerOf("two"));
      docker("network", "rm", first, second);
    });
    for (const network of [first, second]) networkOf(network);
    const [one, two] = [stage.containerOf("one"), stage.containerOf("two")];
    await stage.deploy(joining(stage.stack, first));
    const before = inspected<string>(one, ".Id");
    await stage.deploy(joining(stage.stack, second));
    expect([networksOf(one), networksOf(two)]).toEqual([[second], [second]]);
    expect(inspected(one, ".Id")).not.toBe(before);
    // Somebody takes it off its network, or puts it on one more.
    docker("network", "connect", first, one);
    docker("network", "disconnect", second, two);
    expect(await stage.plan()).toMatchObject([
      { action: "replace", reason: { kind: "drifted" }, fields: [{ before: `${first}, ${second}`, after: second }] },
      { action: "replace", reason: { kind: "drifted" }, fields: [{ before: "", after: second }] },
    ]);
    await stage.apply();
    expect([networksOf(one), networksOf(two)]).toEqual([[second], [second]]);
    await stage.deploy(localDocument(stage.stack, { daemons: { one: listening, two: listening } }));
    expect([networksOf(one), networksOf(two)]).toEqual([["alien"], ["alien"]]);
  });

  test("is brought to its network again when that was made anew", async ({ onTestFinished }) => {
    const stage = openLocalStage("reborn", onTestFinished);
    const network = `${stage.stack}-net`;
    const [one, two] = [stage.containerOf("one"), stage.containerOf("two")];
    onTestFinished(() => {
      docker("rm", "--force", one, two);
      docker("network", "rm", network);
    });
    networkOf(network);
    await stage.deploy(joining(stage.stack, network));
    docker("stop", "--time", "3", one, two);
    docker("network", "rm", network);
    networkOf(network);
    await stage.apply();
    expect([inspected(one, ".State.Status"), inspected(two, ".State.Status")]).toEqual(["running", "running"]);
    await Promise.all([answers(one), answers(two)]);
    expect(reaches(one, addressOf(two))).toBe(true);
  });

  test("finds its host, has an init, gains no privileges, and no port of its image is published", async ({
    onTestFinished,
  }) => {
    const stage = openLocalStage("kept", onTestFinished);
    const image = `alien-test/${stage.stack}:1`;
    const agent = stage.containerOf("agent");
    onTestFinished(() => {
      docker("rm", "--force", agent);
      docker("rmi", image);
    });
    docker(
      "commit",
      "--change",
      `EXPOSE ${port}`,
      docker("create", "--label", `dev.alien.stack=${stage.stack}`, scriptImage),
      image,
    );
    await stage.deploy(localDocument(stage.stack, { daemons: { agent: { image, ...listening } } }));
    const inside = (script: string): string => docker("exec", agent, "sh", "-c", script);
    const gateway = docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}");
    expect(inside("grep host.docker.internal /etc/hosts")).toMatch(/^[\d.]+\s+host\.docker\.internal$/);
    expect(inside("ping -c 1 -w 3 host.docker.internal | head -1")).toContain(`(${gateway})`);
    expect(inside("cat /proc/1/comm")).toMatch(/init/);
    expect(inside("for process in /proc/[0-9]*; do grep NoNewPrivs $process/status; done | sort -u")).toBe(
      "NoNewPrivs:\t1",
    );
    expect(docker("port", agent)).toBe("");
    expect(inspected(agent, ".HostConfig.Privileged")).toBe(false);
    // Children that nobody waits for are taken leave of.
    inside("(sleep 0 & exec true) & wait");
    await until(() => !inside("grep -l '^State:.Z' /proc/[0-9]*/status || true").includes("status"), 5_000);
  });
});

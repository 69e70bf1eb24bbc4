import { beforeAll, describe, expect, test } from "vitest";
import { docker, foundOf, hasEngine, liveDocker } from "./docker.ts";
import { inspected, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { steps } from "./scene.ts";
import { buildScriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

/** Everything that tells whether somebody touched a container. */
const traceOf = (name: string): string =>
  docker("inspect", name, "--format", "{{.Id}} {{.Name}} {{json .State}} {{json .Config}}");

describe.skipIf(!hasEngine)(liveDocker("a stack among others on a Docker engine"), { timeout: 150_000 }, () => {
  test("is known by its name alone, and no other is touched", async ({ onTestFinished }) => {
    const [stage, other] = [openLocalStage("mine", onTestFinished), openLocalStage("mine", onTestFinished)];
    await stage.deploy(
      localDocument(stage.stack, { daemons: { agent: { script: `echo of-agent; ${stays}` }, second: {} } }),
    );
    await other.deploy(localDocument(other.stack));
    const before = traceOf(other.containerOf("agent"));
    stage.workplace.write("alien.yaml", "nobody reads this");
    const named = (verb: string, words = "") => stage.run(`${verb} --stack ${stage.stack} ${words}`.trim());

    const status = await named("status", "--format json");
    expect([status.exitCode, JSON.parse(status.out)]).toMatchObject([
      0,
      {
        stack: stage.stack,
        daemons: [
          { daemon: "agent", phase: "running" },
          { daemon: "second", phase: "running" },
        ],
      },
    ]);
    expect(await named("logs", "--tail 5")).toMatchObject({ exitCode: 0, out: expect.stringContaining("of-agent") });
    const [agent, second] = [stage.containerOf("agent"), stage.containerOf("second")];
    const started = (name: string) => inspected<string>(name, ".State.StartedAt");
    const [agentBefore, secondBefore] = [started(agent), started(second)];
    const restarted = await stage.run(`restart agent --stack ${stage.stack}`);
    expect(restarted.exitCode, restarted.error).toBe(0);
    expect([started(agent) === agentBefore, started(second) === secondBefore]).toEqual([false, true]);

    const misspelt = stage.stack.replace("mine-", "mien-");
    for (const verb of ["status", "logs", "restart"]) {
      const { exitCode, findings } = await stage.run(`${verb} --stack ${misspelt}`);
      expect([verb, exitCode, findings.map(({ name, help }) => [name, help])]).toEqual([
        verb,
        3,
        [["stack-not-found", `did you mean \`${stage.stack}\`?`]],
      ]);
    }
    const missing = await stage.run(`restart agnet --stack ${stage.stack}`);
    expect([missing.exitCode, missing.findings[0]?.name, missing.findings[0]?.help]).toEqual([
      expect.any(Number),
      "unknown-daemon",
      "did you mean `agent`?",
    ]);
    expect((await stage.run(`delete --stack ${misspelt}`)).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toHaveLength(2);
    expect((await named("delete")).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toEqual([]);
    expect(traceOf(other.containerOf("agent"))).toBe(before);
  });

  test("and a daemon may have any name, of any case", async ({ onTestFinished }) => {
    const stage = openLocalStage("Odd_-", onTestFinished);
    const underscored = openLocalStage("_x", onTestFinished);
    const daemons = { _x: {}, Agent: {}, agent: {}, a__b: {}, "a--b": {}, "-": {}, "0": {}, ["n".repeat(64)]: {} };
    const quoted = (one: LocalStage): string =>
      localDocument(one.stack, { daemons }).replaceAll(/^ {2}(\S+):$/gm, (_, id) => `  "${id}":`);
    for (const one of [stage, underscored]) {
      await one.deploy(quoted(one));
      const status = JSON.parse((await one.run("status --format json")).out);
      expect(status.daemons.map(({ daemon, phase }: { daemon: string; phase: string }) => [daemon, phase])).toEqual(
        Object.keys(daemons)
          .sort()
          .map(id => [id, "running"]),
      );
      expect(new Set(foundOf(one.stack)).size).toBe(Object.keys(daemons).length);
      expect(steps(await one.plan())).toEqual([]);
      expect((await one.run("restart Agent _x")).exitCode).toBe(0);
    }
    for (const one of [stage, underscored]) {
      expect((await one.run("delete")).exitCode).toBe(0);
      expect(foundOf(one.stack)).toEqual([]);
    }
  });

  test("does not take a container for its own that another stack calls the same", async ({ onTestFinished }) => {
    const short = openLocalStage("same", onTestFinished);
    const long = { ...short, stack: `${short.stack}-b` };
    const sweepLong = openLocalStage("same", onTestFinished);
    await short.deploy(localDocument(short.stack, { daemons: { "b-c": {} } }));
    const name = `${short.stack}-b-c`;
    const before = traceOf(name);
    sweepLong.write(localDocument(long.stack, { daemons: { c: {} } }));
    const refused = await sweepLong.run("apply");
    expect([refused.exitCode, refused.findings.map(finding => finding.message)]).toEqual([
      1,
      [`the Container \`${name}\` exists already and belongs to \`stack ${short.stack}\``],
    ]);
    await sweepLong.run("delete");
    expect(traceOf(name)).toBe(before);
    expect((await short.run("delete")).exitCode).toBe(0);
    await sweepLong.apply();
    expect(inspected(name, ".Config.Labels")).toMatchObject({ "dev.alien.stack": long.stack, "dev.alien.daemon": "c" });
    expect((await sweepLong.run("delete")).exitCode).toBe(0);
  });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WatchEvent } from "../../src/targets/index.ts";
import type { LiveRun, Running } from "../live/cli.ts";
import { buildScriptImage, docker, foundOf, hasEngine, liveDocker, stays } from "../live/docker.ts";
import { idOf, isRunning, look } from "../live/local-containers.ts";
import { type LocalStage, localDocument, openLocalStage } from "../live/local-stage.ts";
import type { FoundRun } from "../live/scene.ts";
import { until } from "../targets/until.ts";

/** A shell command that restarts the engine, with everything that runs on it. */
const command = process.env.ALIEN_RESTART_ENGINE ?? "";
const canRestart = hasEngine && command !== "";
const title = (text: string): string =>
  command === ""
    ? `${text} (skipped: ALIEN_RESTART_ENGINE holds no command that restarts the engine)`
    : liveDocker(text);

/** One restart serves all tests: these are the stacks that it finds, and what goes on with them. */
interface World {
  readonly alone: Known;
  readonly watched: Known;
  readonly watching: Running;
  readonly waiting: Known;
  /** An apply that waits for its daemon. */
  readonly waited: LiveRun;
  readonly writing: Known;
  /** An apply that was asking the engine to stop a process. */
  readonly written: LiveRun;
  /** An apply that began when there was no engine. */
  readonly refused: FoundRun;
}

/** A stage with a daemon, as it was before the restart. */
interface Known {
  readonly stage: LocalStage;
  readonly name: string;
  readonly id: string | undefined;
  readonly startedAt: string;
}

const undo: (() => void)[] = [];
let world: World;

beforeAll(async () => {
  if (canRestart) world = await restartAll();
}, 280_000);

afterAll(() => {
  for (const act of undo.toReversed()) act();
});

async function restartAll(): Promise<World> {
  buildScriptImage();
  const [alone, watched, writing] = [await open("alone"), await open("watched"), await open("writing", ends)];
  const watching = watched.stage.start(`watch --stack ${watched.stage.stack} --format json`);
  undo.push(() => watching.kill("SIGKILL"));
  await until(() => eventsIn(watching).some(({ kind }) => kind === "health"), 30_000);
  const waitingStage = stageOf("waiting");
  waitingStage.write(documentOf(waitingStage, stays));
  const waits = waitingStage.start("apply --settle 20s");
  await until(() => isRunning(waitingStage.containerOf("agent")), 30_000);
  const waiting = known(waitingStage);
  writing.stage.write(documentOf(writing.stage, `: newer; ${stays}`));
  const writes = writing.stage.start("apply --settle 1s");
  await until(() => isEnding(writing), 30_000);
  const restarted = promisify(execFile)("bash", ["-c", command], { timeout: 120_000 });
  await until(() => !answers(), 60_000);
  const refused = await alone.stage.run("apply");
  await restarted;
  const [waited, written] = await Promise.all([waits.done, writes.done]);
  return { alone, watched, watching, waiting, waited, writing, written, refused };
}

function answers(): boolean {
  try {
    return docker("version", "--format", "{{.Server.Version}}") !== "";
  } catch {
    return false;
  }
}

const documentOf = ({ stack }: LocalStage, script: string): string =>
  localDocument(stack, {
    resources: ["files: { type: storage }"],
    daemons: { agent: { script, lines: ["links: [files]"] } },
  });

const stageOf = (prefix: string): LocalStage => openLocalStage(prefix, callback => undo.push(callback));

/** It takes so long to end that the engine is gone before. */
const ends = "trap 'touch /tmp/ending; sleep 25; exit 0' TERM; sleep 100000 & wait";

function isEnding({ name }: Known): boolean {
  return docker("exec", name, "sh", "-c", "[ ! -e /tmp/ending ] || echo ending") === "ending";
}

const kept = "/var/lib/alien/storage/files/kept";

async function open(prefix: string, script = stays): Promise<Known> {
  const stage = stageOf(prefix);
  await stage.deploy(documentOf(stage, script), "--settle 1s");
  docker("exec", stage.containerOf("agent"), "sh", "-c", `echo ${prefix} > ${kept}`);
  return known(stage);
}

function known(stage: LocalStage): Known {
  const name = stage.containerOf("agent");
  return { stage, name, id: idOf(name), startedAt: look(name, "{{.State.StartedAt}}") };
}

const eventsIn = (watching: Running): readonly WatchEvent[] =>
  watching
    .output()
    .split("\n")
    .slice(0, -1)
    .filter(line => line.startsWith("{"))
    .map(line => JSON.parse(line));

/** The same container as before, started anew, with its data, and nothing beside it. */
async function expectBack({ stage, name, id, startedAt }: Known): Promise<void> {
  await until(() => isRunning(name), 30_000);
  expect(idOf(name)).toBe(id);
  expect(look(name, "{{.State.StartedAt}}") > startedAt).toBe(true);
  expectAlone(stage);
  expect((await stage.run("plan --detailed-exitcode")).exitCode).toBe(0);
  expect((await stage.run(`status --stack ${stage.stack}`)).exitCode).toBe(0);
}

const expectAlone = ({ stack, containerOf }: LocalStage): void =>
  expect(foundOf(stack)).toEqual([`container/${containerOf("agent")}`, `volume/${stack}-storage-files`]);

const dataOf = ({ name }: Known): string => docker("exec", name, "cat", kept);

describe.skipIf(!canRestart)(title("after the engine was restarted"), { timeout: 170_000 }, () => {
  test("a daemon runs again, and an apply has nothing to do but to say when there was no engine", async () => {
    const { exitCode, findings } = world.refused;
    expect([exitCode, findings.map(({ name }) => name)]).toEqual([4, ["engine-unreachable"]]);
    await expectBack(world.alone);
    expect(dataOf(world.alone)).toBe("alone");
  });

  test("the watch goes on, has told of it, and has not meddled", async () => {
    const { watched, watching } = world;
    const engine = () => eventsIn(watching).filter(event => event.kind === "engine");
    await until(() => engine().some(({ reachable }) => reachable), 60_000);
    expect(engine().map(({ reachable }) => reachable)).toEqual([false, true]);
    await expectBack(watched);
    expect(dataOf(watched)).toBe("watched");
    const told = eventsIn(watching).length;
    const healthy = () =>
      eventsIn(watching)
        .slice(told)
        .findLast(event => event.kind === "health")?.daemons;
    await until(() => healthy()?.every(({ running }) => running), 30_000);
    expect(eventsIn(watching).filter(({ kind }) => kind === "repair")).toEqual([]);
    // It still repairs.
    docker("rm", "--force", watched.name);
    await until(() => eventsIn(watching).some(event => event.kind === "repair" && event.repaired), 60_000);
    await until(() => isRunning(watched.name), 10_000);
    watching.kill("SIGTERM");
    expect((await watching.done).exitCode).toBe(0);
    expectAlone(watched.stage);
  });

  test("an apply that was waiting has waited on", async () => {
    const { waiting, waited } = world;
    expect([waited.exitCode, waited.out + waited.error]).toEqual([0, expect.stringContaining("all daemons run")]);
    await expectBack(waiting);
  });

  test("an apply that was writing came through or told that there was no engine, and the next one converges", async () => {
    const { writing, written } = world;
    const { stage, name } = writing;
    const told = written.out + written.error;
    // An engine that ends answers what it can; the rest is a matter of moments.
    expect([written.exitCode, told]).toEqual(
      written.exitCode === 0 ? [0, expect.stringContaining("all daemons run")] : [4, expect.stringContaining("AL6301")],
    );
    const next = await stage.run("apply --settle 1s");
    expect([next.exitCode, next.error]).toEqual([0, expect.any(String)]);
    expect([isRunning(name), look(name, "{{json .Config.Env}}")]).toEqual([true, expect.stringContaining(": newer")]);
    expectAlone(stage);
    expect(dataOf(writing)).toBe("writing");
    expect((await stage.run("plan --detailed-exitcode")).exitCode).toBe(0);
  });
});

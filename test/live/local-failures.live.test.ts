import { beforeAll, describe, expect, test, vi } from "vitest";
import { until } from "../targets/until.ts";
import type { LiveRun, Running } from "./cli.ts";
import { buildScriptImage, docker, foundOf, hasEngine, liveDocker, stays } from "./docker.ts";
import { isEngineWrite, startEngineProxy } from "./engine-proxy.ts";
import { buildImage, idOf, isRunning, look } from "./local-containers.ts";
import { type LocalDaemonSetting, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { findingsOf, placeIn } from "./stage.ts";
import { createStrike } from "./strike.ts";

vi.setConfig({ testTimeout: 150_000 });

const brokenImage = "alien-test/broken:1";
const checkedImage = "alien-test/checked:1";

beforeAll(() => {
  if (!hasEngine) return;
  buildScriptImage();
  buildImage(brokenImage, 'CMD ["/no/such/program"]');
  const check = "HEALTHCHECK --interval=1s --timeout=5s --start-period=600s CMD test -e /tmp/healthy";
  buildImage(checkedImage, `${check}\nCMD ["sh", "-c", "exec sh -c \\"$SCRIPT\\""]`);
});

const canary = 'c4nary "p$ssword';
const options = { environment: { PASSWORD: canary } };
const secret = { environment: ["PASSWORD: { secret: password }"] };

const documentOf = ({ stack }: LocalStage, daemon: LocalDaemonSetting = {}, others = {}): string =>
  localDocument(stack, {
    lines: ["secrets:", "  password: { env: PASSWORD }"],
    daemons: { agent: { ...secret, ...daemon }, ...others },
  });

const nameOf = (stage: LocalStage): string => stage.containerOf("agent");

/** Applies a document that is expected to work. */
const deploy = (stage: LocalStage, daemon?: LocalDaemonSetting) =>
  stage.deploy(documentOf(stage, daemon), "--settle 1s", options);

const apply = (stage: LocalStage, words = "") => stage.run(`apply --settle 1s${words && ` ${words}`}`, options);

/** What `status` says: the revision, and of the daemon. */
async function statusOf({ run, stack }: LocalStage): Promise<unknown> {
  const { revision, daemons } = JSON.parse((await run(`status --stack ${stack} --format json`)).out);
  return { revision, ...daemons[0] };
}

interface Case {
  readonly what: string;
  readonly daemon: LocalDaemonSetting;
  readonly code: string;
  /** What stands in the document where it points. */
  readonly at: string;
  readonly message: RegExp;
  readonly lines: readonly string[];
  /** What is done to the new container while it is waited for. */
  readonly act?: (name: string) => void;
  readonly settle?: string;
}

const cases: readonly Case[] = [
  {
    what: "crashes",
    daemon: { script: "echo connecting with $PASSWORD; echo cannot connect >&2; exit 7" },
    code: "AL6210",
    at: "agent:",
    message: /exit code 7/,
    lines: ["connecting with ***", "cannot connect"],
  },
  {
    what: "ends without an error",
    daemon: { script: "echo all done with $PASSWORD" },
    code: "AL6211",
    at: "agent:",
    message: /keeps ending without an error/,
    lines: ["all done with ***"],
  },
  {
    what: "has a command that is not in its image",
    daemon: { image: brokenImage },
    code: "AL6331",
    at: `"${brokenImage}"`,
    message: /\/no\/such\/program/,
    lines: [],
  },
  {
    what: "uses more memory than it gets",
    daemon: {
      script: `echo begins; until [ -e /tmp/limited ]; do sleep 0.1; done; x=0123456789; while :; do x=$x$x; done`,
    },
    code: "AL6332",
    at: "agent:",
    message: /more memory than it gets/,
    lines: ["begins"],
    act: name => {
      docker("update", "--memory", "24m", "--memory-swap", "24m", name);
      docker("exec", name, "touch", "/tmp/limited");
    },
    settle: "12s",
  },
];

/** The one error of a run that failed, where it points, and its lines. */
function errorIn(run: LiveRun) {
  expect(run.exitCode, run.error).toBe(3);
  const found = findingsOf(run);
  const [first, ...others] = found.filter(({ severity }) => severity === "error");
  if (first === undefined || others.length > 0) throw new Error(run.error);
  const { range, message, code, details = [] } = first;
  const at = `${range?.start.line}:${range?.start.column}`;
  const codes = found.filter(({ severity }) => severity === "warning").map(one => one.code);
  return { at, message, code, codes, lines: details.flatMap(({ lines }) => lines) };
}

/** Waits for a new container of the daemon that runs. */
async function renewed(stage: LocalStage, before?: string): Promise<void> {
  await until(() => idOf(nameOf(stage)) !== before && isRunning(nameOf(stage)), 60_000);
}

function expectCause(run: LiveRun, stage: LocalStage, given: Case): void {
  const found = errorIn(run);
  expect([found.code, found.at]).toEqual([given.code, placeIn(documentOf(stage, given.daemon), given.at)]);
  expect(found.message).toMatch(given.message);
  for (const line of given.lines) expect(found.lines).toContain(line);
  expect(run.out + run.error).not.toContain("c4nary");
}

describe.skipIf(!hasEngine).concurrent(liveDocker("a daemon on a Docker engine that"), () => {
  test.for(cases)("$what is told at its line, and what ran runs again", async (given, { onTestFinished }) => {
    const stage = openLocalStage("fails", onTestFinished);
    await deploy(stage);
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, given.daemon));
    const running = stage.start(`apply --diagnostics json --settle ${given.settle ?? "1s"}`, options);
    await actOn(given, stage, before, running);
    const run = await running.done;
    expectCause(run, stage, given);
    expect(errorIn(run).codes).toEqual(["AL6150"]);
    expect([idOf(nameOf(stage)), isRunning(nameOf(stage))]).toEqual([before, true]);
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
    expect(await statusOf(stage)).toMatchObject({ phase: "running", revision: 1, restarts: 0 });
    stage.write(documentOf(stage));
    expect((await stage.run("plan --detailed-exitcode", options)).exitCode).toBe(0);
  });

  test.for(cases)("$what in a first apply is told, and left to look at", async (given, { onTestFinished }) => {
    const stage = openLocalStage("first", onTestFinished);
    stage.write(documentOf(stage, given.daemon));
    const running = stage.start(`apply --diagnostics json --settle ${given.settle ?? "1s"}`, options);
    await actOn(given, stage, undefined, running);
    const run = await running.done;
    expectCause(run, stage, given);
    expect(errorIn(run).codes).toEqual(["AL6152"]);
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
    await deploy(stage);
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
    expect(await statusOf(stage)).toMatchObject({ phase: "running", restarts: 0 });
  });
});

async function actOn({ act }: Case, stage: LocalStage, before: string | undefined, running: Running): Promise<void> {
  if (act === undefined) return;
  await renewed(stage, before).catch(cause => {
    throw new Error(running.output(), { cause });
  });
  act(nameOf(stage));
}

const bad = { script: "echo bad; exit 7" };

describe.skipIf(!hasEngine).concurrent(liveDocker("an apply to a Docker engine"), () => {
  test("that fails keeps what fails when asked to, and the next one goes on from there", async ({ onTestFinished }) => {
    const stage = openLocalStage("kept", onTestFinished);
    await deploy(stage);
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, bad));
    const kept = await apply(stage, "--no-rollback-on-failure");
    expect(errorIn(kept)).toMatchObject({ code: "AL6210", codes: [] });
    expect(idOf(nameOf(stage))).not.toBe(before);
    // Between two ends it runs for a moment.
    await until(async () => !((await statusOf(stage)) as { readonly running: boolean }).running, 30_000);
    // The same again finds nothing to write, waits, fails, and goes back to what still is there.
    const back = await apply(stage);
    expect(errorIn(back)).toMatchObject({ code: "AL6210", codes: ["AL6150"] });
    expect([idOf(nameOf(stage)), isRunning(nameOf(stage))]).toEqual([before, true]);
    await deploy(stage, { script: `: newer; ${stays}` });
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
  });

  test("ends when its time is over, and goes back", async ({ onTestFinished }) => {
    const stage = openLocalStage("late", onTestFinished);
    const checked = (script: string) => ({ image: checkedImage, script });
    await deploy(stage, checked(`touch /tmp/healthy; ${stays}`));
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, checked(stays)));
    const run = await apply(stage, "--timeout 6s");
    expect(errorIn(run)).toMatchObject({ code: "AL6218", codes: ["AL6150"] });
    expect(run.milliseconds).toBeGreaterThan(6_000);
    expect([idOf(nameOf(stage)), isRunning(nameOf(stage))]).toEqual([before, true]);
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
  });

  test("that does not wait leaves it to the next one, which clears up", async ({ onTestFinished }) => {
    const stage = openLocalStage("nowait", onTestFinished);
    await deploy(stage);
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, { script: `: newer; ${stays}` }));
    expect((await apply(stage, "--no-wait")).exitCode).toBe(0);
    expect(idOf(`${nameOf(stage)}.previous`)).toBe(before);
    const waited = await apply(stage);
    expect([waited.exitCode, foundOf(stage.stack)]).toEqual([0, [`container/${nameOf(stage)}`]]);
    expect(look(nameOf(stage), "{{json .Config.Env}}")).toContain(": newer");
    const again = await apply(stage);
    expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining("running")]);
  });

  test("that did not wait, of what fails, is undone by the next one", async ({ onTestFinished }) => {
    const stage = openLocalStage("unseen", onTestFinished);
    await deploy(stage);
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, bad));
    expect((await apply(stage, "--no-wait")).exitCode).toBe(0);
    const waited = await apply(stage);
    expect(errorIn(waited)).toMatchObject({ code: "AL6210", codes: ["AL6150"] });
    expect([idOf(nameOf(stage)), isRunning(nameOf(stage))]).toEqual([before, true]);
    expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
  });

  test.for(["SIGINT", "SIGTERM"] as const)(
    "ends on %s while it waits, and the next one converges",
    async (signal, { onTestFinished }) => {
      const stage = openLocalStage("stopped", onTestFinished);
      await deploy(stage);
      const before = idOf(nameOf(stage));
      stage.write(documentOf(stage, { script: `: newer; ${stays}` }));
      const running = stage.start("apply --settle 100s", options);
      await renewed(stage, before);
      running.kill(signal);
      const { exitCode, error, milliseconds } = await running.done;
      expect([exitCode, error]).toEqual([130, expect.stringContaining("AL6010")]);
      expect(milliseconds).toBeLessThan(30_000);
      expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`, `container/${nameOf(stage)}.previous`]);
      expect((await apply(stage)).exitCode).toBe(0);
      expect(look(nameOf(stage), "{{json .Config.Env}}")).toContain(": newer");
      expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
    },
  );

  test.for([/create\?name=.*\.next/, /\/stop/, /\/start/])(
    "that loses the engine at %s ends with 4, and the next one converges",
    async (of, { onTestFinished }) => {
      const stage = openLocalStage("lost", onTestFinished);
      await deploy(stage);
      const proxy = await startEngineProxy();
      onTestFinished(() => proxy.close());
      const { choose, struck } = createStrike({ of, write: 1, moment: "received" }, () => undefined, isEngineWrite);
      proxy.setFault(choose);
      stage.write(documentOf(stage, { script: `: newer; ${stays}` }));
      const environment = { ...options.environment, DOCKER_HOST: proxy.address };
      const lost = await stage.run("apply --settle 1s", { environment });
      expect([struck(), lost.exitCode, findingsOf(lost).map(({ code }) => code)]).toEqual([
        expect.any(String),
        4,
        ["AL6301"],
      ]);
      expect((await apply(stage)).exitCode).toBe(0);
      expect(look(nameOf(stage), "{{json .Config.Env}}")).toContain(": newer");
      expect(foundOf(stage.stack)).toEqual([`container/${nameOf(stage)}`]);
    },
  );

  test("that was cut short can be deleted, without a file", async ({ onTestFinished }) => {
    const stage = openLocalStage("half", onTestFinished);
    await deploy(stage);
    const before = idOf(nameOf(stage));
    stage.write(documentOf(stage, { script: `: newer; ${stays}` }, { other: {} }));
    const running = stage.start("apply --settle 100s", options);
    await renewed(stage, before);
    running.kill("SIGKILL");
    await running.done;
    const deleted = await stage.run(`delete --stack ${stage.stack}`);
    expect([deleted.exitCode, deleted.error, foundOf(stage.stack)]).toEqual([0, expect.any(String), []]);
    expect((await stage.run(`status --stack ${stage.stack}`)).exitCode).toBe(3);
  });
});

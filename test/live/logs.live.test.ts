import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { hasCluster, live } from "./namespace.ts";
import { buildScriptImage, createStage, type Stage, scripted } from "./stage.ts";

const limit = 180_000;

/** Prints `life number` until it is asked to end: then `life end`. A file `/tmp/end` lets it fail. */
const talks = `life=$(cat /proc/sys/kernel/random/uuid); number=0
trap 'echo "$life end"; exit 0' TERM
while [ ! -e /tmp/end ]; do number=$((number+1)); echo "$life $number"; sleep 0.1; done
echo "$life end"; exit 4`;

beforeAll(() => {
  if (hasCluster) buildScriptImage();
});

describe.skipIf(!hasCluster).concurrent(live("logs"), () => {
  test("of one daemon are followed over a restart and a new pod, every line once", { timeout: limit }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("logs", onTestFinished);
    await stage.deploy(scripted({ daemons: { agent: { script: talks } } }));
    const running = stage.start("logs", ["--follow"]);
    const lives = (): ReadonlyMap<string, readonly string[]> => livesOf(running.output());
    await until(() => lives().size === 1 && (latest(lives())?.length ?? 0) > 10, 60_000);
    await stage.namespace.kubectl("exec", "deploy/acme-agent", "--", "touch", "/tmp/end");
    await until(() => lives().size === 2 && (latest(lives())?.length ?? 0) > 20, 60_000);
    await expectRanges(stage, [...lives().keys()]);
    expect((await stage.run("restart")).exitCode).toBe(0);
    await until(() => lives().size === 3 && (latest(lives())?.length ?? 0) > 10, 60_000);
    running.kill("SIGINT");
    const run = await running.done;
    expect(run.exitCode, run.error).toBe(130);
    expect(run.error).toBe("");
    const [first = [], second = [], third = []] = livesOf(run.out).values();
    expectWhole(first);
    expectWhole(second);
    expect(third).toEqual(third.map((_, index) => String(index + 1)));
  });

  test("of several daemons say whose they are", { timeout: limit }, async ({ onTestFinished }) => {
    const stage = await createStage("prefix", onTestFinished);
    const says = (text: string) => ({ script: `echo ${text}; trap 'exit 0' TERM; sleep 100000 & wait` });
    await stage.deploy(scripted({ daemons: { agent: says("from one"), second: says("from two") } }));
    const run = await stage.run("logs");
    expect(run.exitCode, run.error).toBe(0);
    expect(run.out.trimEnd().split("\n").sort()).toEqual(["agent | from one", "second | from two"]);
    const named = await stage.run("logs", ["second"]);
    expect([named.exitCode, named.out]).toEqual([0, "from two\n"]);
    expect((await stage.run("logs", ["other"])).exitCode).not.toBe(0);
  });
});

/** What is asked for of a log: the last lines, the youngest, those of the process before. */
async function expectRanges(stage: Stage, [first = "", second = ""]: readonly string[]): Promise<void> {
  const [tail, since, previous] = await Promise.all([
    stage.run("logs", ["--tail", "3"]),
    stage.run("logs", ["--since", "1s"]),
    stage.run("logs", ["--previous"]),
  ]);
  expect(tail.out.match(/\n/g)).toHaveLength(3);
  expect([...livesOf(tail.out).keys()]).toEqual([second]);
  const young = livesOf(since.out).get(second) ?? [];
  expect(Number(young[0])).toBeGreaterThan(1);
  expect(young).toEqual(young.map((_, index) => String(Number(young[0]) + index)));
  expect([...livesOf(previous.out).keys()]).toEqual([first]);
  expectWhole(livesOf(previous.out).get(first) ?? []);
}

/** 1, 2, 3, …, end. */
function expectWhole(numbers: readonly string[]): void {
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers).toEqual([...numbers.slice(0, -1).map((_, index) => String(index + 1)), "end"]);
}

/** The whole lines of each process, in the order in which they came. */
function livesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const lines = text.split("\n").slice(0, -1);
  const lives = Map.groupBy(lines, line => line.split(" ")[0] ?? "");
  return new Map([...lives].map(([life, found]) => [life, found.map(line => line.slice(life.length + 1))]));
}

const latest = (lives: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined =>
  [...lives.values()].at(-1);

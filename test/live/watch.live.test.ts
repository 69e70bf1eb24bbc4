import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { hasCluster, live } from "./namespace.ts";
import { buildScriptImage, createStage, scripted } from "./stage.ts";

const script = `trap 'exit 0' TERM; while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 4`;

beforeAll(() => {
  if (hasCluster) buildScriptImage();
});

interface Told {
  readonly kind: "health" | "change";
  readonly at: string;
  readonly daemons?: readonly { readonly daemon: string; readonly running: boolean }[];
  readonly daemon?: string;
  readonly to?: { readonly phase: string; readonly restarts: number };
}

describe.skipIf(!hasCluster)(live("watch"), () => {
  test("tells health every 5 s and changes at once, until it is asked to end", { timeout: 180_000 }, async ({
    onTestFinished,
  }) => {
    const stage = await createStage("watch", onTestFinished);
    await stage.deploy(scripted({ daemons: { agent: { script } } }));
    const [json, text] = [stage.start("watch", ["--format", "json"]), stage.start("watch")];
    const told = (): readonly Told[] => eventsOf(json.output());
    const rounds = (): readonly Told[] => told().filter(({ kind }) => kind === "health");
    await until(() => rounds().length >= 3, 60_000);
    const [first = 0, second = 0, third = 0] = rounds().map(({ at }) => Date.parse(at));
    for (const gap of [second - first, third - second]) expect(Math.abs(gap - 5000)).toBeLessThan(1500);
    await until(() => rounds().some(({ daemons }) => daemons?.[0]?.running), 60_000);
    const isChange = ({ kind }: Told): boolean => kind === "change";
    const settled = told().filter(isChange).length;
    await stage.namespace.kubectl("exec", "deploy/acme-agent", "--", "touch", "/tmp/end");
    await until(() => told().some(({ to }) => to?.restarts === 1), 60_000);
    await until(() => / {2}agent: running → /.test(text.output()), 60_000);
    const [pod] = await stage.namespace.get("pods");
    const ended = Date.parse(pod?.status.containerStatuses[0].lastState.terminated.finishedAt);
    const changed = told().filter(isChange)[settled];
    expect(changed).toMatchObject({ kind: "change", daemon: "agent" });
    // The kubelet looks at its containers once a second, says so in whole seconds, and takes its time on a busy node.
    expect(Date.parse(changed?.at ?? "") - ended).toBeLessThan(15_000);
    for (const watching of [json, text]) watching.kill("SIGTERM");
    const [ofJson, ofText] = await Promise.all([json.done, text.done]);
    expect([ofJson.exitCode, ofJson.error]).toEqual([0, ""]);
    expect([ofText.exitCode, ofText.error]).toEqual([0, ""]);
    expect(ofText.out).toMatch(/^\d{4}-\S+Z {2}1 of 1 daemon runs$/m);
    expect(ofText.out).toMatch(/^\d{4}-\S+Z {2}agent: running → /m);
    expect(eventsOf(ofJson.out).map(({ kind }) => kind)).toEqual(expect.arrayContaining(["health", "change"]));
  });
});

/** The whole lines, each an event. */
const eventsOf = (text: string): readonly Told[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map(line => JSON.parse(line));

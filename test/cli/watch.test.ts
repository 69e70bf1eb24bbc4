import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TargetOptions, WatchEvent } from "../../src/pipeline.ts";
import { type Behaviour, createFakeTarget, createSignals } from "./fake-target.ts";
import { runMain } from "./run-main.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alien-compile-watch-"));
  writeFileSync(join(directory, "alien.yaml"), document);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const document = `stack: acme
supportedPlatforms: [kubernetes, local]
secrets:
  token: { env: TOKEN }
  key: { env: KEY }
resources:
  agent:
    type: daemon
    code: { type: image, image: "ghcr.io/acme/app:v1" }
    environment: { TOKEN: { secret: token }, KEY: { secret: key } }
`;

function engine(behaviour: Behaviour = {}) {
  const fake = createFakeTarget(behaviour);
  const signals = createSignals();
  const run = (line: string, environment: Readonly<Record<string, string>> = {}) =>
    runMain(line.split(" "), {
      directory,
      world: {
        openTarget: fake.openTarget,
        signals: signals.source,
        environment: { ALIEN_STATE_DIR: join(directory, "state"), ...environment },
      },
    });
  return { ...fake, run, signals };
}

const at = "2026-01-01T00:00:00Z";

const events: readonly (readonly [WatchEvent, string])[] = [
  [{ kind: "health", at, daemons: [] }, "0 of 0 daemons run"],
  [
    { kind: "repair", at, daemon: "agent", problem: "altered", repaired: true, detail: "network" },
    "agent: its container was altered (network); brought back",
  ],
  [
    { kind: "repair", at, daemon: "agent", problem: "removed", repaired: false, detail: "no such image" },
    "agent: its container was removed; could not be brought back: no such image",
  ],
  [
    { kind: "backoff", at, daemon: "agent", by: "engine", ends: 7, exitCode: 3, pause: 6400 },
    "agent: ended 7 times in a row, last with code 3; the engine starts it again after 6 s",
  ],
  [
    { kind: "backoff", at, daemon: "agent", by: "watch", ends: 2, pause: 300_000 },
    "agent: had to be brought back 2 times in a row; left alone for 5 min",
  ],
  [
    { kind: "revision", at, revision: 2, pending: true },
    "revision 2 is being applied, or was not waited for; nothing is repaired until an `apply` has seen it run",
  ],
  [{ kind: "revision", at, revision: 2 }, "revision 2 was applied and is watched from here on"],
  [
    { kind: "record", at, usable: false },
    "nothing is repaired until the next `apply`: what was applied is not remembered by this user on this machine",
  ],
  [{ kind: "record", at, usable: true }, "what was applied is known again"],
  [{ kind: "engine", at, reachable: false }, "the engine does not answer; waiting for it"],
  [{ kind: "engine", at, reachable: true }, "the engine is back"],
  [{ kind: "stopped", at, daemons: ["agent", "worker"] }, "stopped agent, worker"],
  [{ kind: "gone", at }, "the stack was deleted; there is nothing left to watch"],
];

describe("each event", () => {
  const all = events.map(([event]) => event);

  test("is a line for people", async () => {
    const { out, exitCode } = await engine({ events: all }).run("watch --platform local");
    expect(out.trimEnd().split("\n")).toEqual(events.map(([, text]) => `${at}  ${text}`));
    expect(exitCode).toBe(0);
  });

  test("is a line of JSON", async () => {
    const { out } = await engine({ events: all }).run("watch --platform local --format json");
    const lines = out.trimEnd().split("\n");
    expect(lines.map(line => JSON.parse(line))).toEqual(all);
  });
});

describe("values of secrets", () => {
  test("are given where the tool makes processes anew, and hidden in what is told; missing ones are no error", async () => {
    const told = [{ kind: "repair", at, daemon: "agent", problem: "removed", repaired: false, detail: "no t0p-t0ken" }];
    const place = engine({ events: told as WatchEvent[] });
    const { out, error, exitCode } = await place.run("watch --platform local", { TOKEN: "t0p-t0ken" });
    const [, , options] = place.calls[0] ?? [];
    expect(options).toEqual({ drift: false, secretValues: new Map([["token", "t0p-t0ken"]]), stopOnExit: false });
    expect(out).not.toContain("t0p-t0ken");
    expect([error, exitCode]).toEqual(["", 0]);
  });

  test("come from a file, too, which has to be one", async () => {
    writeFileSync(join(directory, "secrets"), "KEY=k1\n");
    const place = engine();
    await place.run("watch --platform local --secrets-file secrets");
    expect(place.calls[0]?.[2]).toMatchObject({ secretValues: new Map([["key", "k1"]]) });
    const { error, exitCode } = await place.run("watch --platform local --secrets-file elsewhere");
    expect(error).toContain("elsewhere");
    expect([exitCode, place.calls.length]).toEqual([1, 1]);
  });

  test("are not read for a cluster, nor by name", async () => {
    const place = engine();
    await place.run("watch --platform kubernetes", { TOKEN: "t0p" });
    await place.run("watch --platform local --stack acme", { TOKEN: "t0p" });
    expect(place.calls.map(([, , options]) => options)).toEqual([
      { drift: false, secretValues: new Map(), stopOnExit: false },
      { drift: false, secretValues: new Map(), stopOnExit: false },
    ]);
  });
});

describe("the end", () => {
  const interruptedBy = ({ signal }: TargetOptions, send: () => void): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      send();
    });

  test("by an interrupt is a good one", async () => {
    const place = engine({ before: { watch: given => interruptedBy(given, () => place.signals.send("SIGTERM")) } });
    const { error, exitCode } = await place.run("watch --platform local --stop-on-exit");
    expect([error, exitCode]).toEqual(["", 0]);
    expect(place.calls[0]?.[2]).toMatchObject({ stopOnExit: true });
  });

  test("that stops daemons is nothing for a cluster", async () => {
    const { error, exitCode } = await engine().run("watch --platform kubernetes --stop-on-exit");
    expect(error).toContain("--stop-on-exit");
    expect(exitCode).toBe(64);
  });
});

describe("apply --watch", () => {
  const [event] = events.map(([one]) => one);
  const told = event === undefined ? [] : [event];
  const values = { TOKEN: "t0p-t0ken", KEY: "k1-k1-k1" };

  test("goes on as `watch` does, with what was applied", async () => {
    const place = engine({ events: told });
    const { out, exitCode } = await place.run("apply --platform local --watch --stop-on-exit", values);
    expect(place.calls.at(-1)?.slice(0, 3)).toEqual([
      "watch",
      "acme",
      {
        drift: false,
        secretValues: new Map(Object.entries({ token: values.TOKEN, key: values.KEY })),
        stopOnExit: true,
      },
    ]);
    expect(out).toBe(`agent  acme-agent  running\n${at}  0 of 0 daemons run\n`);
    expect(exitCode).toBe(0);
  });

  test("as JSON is lines from the first one on", async () => {
    const { out } = await engine({ events: told }).run("apply --platform local --watch --format json", values);
    expect(out).toBe(`${JSON.stringify(event)}\n`);
  });

  test("ends as the apply does where that failed", async () => {
    const place = engine({ events: told, result: "rolled-back" });
    const { out, exitCode } = await place.run("apply --platform local --watch --format json", values);
    expect([exitCode, place.calls.some(([name]) => name === "watch")]).toEqual([3, false]);
    expect(JSON.parse(out)).toMatchObject({ platform: "kubernetes" });
  });

  test("ends well when it is interrupted", async () => {
    const watch = ({ signal }: TargetOptions): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        place.signals.send("SIGINT");
      });
    const place = engine({ before: { watch } });
    const { error, exitCode } = await place.run("apply --platform local --watch --quiet", values);
    expect([error, exitCode]).toEqual(["", 0]);
  });

  test.each(["--no-wait", "--format env", "--format github"])("makes no sense with %s", async other => {
    const place = engine({ events: told });
    const { error, exitCode } = await place.run(`apply --platform local --watch ${other}`, values);
    expect(error).toContain(other);
    expect([exitCode, place.calls]).toEqual([64, []]);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../../src/cli/world.ts";
import { DiagnosticError, finding } from "../../src/diagnostics/index.ts";
import type { Plan, TargetOptions } from "../../src/pipeline.ts";
import { type Behaviour, createFakeTarget, createSignals } from "./fake-target.ts";
import { runMain } from "./run-main.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alien-compile-verbs-"));
  write("alien.yaml", stack(["connector"]));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
const daemon = (id: string, image = "ghcr.io/acme/app:v1", more = "") =>
  `  ${id}: { type: daemon, code: { type: image, image: "${image}" }${more} }\n`;
const stack = (ids: readonly string[], image?: string) =>
  `stack: acme\nsupportedPlatforms: [kubernetes]\nresources:\n${ids.map(id => daemon(id, image)).join("")}`;
const withSecret = `stack: acme
supportedPlatforms: [kubernetes]
secrets:
  password: { env: PASSWORD }
resources:
${daemon("connector", undefined, ", environment: { PASSWORD: { secret: password } }")}platforms: { kubernetes: { namespace: prod } }
`;

/** A place to deploy to, and command lines that use it. */
function engine(behaviour: Behaviour = {}) {
  const fake = createFakeTarget(behaviour);
  const signals = createSignals();
  const run = (line: string, world: Partial<World> = {}) =>
    runMain(line.split(" "), {
      directory,
      world: { openTarget: fake.openTarget, signals: signals.source, ...world },
    });
  return { ...fake, run, signals };
}

const options = ({ opened }: { readonly opened: readonly TargetOptions[] }): TargetOptions => {
  const last = opened.at(-1);
  if (last === undefined) throw new Error("nothing was opened");
  return last;
};
const interruptedBy = ({ signal }: TargetOptions, send: () => void): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    send();
  });

describe("plan", () => {
  test("writes the plan to standard output and says what to do next", async () => {
    const { run, closed } = engine();
    const { out, error, exitCode } = await run("plan alien.yaml --adopt --context prod --image connector=a/b:2");
    expect(out).toContain("acme-connector");
    expect(error).toBe("next: alien-compile apply alien.yaml --context prod --image connector=a/b:2 --adopt\n");
    expect([exitCode, closed()]).toEqual([0, 1]);
  });

  test("as JSON is one document", async () => {
    const { out } = await engine().run("plan --format json");
    expect(() => JSON.parse(out)).not.toThrow();
  });

  test("with --detailed-exitcode tells changes from none", async () => {
    const { run } = engine();
    expect((await run("plan --detailed-exitcode")).exitCode).toBe(2);
    await run("apply");
    const { error, exitCode } = await run("plan --detailed-exitcode");
    expect([error, exitCode]).toEqual(["", 0]);
  });

  test("passes on what is allowed, wanted, and how long it may take", async () => {
    const place = engine();
    write("alien.yaml", withSecret);
    const environment = { PASSWORD: "hunter22", GITHUB_REPOSITORY: "acme/app", GITHUB_RUN_ID: "7", KUBECONFIG: "k" };
    await place.run("plan --adopt --allow-empty --context c --kubeconfig x --retry 5ms", { environment });
    expect(place.calls[0]).toMatchObject([
      "plan",
      { stack: { stack: "acme" }, source: "github.com/acme/app", secretValues: new Map([["password", "hunter22"]]) },
      { adopt: true, allowEmpty: true, forceConflicts: false, createNamespace: false },
    ]);
    expect(options(place)).toMatchObject({
      namespace: "prod",
      namespacePath: "/platforms/kubernetes/namespace",
      holder: "acme/app run 7",
      lockTimeout: 60_000,
      timing: { retry: 5, timeout: 300_000 },
      connect: { context: "c", kubeconfig: "x", environment: { KUBECONFIG: "k" } },
    });
    await place.run("plan --namespace test", { environment });
    expect(options(place)).toMatchObject({ namespace: "test" });
    expect(options(place)).not.toHaveProperty("namespacePath");
  });
});

describe("apply", () => {
  test("shows the plan, applies it, and writes a table", async () => {
    const { run, calls } = engine();
    const { out, error, exitCode } = await run("apply");
    expect(out).toBe("connector  acme-connector  running\n");
    expect(error).toMatch(/acme-connector[\s\S]*all daemons run\nnext: alien-compile logs --follow\n$/);
    expect(calls.map(([name]) => name)).toEqual(["plan", "apply"]);
    expect(calls[1]?.[2]).toMatchObject({ wait: true, rollback: true });
    expect(exitCode).toBe(0);
    const same = await run("apply");
    expect(same.error).toMatch(/^nothing to do: everything is as declared\nnext: .*\n$/);
    const again = await run("apply -q");
    expect([again.out, again.error, again.exitCode]).toEqual(["connector  acme-connector  running\n", "", 0]);
  });

  test.each([
    ["json", /^\{[\s\S]*"daemonName": "acme-connector"/],
    ["env", /^CONNECTOR_DAEMON_NAME=acme-connector$/m],
    ["github", /^daemon-name=acme-connector$/m],
  ])("writes outputs as %s", async (format, expected) => {
    expect((await engine().run(`apply --format ${format}`)).out).toMatch(expected);
  });

  test("does not wait or go back when it should not", async () => {
    const { run, calls } = engine();
    const { error } = await run("apply --no-wait --no-rollback-on-failure");
    expect(calls[1]?.[2]).toMatchObject({ wait: false, rollback: false });
    expect(error).toMatch(/next: alien-compile status\n$/);
  });

  test.each(["failed", "rolled-back"] as const)("that %s ends with 3", async result => {
    const { exitCode, error } = await engine({ result, running: false }).run("apply");
    expect(exitCode).toBe(3);
    expect(error).toContain(`next: alien-compile ${result === "failed" ? "logs" : "status"}\n`);
  });

  test.each([
    ["unreachable", finding("cluster-unreachable", { argument: "" }, { server: "s", problem: "ECONNREFUSED" }), 4],
    ["refused", finding("empty-stack", { argument: "" }, { stack: "acme", count: 1 }), 1],
  ])("reports what ends it: %s", async (_, diagnostic, expected) => {
    const before = {
      apply: () => {
        throw new DiagnosticError([diagnostic]);
      },
    };
    const { run, closed, signals } = engine({ before });
    const { error, exitCode } = await run("apply");
    expect(error).toContain(`error[${diagnostic.code}]`);
    expect([exitCode, closed(), signals.listening()]).toEqual([expected, 1, 0]);
  });

  test("does not hide a bug", async () => {
    const before = {
      apply: () => {
        throw new TypeError("a bug");
      },
    };
    const { run, closed } = engine({ before });
    await expect(run("apply")).rejects.toThrow("a bug");
    expect(closed()).toBe(1);
  });

  test("that is interrupted says that the next run goes on, and ends with 130", async () => {
    const place = engine({ before: { apply: given => interruptedBy(given, () => place.signals.send("SIGTERM")) } });
    const { error, exitCode } = await place.run("apply");
    expect(error).toContain("error[AL6010]: `apply` was interrupted");
    expect([exitCode, place.closed(), place.signals.listening()]).toEqual([130, 1, 0]);
  });

  test("tells its progress in lines, and nothing with --quiet or in a document of findings", async () => {
    const progress = [{ kind: "daemon", daemon: "connector", phase: "starting" } as const];
    const said = async (line: string) => (await engine({ progress }).run(line)).error;
    expect(await said("apply")).toContain("connector: starting\n");
    expect(await said("apply --quiet")).toBe("");
    expect(await said("apply --diagnostics json")).not.toContain("connector: starting");
  });

  test("leaves nothing of its live progress on a terminal", async () => {
    const progress = [{ kind: "daemon", daemon: "connector", phase: "starting" } as const];
    const place = engine({ progress, before: {} });
    const { error } = await place.run("apply", { errorIsTerminal: true, columns: () => 80 });
    expect(error).toContain("\x1b[?25lconnector: starting\n\x1b[1A\r\x1b[J\x1b[?25hall daemons run\n");
    expect(error.lastIndexOf("\x1b[?25h")).toBeGreaterThan(error.lastIndexOf("\x1b[?25l"));
    const inCi = await engine({ progress }).run("apply", { errorIsTerminal: true, environment: { CI: "true" } });
    expect(inCi.error).not.toContain("\x1b[?25l");
  });

  test("writes findings of several moments as one document", async () => {
    write("alien.yaml", stack(["connector"], "ghcr.io/acme/app:latest"));
    const before = {
      apply: () => {
        throw new DiagnosticError([
          finding("cluster-failing", { argument: "" }, { server: "s", status: 503, problem: "" }),
        ]);
      },
    };
    const { error } = await engine({ before }).run("apply --diagnostics json --quiet");
    const codes = (JSON.parse(error) as { diagnostics: { code: string }[] }).diagnostics.map(({ code }) => code);
    expect(codes).toContain("AL6008");
    expect(codes).toHaveLength(2);
  });

  test("never shows a secret's value, whoever says it", async () => {
    write("alien.yaml", withSecret);
    const progress = [{ kind: "daemon", daemon: "connector", phase: "failing", detail: "bad hunter22" } as const];
    const diagnostics = [
      finding("cluster-failing", { argument: "" }, { server: "s", status: 500, problem: "hunter22 is wrong" }),
    ];
    const { run } = engine({ progress, diagnostics, result: "failed" });
    const { out, error } = await run("apply", { environment: { PASSWORD: "hunter22" } });
    expect(out + error).not.toContain("hunter22");
    expect(error).toMatch(/bad \*\*\*[\s\S]*\*\*\* is wrong/);
  });
});

describe("a saved plan", () => {
  const saved = () => JSON.parse(readFileSync(join(directory, "stack.plan"), "utf8")) as Plan;

  test("is for its owner alone, and is carried out without any file", async () => {
    const place = engine();
    write("alien.yaml", withSecret);
    const environment = { PASSWORD: "hunter22", GITHUB_REPOSITORY: "acme/app" };
    const { error } = await place.run("plan --out stack.plan --adopt --namespace prod --context c", { environment });
    expect(error).toBe("wrote `stack.plan`\nnext: alien-compile apply --context c --plan stack.plan\n");
    expect(statSync(join(directory, "stack.plan")).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(["alien.yaml", "stack.plan"]);
    expect(JSON.stringify(saved())).not.toContain("hunter22");
    rmSync(join(directory, "alien.yaml"));
    const applied = await place.run("apply --plan stack.plan", { environment: { PASSWORD: "hunter22" } });
    expect([applied.out, applied.exitCode]).toEqual(["connector  acme-connector  running\n", 0]);
    expect(applied.error).toMatch(
      /\nnext: alien-compile logs --stack acme --platform kubernetes --namespace prod --follow\n$/,
    );
    expect(options(place)).toMatchObject({ namespace: "prod" });
    expect(place.calls.at(-2)).toMatchObject([
      "plan",
      { source: "github.com/acme/app", secretValues: new Map([["password", "hunter22"]]) },
      { adopt: true },
    ]);
  });

  test("is refused when something else would be done by now", async () => {
    const place = engine();
    await place.run("plan --out stack.plan");
    await place.run("apply");
    const { error, exitCode } = await place.run("apply --plan stack.plan");
    expect(error).toContain("error[AL6113]");
    expect(error).toContain("Deployment/acme-connector");
    expect([exitCode, place.calls.at(-1)?.[0]]).toEqual([1, "plan"]);
  });

  test("that cannot be written is a finding, and leaves nothing", async () => {
    mkdirSync(join(directory, "there"));
    for (const file of ["missing/stack.plan", "there"]) {
      const { error, exitCode } = await engine().run(`plan --out ${file}`);
      expect(error).toContain("error[AL5004]");
      expect(exitCode).toBe(1);
      expect(readdirSync(directory)).toEqual(["alien.yaml", "there"]);
    }
  });
});

describe("delete", () => {
  test("shows what goes, deletes it, and has nothing to do the next time", async () => {
    const { run, calls } = engine();
    await run("apply");
    const { out, error, exitCode } = await run("delete --stack acme --platform kubernetes --adopt");
    expect([out, exitCode]).toEqual(["", 0]);
    expect(error).toMatch(/acme-connector[\s\S]*deleted\n$/);
    expect(calls.slice(-2)).toMatchObject([
      ["planDeletion", "acme", { adopt: true }],
      ["apply", "acme", { wait: true, rollback: false }],
    ]);
    const again = await run("delete");
    expect([again.error, again.exitCode]).toEqual(["nothing to delete: `acme` is not deployed\n", 0]);
  });
});

describe("restart", () => {
  test("restarts the daemons it names", async () => {
    write("alien.yaml", stack(["connector", "agent"]));
    const { run, calls } = engine();
    await run("apply");
    const { error, exitCode } = await run("restart agent --file alien.yaml --no-wait");
    expect(calls.at(-1)).toEqual(["restart", "acme", ["agent"], { wait: false }]);
    expect(error).toMatch(/^restarted\nnext: alien-compile logs --file alien\.yaml --follow\n$/);
    expect(exitCode).toBe(0);
    expect((await run("restart")).exitCode).toBe(0);
    expect(calls.at(-1)).toEqual(["restart", "acme", [], { wait: true }]);
  });
});

describe("status and outputs", () => {
  test("tell how daemons are, and end with 3 when one does not run", async () => {
    const { run } = engine();
    await run("apply");
    const { out, exitCode } = await run("status --stack acme --platform kubernetes");
    expect(out).toMatch(/^DAEMON +NAME +STATE +RESTARTS +SINCE +DETAIL\nconnector +acme-connector +running +0 +2026/);
    expect(exitCode).toBe(0);
    const sick = engine({ running: false, detail: "CrashLoop\x1b[2J\nBackOff" });
    await sick.run("apply");
    const failing = await sick.run("status");
    expect(failing.exitCode).toBe(3);
    expect(failing.out).toMatch(/failing +3 .*CrashLoop\\u\{1b\}\[2J BackOff\n$/);
    const json = JSON.parse((await sick.run("status --format json")).out);
    expect(json).toMatchObject({ stack: "acme", revision: 1, daemons: [{ daemon: "connector", running: false }] });
  });

  test.each(["status", "outputs"])("%s of what is not deployed is a finding, and 3", async verb => {
    const { out, error, exitCode } = await engine().run(verb);
    expect(error).toContain("error[AL6115]");
    expect([out, exitCode]).toEqual(["", 3]);
  });

  test("outputs are JSON unless it is said otherwise", async () => {
    const { run } = engine();
    await run("apply");
    expect(JSON.parse((await run("outputs")).out)).toMatchObject({ daemons: { connector: { running: true } } });
    expect((await run("outputs --format env")).out).toContain("CONNECTOR_RUNNING=true");
  });

  test("what the file could do better is not said again", async () => {
    write("alien.yaml", stack(["connector"], "ghcr.io/acme/app:latest"));
    const { run } = engine();
    expect((await run("apply")).error).toContain("warning[AL3014]");
    expect((await run("status")).error).toBe("");
  });

  test("a secret's value is not read", async () => {
    write("alien.yaml", withSecret);
    const read: string[] = [];
    const environment = new Proxy({} as Record<string, string>, {
      get: (_, name) => void read.push(String(name)),
      ownKeys: () => ["PASSWORD"],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    });
    await engine().run("status", { environment });
    expect(read).not.toContain("PASSWORD");
    await engine().run("plan", { environment });
    expect(read).toContain("PASSWORD");
  });
});

describe("logs", () => {
  const lines = [
    { daemon: "connector", text: "hello ::error::x" },
    { daemon: "agent", text: "\x1b[31mred##[error]" },
  ];

  test("are as they were printed, with names where there are several", async () => {
    const one = engine({ lines: lines.slice(0, 1) });
    expect((await one.run("logs")).out).toBe("hello ::error::x\n");
    const several = engine({ lines });
    const { out } = await several.run("logs --stack acme --platform kubernetes");
    expect(out).toBe("connector | hello ::error::x\nagent | \x1b[31mred##[error]\n");
  });

  test("cannot command a workflow", async () => {
    const { out } = await engine({ lines }).run("logs", { environment: { GITHUB_ACTIONS: "true" } });
    expect(out).toBe("connector | hello ::error::x\nagent | \x1b[31mred##\\u{5b}error]\n");
  });

  test("pass on what is asked for", async () => {
    const { run, calls } = engine();
    await run("logs connector --follow --previous --since 1500ms --tail 10 --file alien.yaml");
    expect(calls).toEqual([
      ["logs", "acme", { daemons: ["connector"], follow: true, previous: true, since: 2, tail: 10 }],
    ]);
  });

  test("that are interrupted end with 130 without a word", async () => {
    const place = engine({ before: { logs: given => interruptedBy(given, () => place.signals.send("SIGINT")) } });
    const { error, exitCode } = await place.run("logs --follow");
    expect([error, exitCode]).toEqual(["", 130]);
  });
});

describe("watch", () => {
  const at = "2026-01-01T00:00:00Z";
  const state = (phase: "running" | "failing") => ({
    daemon: "connector",
    daemonName: "acme-connector",
    running: phase === "running",
    phase,
    restarts: 0,
  });
  const change = { action: "update", object: { apiVersion: "apps/v1", kind: "Deployment", name: "acme-connector" } };
  const drift = (changes: readonly unknown[]) =>
    ({ kind: "drift", at, plan: { stack: "acme", ir: { secret: 1 }, changes } as unknown as Plan }) as const;
  const events = [
    { kind: "health", at, daemons: [state("running")] },
    { kind: "change", at, daemon: "connector", from: state("running"), to: { ...state("failing"), detail: "OOM\n" } },
  ] as const;

  test("writes a line for each event", async () => {
    const { out, exitCode } = await engine({ events }).run("watch");
    expect(out).toBe(`${at}  1 of 1 daemon runs\n${at}  connector: running → failing: OOM\\u{a}\n`);
    expect(exitCode).toBe(0);
    const json = (await engine({ events }).run("watch --format json")).out.trimEnd().split("\n");
    expect(json.map(line => JSON.parse(line))).toEqual(events);
  });

  test("ends well when it is interrupted", async () => {
    const place = engine({ before: { watch: given => interruptedBy(given, () => place.signals.send("SIGTERM")) } });
    const { error, exitCode } = await place.run("watch");
    expect([error, exitCode]).toEqual(["", 0]);
  });

  test("--exit-code looks once and tells drift from none", async () => {
    const place = engine({ events: [events[0], drift([change]), drift([])] });
    const drifted = await place.run("watch --exit-code --format json");
    expect(place.calls).toEqual([["watch", "acme", { drift: true }]]);
    expect(drifted.error).toContain("error[AL6118]");
    expect(drifted.exitCode).toBe(3);
    expect(JSON.parse(drifted.out)).toEqual({ kind: "drift", at, objects: ["Deployment/acme-connector"] });
    const same = await engine({ events: [drift([{ ...change, action: "unchanged" }])] }).run("watch --exit-code");
    expect([same.error, same.exitCode]).toEqual(["", 0]);
  });

  test("a look that is interrupted is no answer", async () => {
    const place = engine({ before: { watch: given => interruptedBy(given, () => place.signals.send("SIGTERM")) } });
    expect((await place.run("watch --exit-code")).exitCode).toBe(130);
  });
});

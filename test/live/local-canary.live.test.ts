import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { createCanaries, found, tracesOf } from "./canaries.ts";
import type { LiveRun } from "./cli.ts";
import { docker, foundOf, hasEngine, liveDocker } from "./docker.ts";
import { build } from "./local-images.ts";
import { inspected, type LocalDaemonSetting, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { buildScriptImage, scriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

/** Everything that a daemon could print of what it was given, so that a report that shows its log has it all. */
const printsAll =
  'echo "$PLAIN"; echo "$ODD"; echo "$KEY"; echo "$SHORT"; env | grep ALIEN_; printf %s "$PLAIN" | base64';

const sources = ["PLAIN", "KEY", "ODD", "SHORT", "BOUND", "COMMANDS"] as const;

const stackText = (
  { stack }: LocalStage,
  { script = `${printsAll}; ${stays}`, image }: LocalDaemonSetting = {},
): string =>
  localDocument(stack, {
    daemons: {
      agent: {
        script,
        ...(image === undefined ? {} : { image }),
        environment: ["PLAIN", "KEY", "ODD", "SHORT"].map(name => `${name}: { secret: ${name.toLowerCase()} }`),
        lines: ["links: [db, files]", "commandsEnabled: true"],
      },
    },
    resources: [
      "files: { type: storage }",
      "db:",
      "  type: postgres",
      "  binding: { service: external, host: db.acme.dev, port: 5432, database: acme, username: acme, password: { secret: bound } }",
    ],
    lines: [
      "secrets:",
      ...sources.map(name => `  ${name.toLowerCase()}: { env: ${name} }`),
      "commands: { managerUrl: https://manager.example.com/v1, deploymentId: dep_acme, token: { secret: commands } }",
    ],
  });

const [canaries, rotated] = [createCanaries(), createCanaries()];
const traces = tracesOf([...Object.values(canaries), ...Object.values(rotated)]);

const filesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));

/** What the engine tells of a stack, but for the environment of its containers. */
function engineText(stack: string): string {
  const texts = foundOf(stack).map(name => {
    const whole = inspected<{ readonly Config?: object }>(name.replace(/^\w+\//, ""));
    return JSON.stringify({ ...whole, Config: { ...whole.Config, Env: [] } });
  });
  return [...texts, docker("network", "inspect", "alien")].join("\n");
}

/** Runs verbs and looks for secrets in what they write. */
function detective(stage: LocalStage) {
  for (const name of ["cache", "temp"]) mkdirSync(join(stage.workplace.directory, name));
  const [XDG_CACHE_HOME = "", TMPDIR = ""] = ["cache", "temp"].map(name => join(stage.workplace.directory, name));
  const given = (values: Readonly<Record<string, string>>) => ({ environment: { ...values, XDG_CACHE_HOME, TMPDIR } });
  const clean = (done: LiveRun, code: number, line: string): LiveRun => {
    const { out, error, exitCode } = done;
    expect(found(traces, out + error), `${line}\n${out}${error}`).toEqual([]);
    expect(exitCode, `${line}\n${out}${error}`).toBe(code);
    return done;
  };
  const start = (line: string, values: Readonly<Record<string, string>> = canaries) => stage.start(line, given(values));
  const run = async (code: number, line: string, values?: Readonly<Record<string, string>>) =>
    clean(await start(line, values).done, code, line);
  const watchFor = async (line: string, text: string) => {
    const watching = start(line, {});
    await until(() => watching.output().includes(text), 60_000);
    watching.kill("SIGTERM");
    clean(await watching.done, 0, line);
  };
  return { start, clean, run, watchFor };
}

describe.skipIf(!hasEngine)(liveDocker("a secret on a Docker engine"), { timeout: 170_000 }, () => {
  test("is in nothing that any verb writes", async ({ onTestFinished }) => {
    const stage = openLocalStage("canary", onTestFinished);
    const { start, run, watchFor } = detective(stage);
    const { workplace, stack } = stage;
    const agent = stage.containerOf("agent");
    workplace.write("alien.yaml", stackText(stage));
    await run(0, "validate");
    await run(0, "compile --emit ir");
    await run(0, "plan --format json --out stack.plan");
    await run(0, "apply --plan stack.plan");

    // The search finds them where they are.
    const environment = JSON.stringify(inspected(agent, ".Config.Env"));
    expect(Object.values(canaries).filter(value => found(tracesOf([value]), environment).length === 0)).toEqual([]);
    await until(() => docker("logs", agent).includes(canaries.PLAIN), 10_000);
    const logs = await start("logs").done;
    for (const name of ["PLAIN", "ODD", "SHORT", "KEY"] as const)
      expect(found(tracesOf([canaries[name]]), logs.out), name).not.toEqual([]);

    expect(found(traces, engineText(stack))).toEqual([]);
    for (const format of ["text", "json"]) {
      await run(0, `plan --format ${format}`);
      await run(0, `apply --format ${format === "text" ? "env" : "json"}`);
      await run(0, `status --format ${format}`);
      await run(0, `status --stack ${stack} --format ${format}`, {});
    }
    await watchFor(`watch --stack ${stack} --format json`, '"health"');
    for (const format of ["json", "env", "github"]) await run(0, `outputs --format ${format}`);
    await run(0, "watch --exit-code");

    // Another value, and a variable that is secret no more.
    await run(0, "plan", rotated);
    await run(0, "plan --format json", rotated);
    workplace.write("alien.yaml", stackText(stage).replace("PLAIN: { secret: plain }", "PLAIN: known"));
    for (const format of ["text", "json"]) await run(0, `plan --format ${format}`, rotated);
    workplace.write("alien.yaml", stackText(stage));

    await run(1, "render");
    workplace.write("alien.yaml", stackText(stage).replace("password: { secret: bound }", "password: known"));
    const rendered = await run(0, "render --output compose.yaml");
    expect(rendered.error + readFileSync(join(workplace.directory, "compose.yaml"), "utf8")).toContain("PLAIN");
    const whole = await start("render --include-secrets").done;
    expect(found(traces, whole.out)).not.toEqual([]);

    workplace.write("bad.env", `PLAIN=x\n${canaries.PLAIN} is no line\n`);
    await run(1, "apply --secrets-file bad.env");
    await run(0, "delete");
    const written = filesUnder(workplace.directory).filter(file => !file.endsWith("bad.env"));
    const telling = written.filter(
      file => found(traces, readFileSync(file, "latin1") + readFileSync(file, "utf8")).length > 0,
    );
    expect(telling).toEqual([]);
    expect(written.filter(file => /stack\.plan$|compose\.yaml$/.test(file))).toHaveLength(2);
  });

  test("is in no report of a daemon that prints what it knows", async ({ onTestFinished }) => {
    const stage = openLocalStage("telling", onTestFinished);
    const { start, clean, run, watchFor } = detective(stage);
    const { workplace, stack, stateDirectory } = stage;
    const image = `alien-test/${stack}:1`;
    onTestFinished(() => {
      docker("rm", "--force", stage.containerOf("agent"));
      docker("rmi", "--force", image);
    });
    workplace.write("alien.yaml", stackText(stage));
    await run(0, "apply --settle 1s");

    // The new values are printed, and the rollback brings the old ones back.
    workplace.write("alien.yaml", stackText(stage, { script: `${printsAll}; exit 3` }));
    const report = await run(3, "apply --settle 1s --quiet --diagnostics json", rotated);
    expect(report.error).toContain("***");
    JSON.parse(report.error);
    for (const format of ["text", "github", "sarif"])
      await run(3, `apply --settle 1s --diagnostics ${format}`, rotated);
    await run(3, "apply --settle 1s --no-rollback-on-failure", rotated);
    // By its name alone, no value is known but what the container has.
    const restarted = await run(3, `restart --settle 1s --stack ${stack}`, {});
    expect(restarted.error).toContain("***");
    await watchFor(`watch --stack ${stack} --format json`, "agent");
    await watchFor(`watch --stack ${stack}`, "agent");
    expect(found(traces, engineText(stack))).toEqual([]);

    const interrupted = start("apply --settle 30s", rotated);
    await until(() => interrupted.output().includes("agent"), 60_000);
    interrupted.kill("SIGINT");
    clean(await interrupted.done, 130, "apply, interrupted");

    // A health check prints it.
    build(
      image,
      `FROM ${scriptImage}\nHEALTHCHECK --interval=1s --retries=1 CMD sh -c 'echo "sick: $PLAIN"; exit 1'\n`,
    );
    workplace.write("alien.yaml", stackText(stage, { image, script: stays }));
    const sick = await run(3, "apply --no-rollback-on-failure --timeout 8s --diagnostics json", rotated);
    expect(sick.error).toContain("sick: ***");
    for (const format of ["text", "json"]) {
      const told = await run(3, `status --stack ${stack} --format ${format}`, {});
      expect(told.out).toContain("sick: ***");
    }
    await watchFor(`watch --stack ${stack} --format json`, "sick: ***");
    const again = await run(3, `restart --stack ${stack} --timeout 8s`, {});
    expect(again.error).toContain("sick: ***");
    for (const file of filesUnder(stateDirectory)) expect(found(traces, readFileSync(file, "utf8")), file).toEqual([]);
    await run(0, `delete --purge --stack ${stack}`, {});
  });
});

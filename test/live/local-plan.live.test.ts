import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { docker, hasEngine, liveDocker } from "./docker.ts";
import { build } from "./local-images.ts";
import { inspected, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { places, steps } from "./scene.ts";
import { buildScriptImage, scriptImage } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

const secret = "canary-91b7d2e4";
const value = (TOKEN = secret) => ({ environment: { TOKEN } });

interface Variant {
  readonly image?: string;
  readonly level?: string;
  readonly links?: string;
  readonly more?: readonly string[];
}

const stackText = (stage: LocalStage, { image = scriptImage, level = "info", links = "files", more = [] }: Variant) =>
  localDocument(stage.stack, {
    daemons: {
      agent: { image, lines: [`links: [${links}]`], environment: [`LEVEL: ${level}`, "TOKEN: { secret: token }"] },
    },
    resources: ["files: { type: storage }", "cache: { type: kv }"],
    lines: ["secrets: { token: { env: TOKEN } }", ...more],
  });

describe.skipIf(!hasEngine)(liveDocker("a plan for a Docker engine"), { timeout: 150_000 }, () => {
  test("names of every change the field, its place, what was and will be, and why", async ({ onTestFinished }) => {
    const stage = openLocalStage("planned", onTestFinished);
    const network = `${stage.stack}-net`;
    onTestFinished(() => void docker("network", "rm", network));
    docker("network", "create", network);
    const agent = stage.containerOf("agent");
    const planned = async (variant: Variant, token?: string) => {
      stage.write(stackText(stage, variant));
      const run = await stage.run("plan --format json", value(token));
      expect(run.exitCode, run.error).toBe(0);
      expect(run.out + run.error).not.toContain(secret);
      return JSON.parse(run.out).changes.filter(({ action }: { action: string }) => action !== "unchanged");
    };
    const replaced = (reason: object, ...fields: readonly object[]) => [
      {
        action: "replace",
        object: { apiVersion: "docker", kind: "Container", name: agent },
        daemon: "agent",
        path: "/resources/agent",
        reason: expect.objectContaining(reason),
        fields,
      },
    ];
    const declared = { kind: "declared", message: "the document changed" };
    await stage.deploy(stackText(stage, {}), "", value());
    expect(await planned({})).toEqual([]);
    expect(await planned({ image: "busybox:latest" })).toEqual(
      replaced(declared, {
        field: "image",
        path: "/resources/agent/code/image",
        before: scriptImage,
        after: "busybox:latest",
      }),
    );
    expect(await planned({ level: "debug" })).toEqual(
      replaced(declared, {
        field: "environment.LEVEL",
        path: "/resources/agent/environment/LEVEL",
        before: "info",
        after: "debug",
      }),
    );
    expect(await planned({}, `${secret}-2`)).toEqual(
      replaced(
        { kind: "secret-changed", keys: ["TOKEN"] },
        { field: "environment.TOKEN", path: "/resources/agent/environment/TOKEN", secret: true },
      ),
    );
    const [cache, files] = ["/var/lib/alien/kv/cache", "/var/lib/alien/storage/files"];
    const [kv, storage] = [`${stage.stack}-kv-cache`, `${stage.stack}-storage-files`];
    expect(await planned({ links: "files, cache" })).toEqual([
      expect.objectContaining({ action: "create", object: { apiVersion: "docker", kind: "Volume", name: kv } }),
      ...replaced(
        declared,
        {
          field: "environment.ALIEN_CACHE_BINDING",
          path: "/resources/agent/links/1",
          after: JSON.stringify({ service: "local-kv", dataDir: cache }),
        },
        { field: "volumes", path: "/resources/agent/links", after: `${kv}:${cache}` },
      ),
    ]);
    expect(await planned({ links: "" })).toEqual(
      replaced(
        declared,
        {
          field: "environment.ALIEN_FILES_BINDING",
          before: JSON.stringify({ service: "local-storage", storagePath: `file://${files}/` }),
        },
        { field: "volumes", before: `${storage}:${files}` },
      ),
    );
    expect(await planned({ more: [`platforms: { local: { network: ${network} } }`] })).toEqual(
      replaced(declared, { field: "network", path: "/platforms/local/network", before: "alien", after: network }),
    );
  });

  test("tells what somebody else changed, and the image that moved, from what the document says", async ({
    onTestFinished,
  }) => {
    const stage = openLocalStage("drifted", onTestFinished);
    const image = `alien-test/${stage.stack}:1`;
    const tag = (mark: string): void => build(image, `FROM ${scriptImage}\nLABEL mark=${mark}\n`);
    onTestFinished(() => {
      docker("rm", "--force", stage.containerOf("agent"));
      docker("rmi", "--force", image);
    });
    tag("one");
    await stage.deploy(stackText(stage, { image }), "", value());
    docker("update", "--restart", "no", stage.containerOf("agent"));
    expect(await stage.plan("", value())).toMatchObject([
      {
        action: "update",
        reason: { kind: "drifted", message: "it was changed by somebody else" },
        fields: [{ field: "restartPolicy", before: "no", after: "unless-stopped" }],
      },
    ]);
    await stage.apply("", value());
    docker("stop", "--time", "5", stage.containerOf("agent"));
    expect((await stage.plan("", value())).at(-1)).toMatchObject({ action: "update", reason: { kind: "stopped" } });
    await stage.apply("", value());
    expect(steps(await stage.plan("", value()))).toEqual([]);
    const before = inspected<string>(stage.containerOf("agent"), ".Image");
    tag("two");
    const [moved] = (await stage.plan("", value())).filter(({ action }) => action !== "unchanged");
    expect(moved).toMatchObject({
      action: "replace",
      reason: { kind: "image-changed" },
      fields: [{ field: "image", path: "/resources/agent/code/image" }],
    });
    expect(before).toContain(moved?.fields[0]?.before as string);
    const applied = await stage.start("apply", value()).done;
    expect(applied.error).toContain(`± replace Container ${stage.containerOf("agent")} (agent): `);
    expect(inspected(stage.containerOf("agent"), ".Config.Labels.mark")).toBe("two");
  });

  test("ends with 2 where something would change, and says so to people", async ({ onTestFinished }) => {
    const stage = openLocalStage("codes", onTestFinished);
    stage.write(stackText(stage, {}));
    const ends = async () => (await stage.run("plan --detailed-exitcode", value())).exitCode;
    expect(await ends()).toBe(2);
    await stage.apply("", value());
    expect(await ends()).toBe(0);
    stage.write(stackText(stage, { level: "debug" }));
    const { out, error, exitCode } = await stage.start("plan --detailed-exitcode", value(`${secret}-2`)).done;
    expect([out.replaceAll(stage.stack, "STACK"), error, exitCode]).toMatchInlineSnapshot(`
      [
        "stack STACK on local

      ± replace Container STACK-agent (agent): the document changed
          environment.LEVEL: info → debug
          environment.TOKEN: (secret) changed

      1 to replace
      ",
        "warning[AL3019]: no daemon links the kv \`cache\`
       --> alien.yaml:6:3
        |
      6 |   cache: { type: kv }
        |   ^^^^^
        = help: add it to a daemon's \`links\`, or remove it

      1 warning
      next: alien-compile apply --platform local
      ",
        2,
      ]
    `);
  });

  test("that was saved is carried out as it is, and refused where it is outdated or of another engine", async ({
    onTestFinished,
  }) => {
    const stage = openLocalStage("saved", onTestFinished);
    const file = join(stage.workplace.directory, "the.plan");
    const agent = stage.containerOf("agent");
    const save = async (): Promise<void> => {
      const { exitCode, error } = await stage.run("plan --out the.plan", value());
      expect(exitCode, error).toBe(0);
    };
    const applySaved = (token = secret) => stage.run("apply --plan the.plan", value(token));
    stage.write(stackText(stage, {}));
    await save();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toContain(secret);
    stage.write("this is not read");
    const applied = await applySaved();
    expect(applied.exitCode, applied.error).toBe(0);
    expect(await applySaved()).toMatchObject({ exitCode: 1, findings: [{ name: "plan-outdated" }] });

    stage.write(stackText(stage, { level: "debug" }));
    await save();
    docker("rm", "--force", agent);
    const outdated = await applySaved();
    expect([outdated.exitCode, places(outdated.findings)]).toEqual([1, ["plan-outdated"]]);
    expect(outdated.findings[0]?.message).toContain(`Container/${agent}`);
    await save();
    const text = readFileSync(file, "utf8");
    stage.workplace.write("the.plan", JSON.stringify({ ...JSON.parse(text), place: "tcp://other.example:2376" }));
    const elsewhere = await applySaved();
    expect([elsewhere.exitCode, places(elsewhere.findings)]).toEqual([1, ["bad-plan-file"]]);
    expect(elsewhere.findings[0]?.message).toContain("tcp://other.example:2376");
    expect(JSON.parse(text).place).toMatch(/^(?:unix|tcp):\/\/[^@]+$/);
    stage.workplace.write("the.plan", text);
    expect((await applySaved()).exitCode).toBe(0);
    expect(docker("exec", agent, "sh", "-c", "echo $LEVEL")).toBe("debug");
  });
});

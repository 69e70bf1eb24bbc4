import { beforeAll, describe, expect, test } from "vitest";
import { docker, foundOf, hasEngine, liveDocker } from "./docker.ts";
import { inspected, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { places, steps } from "./scene.ts";
import { buildScriptImage, placeIn, scriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

/** A container that somebody else made and started. */
const startForeign = (name: string, ...words: readonly string[]): string =>
  docker("run", "--detach", "--init", "--name", name, "--env", `SCRIPT=${stays}`, ...words, scriptImage);

/** Everything that tells whether somebody touched a container. */
const traceOf = (name: string): string =>
  docker("inspect", name, "--format", "{{.Id}} {{.Name}} {{json .State}} {{json .Config}}");

const linked = (stage: LocalStage): string =>
  localDocument(stage.stack, {
    daemons: { agent: { lines: ["links: [files]"] } },
    resources: ["files: { type: storage }"],
  });

describe.skipIf(!hasEngine)(liveDocker("what is not ours on a Docker engine"), { timeout: 150_000 }, () => {
  test.for([
    { owner: "somebody else", labels: [] },
    { owner: "Compose project shop", labels: ["--label", "com.docker.compose.project=shop"] },
    { owner: "stack other", labels: ["--label", "dev.alien.stack=other"] },
  ])("is never touched: a container of $owner", async ({ owner, labels }, { onTestFinished }) => {
    const stage = openLocalStage("foreign", onTestFinished);
    const agent = stage.containerOf("agent");
    onTestFinished(() => void docker("rm", "--force", agent));
    startForeign(agent, ...labels);
    const before = traceOf(agent);
    const text = localDocument(stage.stack, { daemons: { agent: {}, second: {} } });
    stage.write(text);
    for (const verb of ["plan", "apply"]) {
      const refused = await stage.run(verb);
      expect([refused.exitCode, places(refused.findings)]).toEqual([1, [`object-not-ours ${placeIn(text, "agent:")}`]]);
      expect(refused.findings[0]?.message).toContain(`\`${agent}\` exists already and belongs to \`${owner}\``);
      expect(refused.findings[0]?.help).toContain("--adopt");
    }
    await stage.run("delete");
    expect(traceOf(agent)).toBe(before);
    expect(foundOf(stage.stack)).toEqual([]);
  });

  test("is never touched: a volume; it is used with --adopt, and not purged", async ({ onTestFinished }) => {
    const stage = openLocalStage("volume", onTestFinished);
    const volume = `${stage.stack}-storage-files`;
    onTestFinished(() => {
      docker("rm", "--force", stage.containerOf("agent"));
      docker("volume", "rm", volume);
    });
    docker("volume", "create", volume);
    const text = linked(stage);
    stage.write(text);
    const refused = await stage.run("apply");
    expect([refused.exitCode, places(refused.findings)]).toEqual([1, [`object-not-ours ${placeIn(text, "files:")}`]]);
    expect(docker("ps", "--all", "--quiet", "--filter", `name=${stage.stack}`)).toBe("");
    await stage.apply("--adopt");
    expect(inspected(stage.containerOf("agent"), ".Mounts")).toMatchObject([{ Name: volume }]);
    // Once is enough: the daemon uses it by now.
    expect((await stage.run("apply")).exitCode).toBe(0);
    docker("exec", stage.containerOf("agent"), "touch", "/var/lib/alien/storage/files/mine");
    expect((await stage.run("delete --purge")).exitCode).toBe(0);
    expect(docker("run", "--rm", "--volume", `${volume}:/data`, "busybox:latest", "ls", "/data")).toBe("mine");
  });

  test("is taken over with --adopt, after it was shown", async ({ onTestFinished }) => {
    const stage = openLocalStage("adopted", onTestFinished);
    const agent = stage.containerOf("agent");
    const id = startForeign(agent, "--env", "LEVEL=old", "--publish", "127.0.0.1::8080", "--volume", "/nameless");
    const [{ Name: nameless }] = inspected<readonly [{ readonly Name: string }]>(agent, ".Mounts");
    onTestFinished(() => void docker("volume", "rm", "--force", nameless));
    stage.write(localDocument(stage.stack));
    const changes = await stage.plan("--adopt");
    // Whether the shared network is there is up to others.
    expect(changes.filter(({ object }) => object.kind !== "Network")).toMatchObject([
      { action: "adopt", object: { kind: "Container", name: agent }, reason: { kind: "not-ours" } },
    ]);
    const applied = await stage.start("apply --adopt").done;
    expect([applied.exitCode, applied.error]).toEqual([
      0,
      expect.stringContaining(`> adopt Container ${agent} (agent): `),
    ]);
    expect(inspected(agent, ".Config.Labels")).toMatchObject({ "dev.alien.stack": stage.stack });
    expect(docker("port", agent)).toBe("");
    expect(docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `id=${id}`)).toBe("");
    expect(docker("volume", "ls", "--quiet", "--filter", `name=${nameless}`)).toBe(nameless);
    expect(steps(await stage.plan())).toEqual([]);
  });

  test("is given back as it was when what takes it over fails", async ({ onTestFinished }) => {
    const stage = openLocalStage("returned", onTestFinished);
    const agent = stage.containerOf("agent");
    onTestFinished(() => void docker("rm", "--force", agent));
    const id = startForeign(agent);
    const config = inspected(agent, ".Config");
    stage.write(localDocument(stage.stack, { daemons: { agent: { script: "echo sorry; exit 3" }, other: {} } }));
    const failed = await stage.run("apply --adopt");
    expect([failed.exitCode, failed.findings.map(({ name }) => name)]).toEqual([
      3,
      expect.arrayContaining(["crash-loop", "rolled-back"]),
    ]);
    expect([inspected(agent, ".Id"), inspected(agent, ".State.Status")]).toEqual([id, "running"]);
    expect(inspected(agent, ".Config")).toEqual(config);
    expect(foundOf(stage.stack)).toEqual([]);
    // It is still not ours.
    const again = await stage.run("apply");
    expect([again.exitCode, places(again.findings)]).toEqual([1, ["object-not-ours 4:3"]]);
    expect((await stage.run("delete")).exitCode).toBe(0);
    expect(inspected(agent, ".Id")).toBe(id);
  });

  test("is the stack of another source, until it is taken over", async ({ onTestFinished }) => {
    const stage = openLocalStage("source", onTestFinished);
    const from = (repository: string) => ({ environment: { GITHUB_REPOSITORY: repository } });
    await stage.deploy(localDocument(stage.stack), "", from("acme/first"));
    const before = traceOf(stage.containerOf("agent"));
    const text = localDocument(stage.stack, { daemons: { agent: { environment: ["LEVEL: new"] } } });
    stage.write(text);
    const refused = await stage.run("apply", from("acme/second"));
    expect([refused.exitCode, places(refused.findings)]).toEqual([1, [`other-source ${placeIn(text, "stack:")}`]]);
    expect(refused.findings[0]?.message).toContain("`github.com/acme/first`");
    expect(traceOf(stage.containerOf("agent"))).toBe(before);
    await stage.apply("--adopt", from("acme/second"));
    expect(inspected(stage.containerOf("agent"), ".Config.Labels")).toMatchObject({
      "dev.alien.source": "github.com/acme/second",
    });
    expect((await stage.run("plan", from("acme/first"))).findings.map(({ name }) => name)).toEqual(["other-source"]);
    expect(steps(await stage.plan("", from("acme/second")))).toEqual([]);
    // Taking over alone is worth being remembered, though nothing else changes.
    await stage.apply("--adopt", from("acme/third"));
    expect((await stage.run("plan", from("acme/second"))).findings.map(({ name }) => name)).toEqual(["other-source"]);
  });
});

import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../targets/until.ts";
import { docker, foundOf, hasEngine, liveDocker } from "./docker.ts";
import { inspected, type LocalStage, localDocument, openLocalStage } from "./local-stage.ts";
import { steps } from "./scene.ts";
import { buildScriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

/** The file that remembers the stack of a stage. */
function stateFile({ stateDirectory, stack }: LocalStage): string {
  const [engine = ""] = readdirSync(stateDirectory);
  return join(stateDirectory, engine, `${stack}.json`);
}

/** Everything about a file that writing would change. */
function traceOf(file: string): string {
  const { ino, mtimeMs, size, mode } = statSync(file);
  return JSON.stringify({ ino, mtimeMs, size, mode });
}

const namesOf = ({ findings }: { readonly findings: readonly { readonly name: string }[] }): readonly string[] =>
  findings.map(({ name }) => name);

const idOf = (stage: LocalStage): string => inspected(stage.containerOf("agent"), ".Id");

describe.skipIf(!hasEngine)(
  liveDocker("what is remembered of a stack on a Docker engine"),
  { timeout: 150_000 },
  () => {
    test("is its owner's alone, and rebuilt where it is lost", async ({ onTestFinished }) => {
      const stage = openLocalStage("lost", onTestFinished);
      const text = (level = "info") =>
        localDocument(stage.stack, {
          daemons: { agent: { lines: ["links: [files]"], environment: [`LEVEL: ${level}`] } },
          resources: ["files: { type: storage }"],
        });
      await stage.deploy(text());
      const file = stateFile(stage);
      expect([statSync(stage.stateDirectory).mode & 0o777, statSync(join(file, "..")).mode & 0o777]).toEqual([
        0o700, 0o700,
      ]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const id = idOf(stage);
      rmSync(stage.stateDirectory, { recursive: true });
      expect(namesOf(await stage.run("plan"))).toEqual(["state-rebuilt"]);
      expect(namesOf(await stage.apply())).toEqual(["state-rebuilt"]);
      expect(idOf(stage)).toBe(id);
      const before = traceOf(file);
      const quiet = await stage.apply();
      expect([namesOf(quiet), traceOf(file), idOf(stage)]).toEqual([[], before, id]);

      // What runs is changed, restarted and taken down without it as well.
      rmSync(stage.stateDirectory, { recursive: true });
      expect((await stage.run("status")).exitCode).toBe(0);
      expect((await stage.run("restart")).exitCode).toBe(0);
      const changed = await stage.deploy(text("debug"));
      expect(namesOf(changed)).toEqual(["state-rebuilt"]);
      expect(docker("exec", stage.containerOf("agent"), "sh", "-c", "echo $LEVEL")).toBe("debug");
      rmSync(stage.stateDirectory, { recursive: true });
      expect((await stage.run("delete --purge")).exitCode).toBe(0);
      expect(foundOf(stage.stack)).toEqual([]);
    });

    test("is lost, and the next version does not work: what ran before goes on", async ({ onTestFinished }) => {
      const stage = openLocalStage("unknown", onTestFinished);
      await stage.deploy(localDocument(stage.stack));
      const id = idOf(stage);
      rmSync(stage.stateDirectory, { recursive: true });
      stage.write(localDocument(stage.stack, { daemons: { agent: { script: "exit 3" } } }));
      const failed = await stage.run("apply");
      expect([failed.exitCode, namesOf(failed)]).toEqual([3, expect.arrayContaining(["crash-loop", "rolled-back"])]);
      expect([idOf(stage), inspected(stage.containerOf("agent"), ".State.Status")]).toEqual([id, "running"]);
      expect(foundOf(stage.stack)).toEqual([`container/${stage.containerOf("agent")}`]);
    });

    /** What can happen to the file, and what is found then. */
    const damages: Readonly<Record<string, readonly [finding: string, damage: (file: string, other: string) => void]>> =
      {
        "half of it": ["state-damaged", file => writeFileSync(file, readFileSync(file).subarray(0, 200))],
        "nothing in it": ["state-damaged", file => writeFileSync(file, "")],
        "one letter changed": [
          "state-damaged",
          file => writeFileSync(file, readFileSync(file, "utf8").replace('"running"', '"Running"')),
        ],
        "a directory in its place": [
          "state-damaged",
          file => {
            rmSync(file);
            mkdirSync(file);
          },
        ],
        "of a newer version": [
          "record-newer",
          file => writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), formatVersion: 99 })),
        ],
        "of another stack": ["state-foreign", (file, other) => copyFileSync(other, file)],
        "not to be read": [
          "state-not-readable",
          file => {
            rmSync(file);
            symlinkSync(basename(file), file);
          },
        ],
      };
    test("that cannot be relied on is refused, nothing is touched, and the way out leads out", async ({
      onTestFinished,
    }) => {
      const [stage, other] = [openLocalStage("damaged", onTestFinished), openLocalStage("damaged", onTestFinished)];
      await stage.deploy(localDocument(stage.stack));
      await other.deploy(localDocument(other.stack));
      const id = idOf(stage);
      const file = stateFile(stage);
      const newer = localDocument(stage.stack, { daemons: { agent: { environment: ["LEVEL: new"] } } });
      for (const [what, [name, damage]] of Object.entries(damages)) {
        damage(file, stateFile(other));
        stage.write(newer);
        for (const verb of ["plan", "apply", "delete"]) {
          const { exitCode, findings } = await stage.run(verb);
          expect([what, verb, exitCode === 0, findings.map(found => found.name)]).toEqual([what, verb, false, [name]]);
          expect(findings[0]?.message).toContain(name === "record-newer" ? stage.stack : file);
          expect(findings[0]?.help).toBeTruthy();
        }
        expect(idOf(stage)).toBe(id);
        expect((await stage.run("status")).exitCode).toBe(0);
        stage.write(localDocument(stage.stack));
        // The way out, as it is told.
        if (name === "state-foreign") renameSync(file, join(stage.workplace.directory, "elsewhere.json"));
        else rmSync(file, { recursive: true });
        expect(namesOf(await stage.apply())).toEqual(["state-rebuilt"]);
        expect(namesOf(await stage.apply())).toEqual([]);
        expect(idOf(stage)).toBe(id);
      }
    });

    test("is written by one at a time: the second waits, and says for whom", async ({ onTestFinished }) => {
      const stage = openLocalStage("busy", onTestFinished);
      const text = (level: string) =>
        localDocument(stage.stack, { daemons: { agent: { environment: [`LEVEL: ${level}`] } } });
      await stage.deploy(text("zero"));
      stage.workplace.write("one.yaml", text("one"));
      stage.workplace.write("two.yaml", text("two"));
      const first = stage.start("apply one.yaml --settle 6s");
      await until(() => first.output().includes("settling"), 60_000);
      const busy = await stage.run("apply two.yaml --lock-timeout 0s");
      expect([busy.exitCode, namesOf(busy)]).toEqual([3, ["stack-busy"]]);
      const [, holder = ""] = /^`(.+?)` is working on the stack/.exec(busy.findings[0]?.message ?? "") ?? [];
      expect(holder).not.toBe("");
      expect((await stage.run("delete --lock-timeout 0s")).exitCode).toBe(3);
      const second = stage.start("apply two.yaml");
      await until(() => second.output().includes(holder), 60_000);
      const [one, two] = await Promise.all([first.done, second.done]);
      expect([one.exitCode, two.exitCode], one.error + two.error).toEqual([0, 0]);
      expect(docker("exec", stage.containerOf("agent"), "sh", "-c", "echo $LEVEL")).toBe("two");
      expect(foundOf(stage.stack)).toEqual([`container/${stage.containerOf("agent")}`]);
      expect(steps(await stage.plan("two.yaml"))).toEqual([]);
    });

    test("is another user's: what runs is known by its labels, and stays", async ({ onTestFinished }) => {
      const stage = openLocalStage("users", onTestFinished);
      const second = { environment: { ALIEN_STATE_DIR: join(stage.workplace.directory, "second") } };
      await stage.deploy(localDocument(stage.stack));
      const id = idOf(stage);
      const theirs = await stage.apply("", second);
      expect([namesOf(theirs), idOf(stage)]).toEqual([["state-rebuilt"], id]);
      expect(namesOf(await stage.apply("", second))).toEqual([]);
      expect(namesOf(await stage.apply())).toEqual([]);
      expect(idOf(stage)).toBe(id);

      // Nothing keeps them from working at the same time, which leaves one process, and nothing that the next run does not clear up.
      const [one, two] = ["one", "two"].map(level => {
        stage.workplace.write(
          `${level}.yaml`,
          localDocument(stage.stack, { daemons: { agent: { script: `: ${level}; ${stays}` } } }),
        );
        return stage.start(`apply ${level}.yaml`, level === "two" ? second : {}).done;
      });
      await Promise.all([one, two]);
      await stage.apply("one.yaml");
      expect(foundOf(stage.stack)).toEqual([`container/${stage.containerOf("agent")}`]);
      expect(inspected(stage.containerOf("agent"), ".State.Status")).toBe("running");
      expect(steps(await stage.plan("one.yaml"))).toEqual([]);
      expect((await stage.run("delete", second)).exitCode).toBe(0);
      // Their delete is seen by the first user as what it is.
      expect((await stage.run("status")).exitCode).toBe(3);
      expect((await stage.run("delete")).exitCode).toBe(0);
      expect(foundOf(stage.stack)).toEqual([]);
    });
  },
);

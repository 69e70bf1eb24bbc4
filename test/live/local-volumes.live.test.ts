import { beforeAll, describe, expect, test } from "vitest";
import { docker, foundOf, hasEngine, liveDocker } from "./docker.ts";
import { buildUserImage, userImage } from "./local-images.ts";
import { environmentOf, inspected, localDocument, openLocalStage } from "./local-stage.ts";
import { buildScriptImage, stays } from "./stage.ts";

beforeAll(() => {
  if (!hasEngine) return;
  buildScriptImage();
  buildUserImage();
});

const kinds = { files: "storage", cache: "kv", jobs: "queue", keys: "vault" } as const;
const resources = Object.entries(kinds).map(([id, kind]) => `${id}: { type: ${kind} }`);
const links = "links: [files, cache, jobs, keys]";
const user = { image: userImage, lines: [links] };

/** Where the bindings of a container say that the data is. */
const directoriesOf = (container: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...environmentOf(container)]
      .filter(([name]) => name.endsWith("_BINDING"))
      .map(([name, json]) => {
        const { storagePath, dataDir, queuePath } = JSON.parse(json);
        const [, id = ""] = /^ALIEN_(.*)_BINDING$/.exec(name) ?? [];
        return [id.toLowerCase(), storagePath?.replace("file://", "") ?? dataDir ?? queuePath];
      }),
  );

const inside = (container: string, script: string): string => docker("exec", container, "sh", "-c", script);

describe.skipIf(!hasEngine)(liveDocker("the data of linked resources"), { timeout: 120_000 }, () => {
  test("is where the binding points, the user's of the image, and outlives its daemons", async ({ onTestFinished }) => {
    const stage = openLocalStage("data", onTestFinished);
    const agent = stage.containerOf("agent");
    await stage.deploy(localDocument(stage.stack, { daemons: { agent: user }, resources }));
    const directories = directoriesOf(agent);
    expect(Object.keys(directories).sort()).toEqual(["cache", "files", "jobs", "keys"]);
    expect(inside(agent, "id -u")).toBe("1000");
    for (const [id, directory] of Object.entries(directories)) {
      inside(agent, `echo ${id} > ${directory}/note && mkdir ${directory}/deeper && chmod 700 ${directory}/deeper`);
    }
    for (const [id, kind] of Object.entries(kinds)) {
      const name = `${stage.stack}-${kind}-${id}`;
      expect(inspected(name, ".Labels")).toEqual({
        "dev.alien.managed-by": "alien-compile",
        "dev.alien.stack": stage.stack,
        "dev.alien.resource": id,
        "dev.alien.kind": kind,
      });
      expect(docker("run", "--rm", "--volume", `${name}:/data:ro`, "busybox:latest", "cat", "/data/note")).toBe(id);
    }
    const volumes = foundOf(stage.stack).filter(name => name.startsWith("volume/"));

    // An update, a daemon that is recreated, and one that is made after everything was deleted.
    const all = Object.values(directories)
      .map(directory => `cat ${directory}/note; ls -d ${directory}/deeper/`)
      .join(";");
    const before = inside(agent, all);
    await stage.deploy(
      localDocument(stage.stack, { daemons: { agent: { ...user, script: `: newer; ${stays}` } }, resources }),
    );
    expect(inside(agent, all)).toBe(before);
    docker("rm", "--force", agent);
    await stage.apply();
    expect(inside(agent, all)).toBe(before);
    const deleted = await stage.start("delete").done;
    expect(deleted.exitCode, deleted.error).toBe(0);
    expect(foundOf(stage.stack)).toEqual(volumes);
    for (const name of volumes) expect(deleted.error).toContain(name.replace("volume/", ""));
    await stage.apply();
    expect(inside(agent, all)).toBe(before);
    expect(inside(agent, `touch ${directories.files}/more && echo ok`)).toBe("ok");
    expect((await stage.run("delete --purge")).exitCode).toBe(0);
    expect(foundOf(stage.stack)).toEqual([]);
  });

  test("is shared by the daemons that link it, of whatever user", async ({ onTestFinished }) => {
    const stage = openLocalStage("shared", onTestFinished);
    await stage.deploy(
      localDocument(stage.stack, {
        daemons: {
          one: { ...user, lines: ["links: [files]"] },
          two: { lines: ["links: [files]"] },
          none: user,
        },
        resources,
      }),
    );
    const [one, two, none] = ["one", "two", "none"].map(stage.containerOf) as [string, string, string];
    inside(one, "echo from-one > /var/lib/alien/storage/files/note");
    expect(inside(two, "cat /var/lib/alien/storage/files/note; id -u")).toBe("from-one\n0");
    inside(two, "echo from-two > /var/lib/alien/storage/files/other");
    expect(inside(one, "cat /var/lib/alien/storage/files/other; ls /var/lib/alien")).toBe("from-two\nstorage");
    expect(inside(none, "cat /var/lib/alien/storage/files/*")).toBe("from-one\nfrom-two");
  });

  test("stays when nobody links it any more, and is there for the next who does", async ({ onTestFinished }) => {
    const stage = openLocalStage("unlinked", onTestFinished);
    const agent = stage.containerOf("agent");
    const linked = localDocument(stage.stack, { daemons: { agent: user }, resources });
    await stage.deploy(linked);
    inside(agent, "echo kept > /var/lib/alien/kv/cache/note");
    await stage.deploy(localDocument(stage.stack));
    expect(inspected(agent, ".Mounts")).toEqual([]);
    await stage.deploy(linked);
    expect(inside(agent, "cat /var/lib/alien/kv/cache/note")).toBe("kept");
  });

  test("in a vault is what `vault set` puts there, before the daemon and while it runs", async ({ onTestFinished }) => {
    const stage = openLocalStage("filled", onTestFinished);
    const agent = stage.containerOf("agent");
    stage.write(localDocument(stage.stack, { daemons: { agent: user }, resources }));
    const set = async (key: string, input: string) => {
      const done = await stage.start(`vault set keys ${key}`, { input }).done;
      expect(done.exitCode, done.error).toBe(0);
    };
    await set("FIRST", "one");
    await stage.apply();
    const values = () => JSON.parse(inside(agent, "cat /var/lib/alien/vault/keys/secrets.json"));
    expect(values()).toEqual({ FIRST: "one" });
    await set("SECOND", "two");
    expect(values()).toEqual({ FIRST: "one", SECOND: "two" });
    expect(await stage.plan()).toMatchObject([{ action: "unchanged" }]);
  });
});

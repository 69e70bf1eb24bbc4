import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { codesIn } from "../process.ts";
import { until } from "../targets/until.ts";
import { createWorkplace, type LiveRun, type Workplace } from "./cli.ts";
import { docker, foundOf, hasEngine, liveDocker, stackName, sweep } from "./docker.ts";

const stacks: string[] = [];
let workplace: Workplace;
let stack = "";
beforeEach(() => {
  stack = stackName("vault");
  stacks.push(stack);
  workplace = createWorkplace({ "alien.yaml": document(stack) });
});
afterEach(() => workplace?.remove());
afterAll(() => stacks.forEach(sweep));

const document = (name: string) => `stack: ${name}
supportedPlatforms: [local, kubernetes]
resources:
  credentials: { type: vault }
  connector:
    type: daemon
    code: { type: image, image: "busybox:1" }
    links: [credentials]
`;

function options(input = "") {
  const { DOCKER_HOST } = process.env;
  const environment = { ALIEN_STATE_DIR: `${workplace.directory}/state`, ...(DOCKER_HOST ? { DOCKER_HOST } : {}) };
  return { environment, input };
}

const vault = (line: string, input?: string): Promise<LiveRun> =>
  workplace.run(["vault", ...line.split(" ")], options(input));

async function set(key: string, value: string): Promise<void> {
  const { exitCode, error } = await vault(`set credentials ${key} --keep-newline`, value);
  if (exitCode !== 0) throw new Error(error);
}

const volume = () => `${stack}-vault-credentials`;

/** Whether the engine has the image through which a volume is reached. */
const hasImage = () => docker("images", "--quiet", `alien-compile/vault:stack-${stack}`) !== "";

const onlyTheVolume = () => {
  expect(foundOf(stack)).toEqual([`volume/${volume()}`]);
  expect(hasImage()).toBe(false);
};

/** What a process of a user who is nobody special sees in the volume. */
const readAs = (user: string, script: string): string =>
  docker("run", "--rm", "--user", user, "--volume", `${volume()}:/data:ro`, "busybox:latest", "sh", "-c", script);

describe.skipIf(!hasEngine)(liveDocker("a vault on a Docker engine"), { timeout: 120_000 }, () => {
  test("gives back what was put into it, and leaves nothing but its volume", async () => {
    const values: Readonly<Record<string, string>> = {
      PLAIN: "s3cret",
      QUOTED: `"'\\n\${HOME}$(id)`,
      KEY: "-----BEGIN-----\nabc\r\n-----END-----\n",
      CONTROL: "a\u0000b\u0007\u001b[31m\u007f",
      UNICODE: "\ufeffпривет 🗝️ \u2028",
      LARGE: "aБ\n".repeat(262_144),
    };
    for (const [key, value] of Object.entries(values)) await set(key, value);
    for (const [key, value] of Object.entries(values)) {
      const { out } = await vault(`get credentials ${key} --stack ${stack}`);
      expect(out === value, key).toBe(true);
    }
    expect((await vault("list credentials")).out.split("\n").filter(Boolean)).toEqual(Object.keys(values).sort());
    onlyTheVolume();
  });

  test("forgets what was removed or replaced", async () => {
    await set("A", "first-value");
    await set("A", "second-value");
    await set("B", "other-value");
    expect((await vault("rm credentials A")).exitCode).toBe(0);
    const again = await vault("rm credentials A");
    expect([again.exitCode, codesIn(again.error)]).toEqual([1, ["AL6367"]]);
    const kept = readAs("0:0", "cat /data/* /data/.[!.]*");
    expect(kept).toContain("other-value");
    expect(kept).not.toMatch(/first-value|second-value/);
    onlyTheVolume();
  });

  test("is read by a process of any user while it runs, and a later value too", async () => {
    await set("A", "one");
    const name = `${stack}-reader`;
    const mount = `${volume()}:/var/lib/alien/vault/credentials`;
    const labels = ["--label", `dev.alien.stack=${stack}`];
    docker(
      "run",
      "--detach",
      "--name",
      name,
      ...labels,
      "--user",
      "1000:1000",
      "--volume",
      mount,
      "busybox:latest",
      "sleep",
      "600",
    );
    const read = () => JSON.parse(docker("exec", name, "cat", "/var/lib/alien/vault/credentials/secrets.json"));
    expect(read()).toEqual({ A: "one" });
    await set("A", "two");
    expect(read()).toEqual({ A: "two" });
    docker("rm", "--force", name);
  });

  test("loses nothing when keys are set at a time", async () => {
    const keys = ["A", "B", "C", "D"];
    await Promise.all(keys.map(key => set(key, key)));
    expect((await vault("list credentials")).out).toBe("A\nB\nC\nD\n");
    onlyTheVolume();
  });

  test("holds the old value or the new one when the run is killed, and the next call clears up", async () => {
    const [old, next] = ["a".repeat(1024 * 1024), "b".repeat(1024 * 1024)];
    await set("OTHER", "kept");
    await set("A", old);
    const words = ["vault", "set", "credentials", "A"];
    const { milliseconds } = await workplace.run(words, options(old));
    const rounds = 5;
    for (let round = 1; round <= rounds; round++) {
      const running = workplace.start(words, options(next));
      const end = performance.now() + (milliseconds * round) / rounds;
      await until(() => performance.now() >= end, milliseconds * 2);
      running.kill("SIGKILL");
      await running.done;
      const { out, error } = await vault("get credentials A");
      expect(out === old || out === next, `round ${round}: ${error}`).toBe(true);
      onlyTheVolume();
      expect((await vault("get credentials OTHER")).out).toBe("kept");
      await set("A", old);
    }
  });

  test("clears up after a run that died beside its container", async () => {
    await set("A", "1");
    const image = `alien-compile/vault:stack-${stack}`;
    docker("tag", "busybox:latest", image);
    const labels = { "managed-by": "alien-compile", stack, helper: "vault" };
    const words = Object.entries(labels).flatMap(([label, value]) => ["--label", `dev.alien.${label}=${value}`]);
    docker("create", "--name", `${stack}-left`, ...words, "--volume", `${volume()}:/vault`, image);
    expect((await vault("get credentials A")).out).toBe("1");
    onlyTheVolume();
  });

  test("leaves nothing when it is interrupted", async () => {
    await set("A", "1");
    const running = workplace.start(["vault", "set", "credentials", "A"], options("x".repeat(1024 * 1024)));
    await until(() => foundOf(stack).length > 1, 10_000);
    running.kill("SIGINT");
    const { exitCode } = await running.done;
    expect([0, 130]).toContain(exitCode);
    onlyTheVolume();
  });

  test("is refused where a volume of its name belongs to somebody else", async () => {
    docker("volume", "create", volume());
    const { exitCode, error } = await vault("set credentials A", "s3cret");
    expect([exitCode, codesIn(error)]).toEqual([1, ["AL6108"]]);
    expect(readAs("0:0", "ls -A /data")).toBe("");
    docker("volume", "rm", volume());
  });

  test("is not made by looking", async () => {
    expect((await vault("list credentials")).out).toBe("");
    expect((await vault("get credentials A")).exitCode).toBe(1);
    expect(foundOf(stack)).toEqual([]);
  });
});

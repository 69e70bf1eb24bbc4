import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";

const cli = join(inject("dist"), "cli.js");
let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alien-compile-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs the built command with a home of its own. */
function version(environment: Readonly<Record<string, string | undefined>> = {}): string {
  const { XDG_CACHE_HOME: _, LOCALAPPDATA: __, ...others } = process.env;
  const env = { ...others, HOME: home, ...environment };
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, "--version"], { env, encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

const directory = (): string => join(home, ".cache/alien-compile");
const caches = (): string[] => readdirSync(directory()).map(name => join(directory(), name));
const only = (): string => {
  expect(caches()).toHaveLength(1);
  return caches()[0] ?? "";
};

test("the first run keeps what it compiled for its owner alone, and the next uses it as it is", () => {
  const first = version();
  const { mode, ino, mtimeMs } = statSync(only());
  expect([mode & 0o777, statSync(directory()).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(version()).toBe(first);
  expect(statSync(only())).toMatchObject({ ino, mtimeMs });
});

test("what a later run loads besides is kept with what was there", () => {
  const stack = `stack: acme
supportedPlatforms: [local, kubernetes]
resources:
  agent: { type: daemon, code: { type: image, image: "a/b:1" } }
`;
  const { XDG_CACHE_HOME: _, LOCALAPPDATA: __, ...others } = process.env;
  const env = { ...others, HOME: home, KUBECONFIG: "/missing", DOCKER_HOST: "unix:///missing" };
  const parts = ["local", "kubernetes", "local"].map(platform => {
    const words = [cli, "plan", "-", "--platform", platform];
    expect(spawnSync(process.execPath, words, { env, input: stack }).status).toBe(4);
    const [code, ...more] = readdirSync(directory()).filter(name => name.startsWith("code-"));
    expect(more).toEqual([]);
    return code?.replace(/^.*-plan/, "plan");
  });
  const all = "plan+checks+kubernetes+local";
  expect(parts).toEqual(["plan+checks+local", all, all]);
});

test("what is damaged is not used, and made anew", () => {
  const first = version();
  const whole = readFileSync(only());
  writeFileSync(only(), whole.subarray(0, 1000));
  expect(version()).toBe(first);
  expect(readFileSync(only()).length).toBeGreaterThan(1000);
});

test("what somebody else could have written is not used", () => {
  const first = version();
  writeFileSync(only(), "not ours");
  chmodSync(directory(), 0o777);
  expect(version()).toBe(first);
});

test("old ones are thrown away when there are many", () => {
  mkdirSync(directory(), { recursive: true, mode: 0o700 });
  for (let index = 0; index < 20; index += 1) writeFileSync(join(directory(), `code-old-${index}`), "");
  version();
  only();
});

test.each([
  ["without a home", { HOME: undefined }],
  ["where Node's cache is switched off", { NODE_DISABLE_COMPILE_CACHE: "1" }],
])("%s nothing is kept", (_, environment) => {
  expect(version(environment)).toMatch(/^\d/);
  expect(readdirSync(home)).toEqual([]);
});

test("where nothing can be written, it works all the same", () => {
  writeFileSync(join(home, ".cache"), "a file, not a directory");
  expect(version()).toMatch(/^\d/);
});

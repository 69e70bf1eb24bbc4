import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { registryAuth } from "../../../src/targets/local/api/credentials.ts";
import { until } from "../until.ts";

const directory = mkdtempSync(join(tmpdir(), "alien-compile-registries-"));
const file = join(directory, "config.json");
const asked = join(directory, "asked");
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(file, { force: true });
  rmSync(asked, { force: true });
});

const never = new AbortController().signal;
const environment = { DOCKER_CONFIG: directory, PATH: `${directory}:${process.env.PATH}` };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const configure = (config: unknown): void => writeFileSync(file, JSON.stringify(config));

/** A program that notes what it is asked for, and does what the test says. */
function helper(name: string, script: string): void {
  const program = join(directory, `docker-credential-${name}`);
  writeFileSync(program, `#!/bin/sh\nread -r host\nprintf '%s %s' "$1" "$host" > ${asked}\n${script}\n`);
  chmodSync(program, 0o755);
}

async function find(reference: string, options: { readonly limit?: number; readonly variable?: string } = {}) {
  const { limit = 20_000, variable } = options;
  const given = variable === undefined ? environment : { ...environment, DOCKER_AUTH_CONFIG: variable };
  const found = await registryAuth(reference, { environment: given, signal: never, limit });
  return { auth: found.reveal(), source: found.source };
}

const none = { auth: undefined, source: { kind: "none" } };

describe("credentials in the file", () => {
  test("are a name and a password in base64, the password with its colons", async () => {
    configure({ auths: { "r.acme.dev": { auth: base64("me:pass:word") } } });
    expect(await find("r.acme.dev/agent:v1")).toEqual({
      auth: { username: "me", password: "pass:word", serveraddress: "r.acme.dev" },
      source: { kind: "file", file },
    });
    expect(await find("r.acme.dev:5000/agent:v1")).toEqual(none);
    expect(await find("other.acme.dev/agent:v1")).toEqual(none);
  });

  test("may stand there as they are, or be a token", async () => {
    configure({
      auths: {
        "r.acme.dev": { username: "me", password: "word" },
        "t.acme.dev": { auth: base64("me:"), identitytoken: "token" },
        "z.acme.dev": { auth: base64("me:word\0\0") },
      },
    });
    expect((await find("r.acme.dev/a")).auth).toEqual({
      username: "me",
      password: "word",
      serveraddress: "r.acme.dev",
    });
    expect((await find("z.acme.dev/a")).auth?.password).toBe("word");
    expect((await find("t.acme.dev/a")).auth).toEqual({ identitytoken: "token", serveraddress: "t.acme.dev" });
  });

  test.each(["https://r.acme.dev", "http://r.acme.dev/v1/", "https://r.acme.dev/v2/", "r.acme.dev"])(
    "are found under the key %s",
    async key => {
      configure({ auths: { [key]: { auth: base64("me:word") } } });
      expect((await find("r.acme.dev/a")).auth?.username).toBe("me");
    },
  );

  test("of Docker Hub stand under its own key, and not under that of an image", async () => {
    configure({ auths: { "https://index.docker.io/v1/": { auth: base64("me:word") } } });
    const auth = { username: "me", password: "word", serveraddress: "https://index.docker.io/v1/" };
    expect((await find("busybox")).auth).toEqual(auth);
    expect((await find("docker.io/acme/agent:v1")).auth).toEqual(auth);
    expect(await find("ghcr.io/acme/agent:v1")).toEqual(none);
  });

  test("the exact key wins over one that only means the same", async () => {
    configure({
      auths: { "https://r.acme.dev/v1/": { auth: base64("old:x") }, "r.acme.dev": { auth: base64("new:x") } },
    });
    expect((await find("r.acme.dev/a")).auth?.username).toBe("new");
  });

  test("are none where there is no file, no entry, or nothing in it", async () => {
    expect(await find("r.acme.dev/a")).toEqual(none);
    configure({ auths: { "r.acme.dev": {}, "s.acme.dev": null, "t.acme.dev": { auth: "" } } });
    for (const host of ["r", "s", "t"]) expect(await find(`${host}.acme.dev/a`)).toEqual(none);
    configure({});
    expect(await find("r.acme.dev/a")).toEqual(none);
  });

  test("that cannot be read are none, and the source says why", async () => {
    writeFileSync(file, '{ "auths": { "r.acme.dev": { "auth": "Y2FuYXJ5" ');
    expect(await find("r.acme.dev/a")).toEqual({
      auth: undefined,
      source: { kind: "bad-file", file, problem: "syntax" },
    });
    const signal = never;
    const odd = await registryAuth("r.acme.dev/a", { environment: { DOCKER_CONFIG: `${file}/x` }, signal });
    expect(odd.source).toMatchObject({ kind: "bad-file", problem: "ENOTDIR" });
  });

  test("are looked for in the home directory where nothing else is said", async () => {
    const home = mkdtempSync(join(tmpdir(), "alien-compile-home-"));
    try {
      const found = await registryAuth("r.acme.dev/a", { environment: { HOME: home }, signal: never });
      expect(found.source).toEqual({ kind: "none" });
      const nowhere = await registryAuth("r.acme.dev/a", { environment: {}, signal: never });
      expect(nowhere.source).toEqual({ kind: "none" });
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test("are not seen by what prints them", async () => {
    configure({ auths: { "r.acme.dev": { auth: base64("me:canary-word") } } });
    const found = await registryAuth("r.acme.dev/a", { environment, signal: never });
    expect(found.reveal()?.password).toBe("canary-word");
    expect(`${inspect(found, { depth: 9, showHidden: true })}${JSON.stringify(found)}`).not.toMatch(/canary|Y2FuYXJ5/);
  });
});

test("credentials in the variable come before the file, for the registries that it names", async () => {
  configure({ auths: { "r.acme.dev": { auth: base64("file:x") }, "s.acme.dev": { auth: base64("file:x") } } });
  const variable = JSON.stringify({ auths: { "r.acme.dev": { auth: base64("variable:x") } } });
  expect(await find("r.acme.dev/a", { variable })).toMatchObject({
    auth: { username: "variable" },
    source: { kind: "variable", variable: "DOCKER_AUTH_CONFIG" },
  });
  expect((await find("s.acme.dev/a", { variable })).auth?.username).toBe("file");
  expect((await find("r.acme.dev/a", { variable: "" })).auth?.username).toBe("file");
  expect((await find("r.acme.dev/a", { variable: "{" })).source.kind).toBe("bad-variable");
});

describe("a program for credentials", () => {
  const gives = `echo '{"ServerURL":"x","Username":"me","Secret":"word"}'`;

  test("is asked for the registry, and wins over the file", async () => {
    helper("acme", gives);
    configure({ credsStore: "acme", auths: { "r.acme.dev": { auth: base64("file:x") } } });
    expect(await find("r.acme.dev/a")).toEqual({
      auth: { username: "me", password: "word", serveraddress: "r.acme.dev" },
      source: { kind: "helper", program: "docker-credential-acme" },
    });
    expect(readFileSync(asked, "utf8")).toBe("get r.acme.dev");
    await find("busybox");
    expect(readFileSync(asked, "utf8")).toBe("get https://index.docker.io/v1/");
  });

  test("may be another one for a registry", async () => {
    helper("all", gives);
    helper("one", `echo '{"Username":"<token>","Secret":"token"}'`);
    configure({ credsStore: "all", credHelpers: { "r.acme.dev": "one" } });
    expect(await find("r.acme.dev/a")).toEqual({
      auth: { identitytoken: "token", serveraddress: "r.acme.dev" },
      source: { kind: "helper", program: "docker-credential-one" },
    });
    expect((await find("s.acme.dev/a")).source).toEqual({ kind: "helper", program: "docker-credential-all" });
  });

  test("is not asked for a registry that has none, where only others have one", async () => {
    helper("one", gives);
    configure({ credHelpers: { "r.acme.dev": "one" }, auths: { "s.acme.dev": { auth: base64("file:x") } } });
    expect((await find("s.acme.dev/a")).auth?.username).toBe("file");
    expect(existsSync(asked)).toBe(false);
  });

  test("that has none says so, which is no problem", async () => {
    helper("acme", "echo 'credentials not found in native keychain'; exit 1");
    configure({ credsStore: "acme" });
    expect(await find("r.acme.dev/a")).toEqual(none);
  });

  test.each([
    ["fails", "failed", "echo 'canary: no key chain' >&2; exit 1"],
    ["prints something else", "bad", "echo hello"],
    ["prints half of it", "bad", `echo '{"Username":"me"}'`],
    ["is killed", "failed", "kill -9 $$"],
  ])("that %s gives none", async (_title, problem, script) => {
    helper("acme", script);
    configure({ credsStore: "acme" });
    expect(await find("r.acme.dev/a")).toEqual({
      auth: undefined,
      source: { kind: "failed-helper", program: "docker-credential-acme", problem },
    });
  });

  test("that is not there, or may not be run, gives none", async () => {
    configure({ credsStore: "nowhere" });
    expect((await find("r.acme.dev/a")).source).toMatchObject({ kind: "failed-helper", problem: "missing" });
    writeFileSync(join(directory, "docker-credential-plain"), "");
    configure({ credsStore: "plain" });
    expect((await find("r.acme.dev/a")).source).toMatchObject({ kind: "failed-helper", problem: "missing" });
  });

  test("that does not end is ended", async () => {
    helper("acme", "exec sleep 1000");
    configure({ credsStore: "acme" });
    expect((await find("r.acme.dev/a", { limit: 200 })).source).toMatchObject({
      kind: "failed-helper",
      problem: "late",
    });
  });

  test("is ended with what it is asked for", async () => {
    helper("acme", "exec sleep 1000");
    configure({ credsStore: "acme" });
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    const found = registryAuth("r.acme.dev/a", { environment, signal: interrupt.signal });
    const failed = expect(found).rejects.toBe(reason);
    await until(() => existsSync(asked), 10_000);
    interrupt.abort(reason);
    await failed;
  });
});

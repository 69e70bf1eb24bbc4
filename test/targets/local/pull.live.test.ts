import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/index.ts";
import { defaultTiming, type Progress } from "../../../src/targets/index.ts";
import { openEngine } from "../../../src/targets/local/api/client.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { pullImages } from "../../../src/targets/local/images/pull.ts";
import { resolveImages } from "../../../src/targets/local/images/resolve.ts";
import { docker, hasEngine, liveDocker } from "../../live/docker.ts";
import { realEffects } from "../effects.ts";
import { type RegistryProxy, startRegistryProxy } from "./registry-proxy.ts";

/** The engine has to reach it too; every engine trusts this address without TLS. */
const registry = "127.0.0.1:5000";
const hasRegistry = await fetch(`http://${registry}/v2/`, { signal: AbortSignal.timeout(5_000) }).then(
  ({ ok }) => ok,
  () => false,
);
const titleOf = (title: string): string =>
  hasEngine && !hasRegistry ? `${title} (skipped: no registry answers at ${registry})` : liveDocker(title);

const directory = mkdtempSync(join(tmpdir(), "alien-compile-pull-"));
const name = `alien-pull-${randomBytes(6).toString("hex")}`;
const image = `${registry}/${name}:v1`;
const password = `canary-${randomBytes(6).toString("hex")}`;
const base64 = Buffer.from(`me:${password}`).toString("base64");
const limit = 120_000;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What is asked for, on the machine's engine, with the test's own configuration of Docker. */
async function withHost<T>(work: (host: Host) => Promise<T>): Promise<T> {
  const given = {
    effects: realEffects,
    timing: { ...defaultTiming, retry: 10 },
    onProgress: () => undefined,
    signal: new AbortController().signal,
    holder: "test",
    lockTimeout: 0,
  };
  const environment = { ...process.env, DOCKER_CONFIG: directory, PATH: `${directory}:${process.env.PATH}` };
  const { value: engine } = openEngine({ environment }, given);
  if (engine === undefined) throw new Error("no engine is given");
  const stateOf: Host["stateOf"] = () => {
    throw new Error("no state is needed");
  };
  try {
    const host: Host = { ...given, engine, stateOf, afterSignal: () => host };
    return await work(host);
  } finally {
    engine.close();
  }
}

const want = (reference: string) => ({ reference, daemon: "agent", path: "/resources/agent/code/image" });
const pull = (reference: string): Promise<readonly Diagnostic[]> =>
  withHost(host => pullImages(host, [want(reference)]));

/** The one finding about a pull, with nothing of a credential in it. */
async function refused(reference: string): Promise<Diagnostic> {
  const [found, ...others] = await pull(reference);
  if (found === undefined || others.length > 0) throw new Error(`expected one finding for ${reference}`);
  for (const secret of [password, base64]) expect(JSON.stringify(found)).not.toContain(secret);
  return found;
}

/** Makes an image with a layer that nobody else has, and returns the digest that the registry has of it. */
function push(reference: string, content: string): string {
  writeFileSync(join(directory, "context", "content"), content);
  docker("build", "--quiet", "--tag", reference, join(directory, "context"));
  const pushed = docker("push", reference);
  return /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1] ?? "";
}

/** Takes an image from the engine, under this name and by all its digests. */
function forget(reference: string): void {
  const id = docker("images", "--quiet", reference);
  if (id !== "") docker("rmi", "--force", id);
}

describe.skipIf(!hasEngine || !hasRegistry)(titleOf("images of a real registry"), () => {
  const digests: string[] = [];
  const pushed = (reference: string, content: string): string => {
    const digest = push(reference, content);
    digests.push(digest);
    return digest;
  };
  const configure = (config: object): void => writeFileSync(join(directory, "config.json"), JSON.stringify(config));

  beforeAll(() => {
    mkdirSync(join(directory, "context"));
    writeFileSync(join(directory, "context", "Dockerfile"), "FROM busybox:latest\nCOPY content /content\n");
    pushed(image, name);
  }, limit);
  beforeEach(() => configure({}));
  afterAll(async () => {
    forget(image);
    // Where the registry allows it; what is in it does no harm.
    for (const digest of digests) {
      await fetch(`http://${registry}/v2/${name}/manifests/${digest}`, { method: "DELETE" });
    }
  }, limit);

  test("come with progress, and are what was pushed", { timeout: limit }, async () => {
    forget(image);
    const told: Progress[] = [];
    await withHost(async host => {
      expect(await host.engine.image(image)).toBeUndefined();
      expect(await pullImages({ ...host, onProgress: progress => told.push(progress) }, [want(image)])).toEqual([]);
      expect((await host.engine.image(image))?.digests).toEqual([`${registry}/${name}@${digests[0]}`]);
      expect(await host.engine.remoteDigest(image)).toBe(digests[0]);
    });
    expect(told[0]).toEqual({ kind: "pull", image, layers: [], done: false });
    const last = told.at(-1);
    if (last?.kind !== "pull") throw new Error("nothing was told");
    expect(last.done).toBe(true);
    // One of busybox, which is there, and ours.
    expect(last.layers.map(({ phase }) => phase)).toEqual(["done", "done"]);
  });

  test("with `always` are pulled when their tag was pushed again", { timeout: limit }, async () => {
    const moved = `${registry}/${name}:moved`;
    const first = pushed(moved, "one");
    const resolve = () => withHost(host => resolveImages(host, [want(moved)], "always"));
    expect(await resolve()).toMatchObject({ value: { pulls: [] }, diagnostics: [] });
    const second = pushed(moved, "two");
    expect(second).not.toBe(first);
    // As on a machine that has not heard of it.
    forget(moved);
    expect(await pull(`${registry}/${name}@${first}`)).toEqual([]);
    docker("tag", `${registry}/${name}@${first}`, moved);
    const { value } = await resolve();
    expect([...value.digests]).toEqual([[moved, second]]);
    expect(value.pulls).toEqual([want(moved)]);
    expect(await pull(moved)).toEqual([]);
    expect((await resolve()).value.pulls).toEqual([]);
    forget(moved);
    forget(`${registry}/${name}@${first}`);
  });

  test.each([
    ["a tag that nobody pushed", "image-tag-unknown", `${registry}/${name}:nobody`],
    ["a digest that nobody pushed", "image-tag-unknown", `${registry}/${name}@sha256:${"ab".repeat(32)}`],
    ["a name that nobody pushed", "image-name-unknown", `${registry}/${name}-nobody`],
    ["a registry that does not run", "image-registry-unreachable", `127.0.0.1:9/${name}:v1`],
    ["a host that does not exist", "image-registry-unreachable", `${name}.invalid/agent:v1`],
  ])("are a finding: %s", { timeout: limit }, async (_title, expected, reference) => {
    const found = await refused(reference);
    expect(found.name).toBe(expected);
    expect(found.at).toEqual({ path: "/resources/agent/code/image", on: "value" });
  });

  describe("that wants a login", () => {
    let proxy: RegistryProxy;
    let locked: string;
    beforeAll(async () => {
      proxy = await startRegistryProxy(registry, "me", password);
      locked = `${proxy.host}/${name}:v1`;
    });
    afterAll(async () => {
      forget(locked);
      await proxy.close();
    }, limit);

    const helper = (script: string): void => {
      const program = join(directory, "docker-credential-alien");
      writeFileSync(program, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
    };

    test("are refused without credentials", { timeout: limit }, async () => {
      const found = await refused(locked);
      expect(found.name).toBe("image-login-refused");
      expect(found.message).toContain("without credentials");
      expect(found.help).toContain(`docker login ${proxy.host}`);
    });

    test("are refused with wrong ones, and it is said whose they were", { timeout: limit }, async () => {
      configure({ auths: { [proxy.host]: { auth: Buffer.from("me:wrong").toString("base64") } } });
      const found = await refused(locked);
      expect(found.name).toBe("image-login-refused");
      expect(found.message).toContain(join(directory, "config.json"));
    });

    test("come with those in the file", { timeout: limit }, async () => {
      configure({ auths: { [proxy.host]: { auth: base64 } } });
      expect(await pull(locked)).toEqual([]);
      const resolved = await withHost(host => resolveImages(host, [want(locked)], "always"));
      expect(resolved).toMatchObject({ value: { pulls: [] }, diagnostics: [] });
      forget(locked);
    });

    test("come with those of a program", { timeout: limit }, async () => {
      configure({ credHelpers: { [proxy.host]: "alien" } });
      helper(`[ "$(cat)" = "${proxy.host}" ] && echo '{"Username":"me","Secret":"${password}"}'`);
      expect(await pull(locked)).toEqual([]);
      forget(locked);
    });

    test("are refused when the program fails, or gives wrong ones", { timeout: limit }, async () => {
      configure({ credsStore: "alien" });
      helper("exit 1");
      expect((await refused(locked)).message).toContain("`docker-credential-alien` fails");
      helper(`echo '{"Username":"me","Secret":"wrong"}'`);
      expect((await refused(locked)).message).toContain("that `docker-credential-alien` gave");
      configure({ credsStore: "alien-nowhere" });
      expect((await refused(locked)).message).toContain("`docker-credential-alien-nowhere` is not on the `PATH`");
    });

    test("with a name or a tag that nobody pushed are told apart by those who may look", {
      timeout: limit,
    }, async () => {
      configure({ auths: { [proxy.host]: { auth: base64 } } });
      expect((await refused(`${proxy.host}/${name}:nobody`)).name).toBe("image-tag-unknown");
      expect((await refused(`${proxy.host}/${name}-nobody:v1`)).name).toBe("image-name-unknown");
    });

    test("are asked for by `always` with them too", { timeout: limit }, async () => {
      push(image, name);
      docker("tag", image, locked);
      const { diagnostics } = await withHost(host => resolveImages(host, [want(locked)], "always"));
      expect(diagnostics.map(found => found.name)).toEqual(["image-login-refused"]);
      docker("rmi", locked);
    });
  });
});

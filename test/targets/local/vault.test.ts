import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiagnosticError } from "../../../src/diagnostics/index.ts";
import { defaultTiming } from "../../../src/targets/index.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { createStateStore } from "../../../src/targets/local/record/state-files.ts";
import { fileText, vaultArchive } from "../../../src/targets/local/vault/archive.ts";
import { createVaults } from "../../../src/targets/local/vault/vaults.ts";
import { realEffects } from "../effects.ts";
import { createFakeEngine } from "./fake-engine.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alien-compile-vault-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const credentials = { stack: "acme", vault: "credentials" };
const volume = "acme-vault-credentials";
const labels = {
  "dev.alien.managed-by": "alien-compile",
  "dev.alien.stack": "acme",
  "dev.alien.resource": "credentials",
  "dev.alien.kind": "vault",
};

function vaultsOnEngine() {
  const engine = createFakeEngine();
  const { signal } = new AbortController();
  const host: Host = {
    engine,
    effects: realEffects,
    timing: defaultTiming,
    onProgress: () => undefined,
    signal,
    holder: "tester",
    lockTimeout: 10_000,
    stateOf: id => createStateStore(directory, id, { effects: realEffects, signal }),
    afterSignal: () => host,
  };
  const text = (file: string) => {
    const data = engine.filesOf(volume)?.get(file)?.data;
    return data && Buffer.from(data).toString();
  };
  /** Writes into the volume past us, as a daemon may. */
  const write = async (content: string) => {
    const mounts = [{ volume, target: "/data" }];
    const id = await engine.createContainer("other", {
      image: "busybox:latest",
      environment: [],
      labels: {},
      network: "none",
      mounts,
    });
    await engine.putArchive(id, "/data", await vaultArchive(content, new Date(0)));
    await engine.removeContainer(id);
  };
  return { engine, vaults: createVaults(host), text, write };
}

const codesOf = async (work: Promise<unknown>): Promise<readonly string[]> => {
  const cause = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(cause instanceof DiagnosticError)) throw cause;
  return cause.diagnostics.map(({ name }) => name);
};

describe("a vault", () => {
  test.each([
    ["a word", "s3cret"],
    ["quotes and backslashes", `"'\\n\${HOME}$(id)`],
    ["lines, one of them behind the last", "-----BEGIN-----\nabc\r\n-----END-----\n"],
    ["control characters", "a\u0000b\u0007\u001b[31m\u007f"],
    ["unicode", "\ufeffпривет 🗝️ \u2028"],
    ["a mebibyte", "x".repeat(1024 * 1024)],
  ])("gives back %s", async (_what, value) => {
    const { vaults } = vaultsOnEngine();
    await vaults.set(credentials, "KEY", value);
    expect(await vaults.get(credentials, "KEY")).toBe(value);
  });

  test("is a JSON object in one file that every user may read, the same for the same values", async () => {
    const { vaults, engine, text } = vaultsOnEngine();
    await vaults.set(credentials, "b", "2");
    await vaults.set(credentials, "__proto__", "3");
    await vaults.set(credentials, "a", "1");
    expect(text("secrets.json")).toBe('{\n  "__proto__": "3",\n  "a": "1",\n  "b": "2"\n}\n');
    expect(engine.filesOf(volume)?.get("secrets.json")?.mode).toBe(0o644);
    expect(await vaults.list(credentials)).toEqual(["__proto__", "a", "b"]);
  });

  test("keeps nothing that was replaced or removed", async () => {
    const { vaults, engine } = vaultsOnEngine();
    await vaults.set(credentials, "A", "first-value");
    await vaults.set(credentials, "A", "second-value");
    await vaults.set(credentials, "B", "other-value");
    expect(await vaults.remove(credentials, "A")).toBe(true);
    const all = [...(engine.filesOf(volume)?.values() ?? [])].map(({ data }) => Buffer.from(data).toString()).join("");
    expect(all).toContain("other-value");
    expect(all).not.toMatch(/first-value|second-value/);
    expect(await vaults.get(credentials, "A")).toBeUndefined();
  });

  test("is a volume with our labels, and nothing else is left", async () => {
    const { vaults, engine } = vaultsOnEngine();
    await vaults.set(credentials, "A", "1");
    await vaults.list(credentials);
    expect(await engine.volumes([])).toEqual([{ name: volume, labels }]);
    expect(await engine.containers([])).toEqual([]);
    expect(await engine.image("alien-compile/vault:stack-acme")).toBeUndefined();
    expect(engine.writes.filter(call => call.startsWith("startContainer"))).toEqual([]);
  });

  test("that is not there holds nothing, and is not made by looking", async () => {
    const { vaults, engine } = vaultsOnEngine();
    expect(await vaults.list(credentials)).toEqual([]);
    expect(await vaults.get(credentials, "A")).toBeUndefined();
    expect(await vaults.remove(credentials, "A")).toBe(false);
    expect(engine.writes).toEqual([]);
  });

  test("is not written to where a key to remove is not there", async () => {
    const { vaults, engine } = vaultsOnEngine();
    await vaults.set(credentials, "A", "1");
    engine.forgetCalls();
    expect(await vaults.remove(credentials, "B")).toBe(false);
    expect(engine.writes.filter(call => call.startsWith("putArchive"))).toEqual([]);
  });

  test("loses nothing when many are set at a time", async () => {
    const { vaults } = vaultsOnEngine();
    const keys = Array.from({ length: 8 }, (_, index) => `KEY_${index}`);
    await Promise.all(keys.map(key => vaults.set(credentials, key, key)));
    expect(await vaults.list(credentials)).toEqual(keys);
  });

  test("of another stack with the same name of volume is refused", async () => {
    const { vaults, engine } = vaultsOnEngine();
    await engine.createVolume({ name: volume, labels: { ...labels, "dev.alien.stack": "acme-vault" } });
    engine.forgetCalls();
    for (const work of [vaults.set(credentials, "A", "1"), vaults.list(credentials), vaults.remove(credentials, "A")]) {
      expect(await codesOf(work)).toEqual(["object-not-ours"]);
    }
    expect(engine.writes).toEqual([]);
  });

  test.each(["[]", "null", '{"A":1}', '{"A":', "A=1"])("that somebody made %s of is not overwritten", async content => {
    const { vaults, engine, text, write } = vaultsOnEngine();
    await engine.createVolume({ name: volume, labels });
    await write(content);
    expect(await codesOf(vaults.set(credentials, "B", "2"))).toEqual(["vault-damaged"]);
    expect(text("secrets.json")).toBe(content);
    expect(await engine.containers([])).toEqual([]);
  });

  test("is found under the other name when the engine died before it had its own", async () => {
    const { vaults, engine, text } = vaultsOnEngine();
    await vaults.set(credentials, "A", "1");
    const files = engine.filesOf(volume);
    const file = files?.get("secrets.json");
    if (files === undefined || file === undefined) throw new Error("there is no file");
    files.set(".secrets.json.next", file);
    files.delete("secrets.json");
    expect(await vaults.get(credentials, "A")).toBe("1");
    await vaults.set(credentials, "B", "2");
    expect(await vaults.list(credentials)).toEqual(["A", "B"]);
    expect(text(".secrets.json.next")).toBe("");
  });

  test("takes no half of a file that was on its way when the first run died", async () => {
    const { vaults, engine, text } = vaultsOnEngine();
    await vaults.set(credentials, "A", "1");
    const files = engine.filesOf(volume);
    const file = files?.get("secrets.json");
    if (files === undefined || file === undefined) throw new Error("there is no file");
    files.set(".secrets.json.next", { ...file, data: Buffer.from('{\n  "A": "ha') });
    files.delete("secrets.json");
    expect(await vaults.list(credentials)).toEqual([]);
    await vaults.set(credentials, "B", "2");
    expect([text("secrets.json"), text(".secrets.json.next")]).toEqual(['{\n  "B": "2"\n}\n', ""]);
  });
});

describe("a helper", () => {
  test("that a run left behind is gone after the next call, and no daemon is", async () => {
    const { vaults, engine } = vaultsOnEngine();
    await vaults.set(credentials, "A", "1");
    const image = "alien-compile/vault:stack-acme";
    const spec = { image: "busybox:latest", environment: [], network: "none", mounts: [] };
    const stack = { "dev.alien.managed-by": "alien-compile", "dev.alien.stack": "acme" };
    await engine.importImage(new Uint8Array(), image);
    await engine.createContainer("left", { ...spec, image, labels: { ...stack, "dev.alien.helper": "vault" } });
    await engine.createContainer("daemon", { ...spec, labels: { ...stack, "dev.alien.daemon": "connector" } });
    await engine.createContainer("other", {
      ...spec,
      labels: { ...stack, "dev.alien.stack": "b", "dev.alien.helper": "vault" },
    });
    await vaults.list(credentials);
    expect((await engine.containers([])).map(({ name }) => name).sort()).toEqual(["daemon", "other"]);
    expect(await engine.image(image)).toBeUndefined();
  });

  test("is gone when the engine refuses what was to be done, and the lock is free", async () => {
    const { vaults, engine } = vaultsOnEngine();
    engine.fail("putArchive", new EngineError("no space left on device", { status: 500 }));
    expect(await codesOf(vaults.set(credentials, "A", "1"))).toHaveLength(1);
    expect(await engine.containers([])).toEqual([]);
    await vaults.set(credentials, "A", "1");
    expect(await vaults.get(credentials, "A")).toBe("1");
  });
});

test("an archive without a file has no text", async () => {
  expect(await fileText(Buffer.alloc(1024))).toBe("");
});

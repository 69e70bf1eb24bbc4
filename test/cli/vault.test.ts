import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../../src/cli/world.ts";
import type { TargetOptions, Vaults } from "../../src/pipeline.ts";
import { patterns } from "../../src/schema/patterns.ts";
import { createFakeTarget } from "./fake-target.ts";
import { runMain } from "./run-main.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alien-compile-vault-"));
  writeFileSync(join(directory, "alien.yaml"), stack("local, kubernetes"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const stack = (platforms: string, more = "") => `stack: acme
supportedPlatforms: [${platforms}]
resources:
  credentials: { type: vault, keys: [API_KEY, TOKEN] }
  tokens: { type: vault }
${more}  connector:
    type: daemon
    code: { type: image, image: "ghcr.io/acme/app:v1" }
    links: [credentials, tokens]
`;

/** Vaults in memory, and command lines that use them. */
function vaultsInMemory() {
  const values = new Map<string, string>();
  const name = ({ stack: owner, vault }: { stack: string; vault: string }, key = "") => `${owner}/${vault}/${key}`;
  const vaults: Vaults = {
    list: async ref =>
      [...values.keys()]
        .filter(key => key.startsWith(name(ref)))
        .map(key => key.slice(name(ref).length))
        .sort(),
    get: async (ref, key) => values.get(name(ref, key)),
    set: async (ref, key, value) => void values.set(name(ref, key), value),
    remove: async (ref, key) => values.delete(name(ref, key)),
  };
  const fake = createFakeTarget();
  const opened: TargetOptions[] = [];
  const openTarget = (options: TargetOptions) => {
    opened.push(options);
    const { value } = fake.openTarget(options);
    return { value: { ...value, platform: "local" as const, vaults }, diagnostics: [] };
  };
  const run = (
    line: string | readonly string[],
    { input = "", ...world }: Partial<World> & { input?: string | Uint8Array } = {},
  ) =>
    runMain(typeof line === "string" ? line.split(" ") : line, {
      directory,
      environment: { HOME: directory },
      input: Buffer.from(input),
      world: { openTarget, ...world },
    });
  return { values, opened, run };
}

describe("vault set", () => {
  test.each([
    ["as it is", "s3cret", "s3cret"],
    ["without one line end", "s3cret\n", "s3cret"],
    ["without one line end of Windows", "s3cret\r\n", "s3cret"],
    ["with all the others", "\na\n\n", "\na\n"],
    ["with a mark of the byte order", "\ufeffx", "\ufeffx"],
  ])("takes the value from standard input %s", async (_how, input, value) => {
    const { values, run } = vaultsInMemory();
    expect(await run("vault set credentials API_KEY", { input })).toMatchObject({ exitCode: 0, out: "" });
    expect(values.get("acme/credentials/API_KEY")).toBe(value);
  });

  test("keeps the line end where it is told to", async () => {
    const { values, run } = vaultsInMemory();
    await run("vault set credentials API_KEY --keep-newline", { input: "key\n" });
    expect(values.get("acme/credentials/API_KEY")).toBe("key\n");
  });

  test("takes a mebibyte and no more", async () => {
    const { values, run } = vaultsInMemory();
    const most = "x".repeat(1024 * 1024);
    expect((await run("vault set credentials API_KEY", { input: most })).exitCode).toBe(0);
    expect((await run("vault set credentials TOKEN", { input: `${most}x` })).exitCode).toBe(1);
    expect([...values.keys()]).toEqual(["acme/credentials/API_KEY"]);
  });

  test.each([
    ["empty", ""],
    ["an empty line", "\n"],
    ["not text", new Uint8Array([0xff, 0xfe, 0x00])],
  ])("refuses what is %s, and asks no engine", async (_what, input) => {
    const { opened, run } = vaultsInMemory();
    const { exitCode, error } = await run("vault set credentials API_KEY", { input });
    expect([exitCode, opened]).toEqual([1, []]);
    expect(error).toContain("AL6366");
  });

  test.each([
    ["a terminal", "vault set credentials API_KEY", { stdinIsTerminal: true }],
    ["the stack's own text", "vault set credentials API_KEY --file -", {}],
  ])("does not read the value from %s", async (_what, line, world) => {
    const { opened, run } = vaultsInMemory();
    const { exitCode, error } = await run(line, { input: "s3cret", ...world });
    expect([exitCode, opened]).toEqual([64, []]);
    expect(error).toContain("AL6366");
  });

  test("says what is missing next, then what to do with it", async () => {
    const { run } = vaultsInMemory();
    const first = await run("vault set credentials API_KEY --file alien.yaml", { input: "1" });
    expect(first.error).toContain("next: alien-compile vault set credentials TOKEN --file alien.yaml\n");
    const second = await run("vault set credentials TOKEN", { input: "2" });
    expect(second.error).toContain("next: alien-compile apply --platform local\n");
    const third = await run("vault set credentials TOKEN --stack acme", { input: "2" });
    expect(third.error).toContain("next: alien-compile restart --stack acme --platform local\n");
  });

  test("warns of a key that is not declared, only where some are", async () => {
    const { run } = vaultsInMemory();
    const first = await run("vault set credentials API_KEYS", { input: "1" });
    expect(first).toMatchObject({ exitCode: 0, error: expect.stringContaining("warning[AL6364]") });
    expect(first.error).toContain("did you mean `API_KEY`?");
    expect((await run("vault set tokens ANY", { input: "1" })).error).not.toContain("AL6364");
  });

  test("shows the value nowhere", async () => {
    const { run } = vaultsInMemory();
    const { out, error } = await run("vault set credentials OTHER_KEY", { input: "canary-4711" });
    expect(out + error).not.toContain("canary-4711");
  });
});

describe("vault get", () => {
  test("prints exactly the value", async () => {
    const { values, run } = vaultsInMemory();
    values.set("acme/credentials/API_KEY", "a\u001b[31m\nb");
    expect(await run("vault get credentials API_KEY")).toEqual({ exitCode: 0, out: "a\u001b[31m\nb", error: "" });
  });

  test("ends the line on a terminal", async () => {
    const { values, run } = vaultsInMemory();
    values.set("acme/credentials/API_KEY", "a");
    expect((await run("vault get credentials API_KEY", { outIsTerminal: true })).out).toBe("a\n");
  });
});

describe("vault list", () => {
  test("prints keys, and what is still to be set", async () => {
    const { values, run } = vaultsInMemory();
    values.set("acme/credentials/API_KEY", "s3cret").set("acme/tokens/ANY", "s3cret");
    expect(await run("vault list credentials")).toEqual({
      exitCode: 0,
      out: "API_KEY\n",
      error: "`credentials` declares, and does not hold yet: `TOKEN`\n",
    });
    expect((await run("vault list")).out).toBe("credentials  API_KEY\ntokens       ANY\n");
    expect((await run("vault list credentials --stack acme")).out).toBe("API_KEY\n");
    expect(JSON.parse((await run("vault list --format json")).out)).toEqual({
      formatVersion: "1",
      stack: "acme",
      vaults: [
        { vault: "credentials", keys: ["API_KEY"], missing: ["TOKEN"] },
        { vault: "tokens", keys: ["ANY"], missing: [] },
      ],
    });
  });

  test("passes over a vault that is not kept here", async () => {
    const { run } = vaultsInMemory();
    const elsewhere = "  far: { type: vault, bindings: { local: { service: parameter-store, vaultPrefix: a } } }\n";
    writeFileSync(join(directory, "alien.yaml"), stack("local", elsewhere));
    expect(JSON.parse((await run("vault list --format json")).out).vaults).toHaveLength(2);
    expect(await run("vault list far")).toMatchObject({ exitCode: 1, error: expect.stringContaining("AL6363") });
  });
});

test("vault rm removes a key, and says so where it is not there", async () => {
  const { values, run } = vaultsInMemory();
  values.set("acme/credentials/API_KEY", "1");
  expect((await run("vault rm credentials API_KEY")).exitCode).toBe(0);
  expect(values.size).toBe(0);
  expect(await run("vault rm credentials API_KEY")).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining("AL6367"),
  });
  expect(await run("vault get credentials API_KEY")).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining("AL6367"),
  });
});

test("without a file, any id of a vault is taken, and nothing else", async () => {
  const { opened, run } = vaultsInMemory();
  expect((await run("vault list any_Vault-1 --stack acme")).exitCode).toBe(0);
  expect(await run("vault list ./alien.yaml --stack acme")).toMatchObject({
    exitCode: 64,
    error: expect.stringContaining("AL6362"),
  });
  expect(opened).toHaveLength(1);
});

describe("the platform", () => {
  test("is Local, where the stack supports it", async () => {
    const { opened, run } = vaultsInMemory();
    await run("vault list");
    await run("vault list credentials --stack acme");
    expect(opened.map(({ platform }) => platform)).toEqual(["local", "local"]);
  });

  test.each([
    ["vault set credentials API_KEY --platform kubernetes", "kubectl create secret generic acme-credentials-api-key"],
    [
      "vault get credentials API_KEY --platform kubernetes --namespace prod",
      "acme-credentials-api-key --namespace prod",
    ],
    ["vault list credentials --platform kubernetes", "start with `acme-credentials-`"],
    [
      "vault rm credentials API_KEY --platform kubernetes --stack acme",
      "kubectl delete secret acme-credentials-api-key",
    ],
    ["vault list --platform kubernetes", "`--platform local` works on the local ones"],
    ["vault list --platform kubernetes --file only.yaml", "`--platform local` works on the local ones"],
    ["vault set credentials API_KEY --file only.yaml", "kubectl create secret generic acme-credentials-api-key"],
  ])("Kubernetes has its own ways: %s", async (line, help) => {
    writeFileSync(join(directory, "only.yaml"), stack("kubernetes"));
    const { opened, run } = vaultsInMemory();
    const { exitCode, error } = await run(line, { input: "1" });
    expect([exitCode, opened]).toEqual([64, []]);
    expect(error).toContain("AL6369");
    expect(error).toContain(help);
  });
});

test("a key is what the schema takes as one", async () => {
  const { run } = vaultsInMemory();
  const pattern = new RegExp(patterns.secretKey.pattern);
  for (const key of ["a", "A.b-c_1", "..", "a/b", "a b", "ключ", "x".repeat(253), "x".repeat(254)]) {
    const { error } = await run(["vault", "get", "tokens", key]);
    expect(error.includes("AL6365"), key).toBe(!pattern.test(key));
  }
  expect((await run("vault get tokens a/b")).exitCode).toBe(64);
});

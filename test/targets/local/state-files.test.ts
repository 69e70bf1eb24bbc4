import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DiagnosticError } from "../../../src/diagnostics/index.ts";
import type { DeploymentRecord } from "../../../src/state/index.ts";
import { createStateStore } from "../../../src/targets/local/record/state-files.ts";
import { realEffects } from "../effects.ts";
import { refusal } from "../lock-contract.ts";
import { startChild } from "./child.ts";
import { localRecord } from "./local-record.ts";

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "alien-state-"));
  directory = join(root, "deep", "state");
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const { signal } = new AbortController();
const open = (engine = "engine-1", at = directory) => createStateStore(at, engine, { effects: realEffects, signal });
const wanting = { holder: "me", timeout: 0, onHeld: () => undefined };
const record = localRecord("acme");
const other = localRecord("acme", { source: "https://github.com/acme/other" });
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const engineDirectory = (engine = "engine-1") =>
  join(directory, createHash("sha256").update(engine).digest("hex").slice(0, 16));
const fileOf = (name = "acme") => join(engineDirectory(), `${name}.json`);

/** Everything under a directory, with what it holds and who may use it. */
const everything = (at = directory): readonly string[] =>
  (readdirSync(at, { recursive: true }) as string[])
    .map(name => {
      const path = join(at, name);
      const content = statSync(path).isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
      return `${name} ${modeOf(path).toString(8)} ${content}`;
    })
    .sort();

async function findingOf(promise: Promise<unknown>) {
  const cause = await promise.then(
    () => undefined,
    error => error,
  );
  if (!(cause instanceof DiagnosticError)) throw cause ?? new Error("nothing was found");
  return cause.diagnostics[0];
}

describe("what is remembered", () => {
  test("is read as it was written, by whoever reads it", async () => {
    expect(await open().read("acme")).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
    await open().write(record);
    expect(await open().read("acme")).toEqual(record);
    await open().write(other);
    expect(await open().read("acme")).toEqual(other);
    const odd = localRecord("acme", { source: '"\\\n\u2028 é 😀 \ud800' });
    await open().write(odd);
    expect(await open().read("acme")).toEqual(odd);
  });

  test("is gone when it was removed, which may be done twice", async () => {
    await open().remove("acme");
    await open().write(record);
    await open().remove("acme");
    expect(await open().read("acme")).toBeUndefined();
    await open().remove("acme");
    expect(readdirSync(engineDirectory())).toEqual([]);
  });

  test("is another for each engine, whatever its id", async () => {
    const engines = ["engine-1", "ABCD:EFGH:IJKL", "abcd:efgh:ijkl", "../../..", "", "\0", "con", "e".repeat(5_000)];
    for (const engine of engines) await open(engine).write({ ...record, source: engine });
    for (const engine of engines) expect(await open(engine).read("acme")).toEqual({ ...record, source: engine });
    expect(readdirSync(directory)).toHaveLength(engines.length);
  });

  test("is another for each stack, also where the file system does not see upper case", async () => {
    const stacks = ["acme", "Acme", "ACME", "aCME", "acme-1", "con", "CON", "nul", "-", "a".repeat(64), "A".repeat(64)];
    for (const stack of stacks) await open().write(localRecord(stack));
    for (const stack of stacks) expect(await open().read(stack)).toEqual(localRecord(stack));
    const names = readdirSync(engineDirectory());
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(stacks.length);
    expect(names).toContain("acme.json");
    expect(names.filter(name => /^(con|nul)\./i.test(name))).toEqual([]);
  });

  test.each(["../acme", "/etc/acme", "..", "a/b", "a\0b", "", "é".repeat(100)])(
    "stays in its directory, whatever a stack is called: %j",
    async stack => {
      await open().write(localRecord(stack));
      expect(await open().read(stack)).toEqual(localRecord(stack));
      expect(readdirSync(engineDirectory())).toHaveLength(1);
    },
  );
});

test.skipIf(process.platform !== "linux")("a directory that the system does not make is said at once", async () => {
  const child = startChild(
    `
    const lock = open().lock(stack, { holder: "me", timeout: 0, onHeld: () => {} });
    await lock.catch(({ diagnostics }) => say(diagnostics[0].name));
    `,
    ["/proc/alien-compile", "acme"],
  );
  await child.said("state-not-writable");
});

describe("who may use the files", () => {
  test.each([0o000, 0o022, 0o277, 0o777])("is the user alone, whatever the mask is: %o", async mask => {
    const child = startChild(
      `
      process.umask(Number(more[0]));
      const record = JSON.parse(more[1]);
      (await open().lock(stack, { holder: "me", timeout: 0, onHeld: () => {} })).release();
      await open().write(record);
      await open().write(record);
      say("written");
      `,
      [join(root, "state"), "acme", String(mask), JSON.stringify(record)],
    );
    await child.said("written");
    await child.ended();
    directory = join(root, "state");
    expect([directory, engineDirectory(), fileOf(), join(engineDirectory(), "acme.lock")].map(modeOf)).toEqual([
      0o700, 0o700, 0o600, 0o600,
    ]);
    expect(await open().read("acme")).toEqual(record);
  });

  test("is the user alone after a write to a directory that others could read, in one that they may", async () => {
    await open().write(record);
    const older = () => {
      chmodSync(directory, 0o755);
      chmodSync(engineDirectory(), 0o750);
      chmodSync(fileOf(), 0o644);
    };
    older();
    expect(await open().read("acme")).toEqual(record);
    await open().write(other);
    expect([directory, engineDirectory(), fileOf()].map(modeOf)).toEqual([0o755, 0o700, 0o600]);
    older();
    (await open().lock("acme", wanting)).release();
    expect([directory, engineDirectory()].map(modeOf)).toEqual([0o755, 0o700]);
  });

  const everyCall: readonly [string, () => Promise<unknown>][] = [
    ["read", () => open().read("acme")],
    ["write", () => open().write(other)],
    ["remove", () => open().remove("acme")],
    ["lock", () => open().lock("acme", wanting)],
  ];

  test.each(everyCall)("is refused where others can write: %s", async (_, call) => {
    await open().write(record);
    for (const [path, mode] of [
      [directory, 0o777],
      [directory, 0o770],
      [engineDirectory(), 0o702],
    ] as const) {
      chmodSync(path, mode);
      const before = everything();
      const found = await findingOf(call());
      expect([found?.name, found?.message.includes(path)]).toEqual(["state-directory-open", true]);
      expect(everything()).toEqual(before);
      expect(modeOf(path)).toBe(mode);
      chmodSync(path, 0o700);
    }
    expect(await open().read("acme")).toEqual(record);
  });

  test.each(everyCall)("is refused in somebody else's directory: %s", async (_, call) => {
    await open().write(record);
    const before = everything();
    vi.spyOn(process, "getuid").mockReturnValue((process.getuid?.() ?? 0) + 1);
    expect((await findingOf(call()))?.message).toContain("belongs to another user");
    expect(everything()).toEqual(before);
  });
});

describe("what cannot be relied on", () => {
  const refused = async (content: Uint8Array | string) => {
    writeFileSync(fileOf(), content);
    const found = await findingOf(open().read("acme"));
    expect(readFileSync(fileOf()).equals(Buffer.from(content))).toBe(true);
    return found;
  };
  /** As it would be written with this content, its digest too. */
  const sealed = (content: object): string => {
    const text = JSON.stringify(content);
    return `{"digest":"${createHash("sha256").update(text).digest("hex")}",${text.slice(1)}`;
  };
  const content = { engine: "engine-1", ...record };

  beforeEach(() => open().write(record));

  test("is told by the seal that the writer puts on it", async () => {
    expect(readFileSync(fileOf(), "utf8")).toBe(sealed(content));
  });

  test("is what was cut off, wherever that was", async () => {
    const whole = readFileSync(fileOf());
    for (let end = 0; end < whole.length; end++) {
      expect((await refused(whole.subarray(0, end)))?.message).toContain("it is not JSON, or not all of it");
    }
    writeFileSync(fileOf(), whole);
    expect(await open().read("acme")).toEqual(record);
  });

  test("is what has another byte, wherever that is", async () => {
    const whole = readFileSync(fileOf());
    const allowed = ["state-damaged", "record-newer"];
    for (const [at, byte] of whole.entries()) {
      const changed = Buffer.from(whole).fill(byte ^ (1 << (at % 7)), at, at + 1);
      expect(allowed).toContain((await refused(changed))?.name);
    }
  });

  test("is chance, zeros, and what is added", async () => {
    for (let length = 0; length < 300; length++)
      expect((await refused(randomBytes(length)))?.name).toBe("state-damaged");
    const whole = sealed(content);
    for (const odd of ["\0".repeat(4096), `${whole}x`, `\ufeff${whole}`, `${whole}\n`, "null", "[]", "1", '""', "{}"])
      expect((await refused(odd))?.name).toBe("state-damaged");
  });

  test.each([
    ["/formatVersion", { ...content, formatVersion: "1" }],
    ["/state/platform", { ...content, state: { ...record.state, platform: "kubernetes" } }],
    ["/inventory", { ...content, inventory: {} }],
    ["/good/ir/stack", { ...content, good: { ...record.good, ir: { ...record.good?.ir, stack: "other" } } }],
  ])("is a record whose %s is not what it has to be", async (field, value) => {
    const found = await refused(sealed(value));
    expect([found?.name, found?.message.includes(`\`${field}\``)]).toEqual(["state-damaged", true]);
    expect(found?.message).toContain(fileOf());
  });

  test.each([
    ["record-newer", sealed({ ...content, formatVersion: 2 })],
    ["record-newer", JSON.stringify({ formatVersion: 2, anything: true })],
    ["record-newer", sealed({ ...content, pending: { ...record.good, ir: { ...record.good?.ir, irVersion: 9 } } })],
    ["state-foreign", sealed({ ...content, stack: "other" })],
    ["state-foreign", sealed({ ...content, engine: "engine-2" })],
    ["state-foreign", sealed(record)],
  ])("is %s", async (name, text) => {
    expect((await refused(text))?.name).toBe(name);
  });

  test("is a file that was copied from another stack or another engine", async () => {
    await open().write(localRecord("other"));
    cpSync(fileOf("other"), fileOf());
    expect((await findingOf(open().read("acme")))?.message).toContain("another stack");
    await open("engine-2").write(record);
    cpSync(join(engineDirectory("engine-2"), "acme.json"), fileOf());
    expect((await findingOf(open().read("acme")))?.message).toContain("another engine");
  });

  test.each<[string, (path: string) => void]>([
    ["a directory", path => mkdirSync(path)],
    ["a pipe that nobody writes to", path => void execFileSync("mkfifo", [path])],
  ])("is no file at all: %s", async (_, make) => {
    rmSync(fileOf());
    make(fileOf());
    expect((await findingOf(open().read("acme")))?.message).toContain("it is not a file");
  });

  test("is written over by the next write, and may be removed", async () => {
    await refused("{");
    await open().write(other);
    expect(await open().read("acme")).toEqual(other);
    await refused("{");
    await open().remove("acme");
    expect(await open().read("acme")).toBeUndefined();
  });

  test("is not a file where a directory belongs", async () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(await refusal(open("engine-1", join(file, "state")).read("acme"))).toEqual(["state-not-readable"]);
    expect(await refusal(open("engine-1", file).write(record))).toEqual(["state-not-writable"]);
    expect(await refusal(open("engine-1", file).lock("acme", wanting))).toEqual(["state-not-writable"]);
  });
});

/** Whom the file system refuses something: root is refused nothing. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
const giveAway = (at: string): void => {
  const names = readdirSync(at, { recursive: true }) as string[];
  if (nobody !== undefined)
    for (const path of [at, ...names.map(name => join(at, name))]) chownSync(path, nobody, nobody);
};

test.each<[string, string, () => void, string]>([
  ["read a file that it may not", "read(stack)", () => chmodSync(fileOf(), 0o000), "state-not-readable EACCES"],
  [
    "look into a directory that it may not",
    "read(stack)",
    () => chmodSync(engineDirectory(), 0o000),
    "state-not-readable EACCES",
  ],
  [
    "write into a directory that it may not",
    "write(JSON.parse(more[0]))",
    () => chmodSync(engineDirectory(), 0o500),
    "state-not-writable EACCES",
  ],
  [
    "remove from a directory that it may not",
    "remove(stack)",
    () => chmodSync(engineDirectory(), 0o500),
    "state-not-writable EACCES",
  ],
  [
    "lock in a directory that it may not",
    'lock(stack, { holder: "me", timeout: 0, onHeld: () => {} })',
    () => chmodSync(engineDirectory(), 0o500),
    "lock-impossible ERR_SQLITE_ERROR",
  ],
  [
    "make a directory where it may not",
    "write(JSON.parse(more[0]))",
    () => {
      rmSync(directory, { recursive: true });
      chmodSync(join(root, "deep"), 0o500);
    },
    "state-not-writable EACCES",
  ],
])("who cannot %s is told", async (_, call, forbid, expected) => {
  await open().write(record);
  chmodSync(root, 0o755);
  giveAway(root);
  const before = everything(root);
  forbid();
  const gone = readdirSync(join(root, "deep")).length === 0;
  const script = `await open().${call}.then(() => say("done"), error =>
    say(error.diagnostics[0].name + " " + error.cause.code));`;
  const child = startChild(script, [directory, "acme", JSON.stringify(other)], { uid: nobody });
  await child.said(expected);
  await child.ended();
  chmodSync(join(root, "deep"), 0o700);
  if (gone) return expect(readdirSync(join(root, "deep"))).toEqual([]);
  chmodSync(engineDirectory(), 0o700);
  chmodSync(fileOf(), 0o600);
  expect(everything(root)).toEqual(before);
});

/** Every call of the file system that a write makes can be made to fail, or to be the last one. */
const faulty = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const [at, how] = [Number(more[1]), more[2]];
let count = -1;
const fate = (name, words) => {
  if (count < 0 || count++ !== at) return;
  if (how === "torn" && name === "writeFileSync") real.writeFileSync(words[0], words[1].slice(0, words[1].length / 2));
  if (how !== "full") process.kill(process.pid, "SIGKILL");
  throw Object.assign(new Error("no room"), { code: "ENOSPC", syscall: "write" });
};
const real = { ...fs };
for (const name of Object.keys(real).filter(name => name.endsWith("Sync"))) {
  fs[name] = (...words) => { fate(name, words); return real[name](...words); };
}
syncBuiltinESMExports();
const store = open();
count = 0;
const end = await store.write(JSON.parse(more[0])).then(() => "written", error => error.diagnostics[0].name);
const total = count;
count = -1;
say(end + " " + total);
`;

describe("a write that is cut short", () => {
  const cut = (at: number, how: "killed" | "torn" | "full", next: DeploymentRecord = other) =>
    startChild(faulty, [directory, "acme", JSON.stringify(next), String(at), how]);
  const leftovers = () => readdirSync(engineDirectory()).filter(name => name !== "acme.json" && name !== "zeta.json");
  const steps = async (): Promise<number> => {
    const child = cut(-2, "killed");
    await child.ended();
    return Number(child.lines()[0]?.split(" ")[1]);
  };

  test("leaves the old or the new, whichever step is the last", async () => {
    await open().write(record);
    const total = await steps();
    expect(total).toBeGreaterThan(8);
    const seen = new Set<string | undefined>();
    let left = 0;
    for (let at = 0; at < total; at++) {
      await open().write(record);
      expect(await cut(at, "killed").ended()).toBe("SIGKILL");
      const found = await open().read("acme");
      expect([record, other]).toContainEqual(found);
      seen.add(found?.source);
      left += leftovers().length;
      await open().write(record);
      expect(leftovers()).toEqual([]);
    }
    expect(seen).toEqual(new Set([record.source, other.source]));
    expect(left).toBeGreaterThan(1);
  }, 60_000);

  test("leaves nothing or the new where nothing was, also with half of it written", async () => {
    await open().write(record);
    const total = await steps();
    for (let at = 0; at < total; at++) {
      rmSync(fileOf());
      await cut(at, "torn").ended();
      expect([undefined, other]).toContainEqual(await open().read("acme"));
      await open().write(record);
    }
  }, 60_000);

  test("by a full disk says so, and leaves the old and nothing else", async () => {
    await open().write(record);
    const total = await steps();
    const ends = [];
    for (let at = 0; at < total; at++) {
      await open().write(record);
      const child = cut(at, "full");
      expect(await child.ended()).toBe(0);
      ends.push(child.lines()[0]?.split(" ")[0]);
      expect([record, other]).toContainEqual(await open().read("acme"));
    }
    expect(new Set(ends)).toEqual(new Set(["state-not-writable"]));
    expect(leftovers()).toEqual([]);
  }, 60_000);

  test("is cleaned up after by the next write of the same stack alone, or its removal", async () => {
    await open().write(record);
    await open().write(localRecord("zeta"));
    const junk = ["acme.json.1.tmp", "acme.json.ffff.tmp", "acme-1.json.1.tmp", "zeta.json.1.tmp", "acme.json.bak"];
    const leave = () => {
      for (const name of junk) writeFileSync(join(engineDirectory(), name), "{");
    };
    leave();
    await open().write(other);
    expect(leftovers().sort()).toEqual(["acme-1.json.1.tmp", "acme.json.bak", "zeta.json.1.tmp"]);
    leave();
    await open().remove("acme");
    expect(leftovers().sort()).toEqual(["acme-1.json.1.tmp", "acme.json.bak", "zeta.json.1.tmp"]);
  });
});

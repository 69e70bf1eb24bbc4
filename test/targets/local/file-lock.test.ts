import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiagnosticError } from "../../../src/diagnostics/index.ts";
import { createStateStore } from "../../../src/targets/local/record/state-files.ts";
import type { StateStore } from "../../../src/targets/local/record/state-store.ts";
import { createManualEffects, realEffects } from "../effects.ts";
import { refusal } from "../lock-contract.ts";
import { until } from "../until.ts";
import { type Child, startChild } from "./child.ts";
import { localRecord } from "./local-record.ts";

let directory: string;
let children: Child[];
const aborting = () => new AbortController();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alien-lock-"));
  children = [];
});

afterEach(async () => {
  for (const { process } of children) process.kill("SIGKILL");
  await Promise.all(children.map(child => child.ended()));
  rmSync(directory, { recursive: true, force: true });
});

const open = (signal = aborting().signal): StateStore =>
  createStateStore(directory, "engine-1", { effects: realEffects, signal });
const wanting = (timeout: number, told: string[] = [], holder = "me") => ({
  holder,
  timeout,
  onHeld: (other: string) => void told.push(other),
});
const long = 20_000;

/** Another process that takes the lock of `acme`, says so, and holds it until it is written to. */
function locker(name: string): Child {
  const child = startChild(
    `
    const onHeld = holder => say("waits for " + holder);
    const lock = await open().lock(stack, { holder: more[0], timeout: ${long}, onHeld });
    say("locked");
    process.stdin.once("data", () => { lock.release(); say("released"); process.exit(); });
    `,
    [directory, "acme", name],
  );
  children.push(child);
  return child;
}

const refusedMessage = async (promise: Promise<unknown>) => {
  const cause = await promise.catch(error => error);
  return cause instanceof DiagnosticError ? cause.diagnostics[0]?.message : cause;
};
const inside = () => join(directory, readdirSync(directory)[0] ?? "");
const lockFile = () => join(inside(), "acme.lock");

describe("between processes", () => {
  test("it goes with its process, killed as it may be", async () => {
    const child = locker("one");
    await child.said("locked");
    expect(await refusal(open().lock("acme", wanting(0)))).toEqual(["stack-busy"]);
    child.process.kill("SIGKILL");
    expect(await child.ended()).toBe("SIGKILL");
    expect(readdirSync(inside()).sort()).toEqual(["acme.lock", "acme.lock.holder"]);
    const lock = await open().lock("acme", wanting(0));
    lock.release();
  });

  test("it is not taken from a process that stands still", async () => {
    const child = locker("one");
    await child.said("locked");
    child.process.kill("SIGSTOP");
    expect(await refusal(open().lock("acme", wanting(300)))).toEqual(["stack-busy"]);
    child.process.kill("SIGCONT");
    child.process.stdin?.write("go");
    await child.said("released");
    (await open().lock("acme", wanting(0))).release();
  });

  test("who waits is told who has it, once, and gets it when that one is gone; the next one waits on", async () => {
    const first = locker("one");
    await first.said("locked");
    const waiting = [locker("two"), locker("three")];
    for (const child of waiting) await child.said("waits for one");
    first.process.kill("SIGKILL");
    await until(() => waiting.some(child => child.lines().includes("locked")), long);
    const [second, third] = waiting.toSorted((a, b) => b.lines().length - a.lines().length);
    expect(await refusal(open().lock("acme", wanting(300)))).toEqual(["stack-busy"]);
    expect(third?.lines()).toEqual(["waits for one"]);
    second?.process.stdin?.write("go");
    await third?.said("locked");
    expect(second?.lines()).toEqual(["waits for one", "locked", "released"]);
  });

  test("one at a time is at work, whoever is killed", async () => {
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      for (let round = 0; round < 20; round++) {
        const lock = await open().lock(stack, { holder: more[0], timeout: ${long}, onHeld: () => {} });
        const count = Number(readFileSync(more[1], "utf8"));
        await effects.sleep(1);
        writeFileSync(more[1], String(count + 1));
        lock.release();
      }
      say("done");
    `;
    const counter = join(directory, "counter");
    writeFileSync(counter, "0");
    const victim = locker("victim");
    await victim.said("locked");
    children.push(...["a", "b", "c"].map(name => startChild(script, [directory, "acme", name, counter])));
    victim.process.kill("SIGKILL");
    await Promise.all(children.slice(1).map(child => child.said("done")));
    expect(readFileSync(counter, "utf8")).toBe("60");
  }, 60_000);

  test("a full disk does not prevent it, and leaves no name", async () => {
    const script = `
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const { writeFileSync } = fs;
      fs.writeFileSync = path => {
        writeFileSync(path, "");
        throw Object.assign(new Error("no room"), { code: "ENOSPC", syscall: "write" });
      };
      syncBuiltinESMExports();
      await open().lock(stack, { holder: "one", timeout: 0, onHeld: () => {} });
      say("locked");
      process.stdin.resume();
    `;
    const child = startChild(script, [directory, "acme"]);
    children.push(child);
    await child.said("locked");
    expect(await refusedMessage(open().lock("acme", wanting(0)))).toContain("somebody else");
  });

  test("nothing has to refer to it, and no warning comes with it", async () => {
    const script = `
      await open().lock(stack, { holder: "one", timeout: 0, onHeld: () => {} });
      for (let count = 0; count < 20; count++) { globalThis.gc(); await effects.sleep(5); }
      say("collected");
      process.stdin.resume();
    `;
    const child = startChild(script, [directory, "acme"], { flags: ["--expose-gc"] });
    children.push(child);
    await child.said("collected");
    expect(await refusal(open().lock("acme", wanting(0)))).toEqual(["stack-busy"]);
    expect(child.errors()).toBe("");
  });
});

describe("in one process", () => {
  test("one excludes the other, of the same store and of another", async () => {
    const store = open();
    const lock = await store.lock("acme", wanting(0));
    expect(await refusal(store.lock("acme", wanting(0)))).toEqual(["stack-busy"]);
    expect(await refusal(open().lock("acme", wanting(0)))).toEqual(["stack-busy"]);
    const child = locker("two");
    await child.said("waits for me");
    lock.release();
    await child.said("locked");
  });

  test("the lock of a stack is not the one of another, nor of another engine's", async () => {
    const locks = [
      await open().lock("acme", wanting(0)),
      await open().lock("Acme", wanting(0)),
      await open().lock("other", wanting(0)),
      await createStateStore(directory, "engine-2", { effects: realEffects, signal: aborting().signal }).lock(
        "acme",
        wanting(0),
      ),
    ];
    for (const lock of locks) lock.release();
  });

  test("a release counts once: it does not take the lock from the next holder", async () => {
    const first = await open().lock("acme", wanting(0));
    first.release();
    const second = await open().lock("acme", wanting(0, [], "second"));
    first.release();
    expect(await refusedMessage(open().lock("acme", wanting(0)))).toContain("`second`");
    second.release();
  });

  test("whoever comes too late is told who has it, since when, and which process that is", async () => {
    const effects = createManualEffects(Date.UTC(2026, 2, 1, 12));
    const store = createStateStore(directory, "engine-1", { effects, signal: aborting().signal });
    const lock = await store.lock("acme", wanting(0, [], "build 42"));
    const told: string[] = [];
    const refused = open()
      .lock("acme", wanting(150, told))
      .catch((cause: DiagnosticError) => cause);
    const [found] = ((await refused) as DiagnosticError).diagnostics;
    expect(found?.message).toBe("`build 42` is working on the stack `acme`, since 2026-03-01T12:00:00Z");
    expect(found?.help).toContain(`process ${process.pid}`);
    expect(told).toEqual(["build 42"]);
    lock.release();
  });

  test("it waits as long as wanted, by the clock it is given", async () => {
    const lock = await open().lock("acme", wanting(0));
    const effects = createManualEffects();
    const store = createStateStore(directory, "engine-1", { effects, signal: aborting().signal });
    const ending = refusal(store.lock("acme", wanting(1_000)));
    const start = effects.now();
    for (;;) {
      await until(() => effects.sleepers().length > 0);
      const [left = 0] = effects.sleepers();
      effects.advance(left);
      if (effects.now() - start >= 1_000) break;
    }
    expect(await ending).toEqual(["stack-busy"]);
    expect(effects.now() - start).toBe(1_000);
    lock.release();
  });

  test("a holder that has not said its name yet has none", async () => {
    const lock = await open().lock("acme", wanting(0));
    for (const claim of ["", "{", '"text"', "null", '{"holder":1}']) {
      writeFileSync(`${lockFile()}.holder`, claim);
      const told: string[] = [];
      const message = await refusedMessage(open().lock("acme", wanting(0, told)));
      expect(message).toBe("somebody else is working on the stack `acme`");
      expect(told).toEqual([]);
    }
    lock.release();
  });

  test("an interrupt ends the waiting, and comes before it", async () => {
    const lock = await open().lock("acme", wanting(0));
    const [interrupt, reason, told] = [aborting(), new Error("interrupted"), [] as string[]];
    const waiting = open(interrupt.signal)
      .lock("acme", wanting(long, told))
      .catch(cause => cause);
    await until(() => told.length > 0);
    interrupt.abort(reason);
    expect(await waiting).toBe(reason);
    lock.release();
    await expect(open(interrupt.signal).lock("acme", wanting(0))).rejects.toBe(reason);
    (await open().lock("acme", wanting(0))).release();
  });

  test("removing and writing the stack under the lock leaves it excluding", async () => {
    const store = open();
    const lock = await store.lock("acme", wanting(0));
    await store.write(localRecord("acme"));
    await store.remove("acme");
    const child = locker("two");
    await child.said("waits for me");
    await store.write(localRecord("acme"));
    await store.read("acme");
    expect(await refusal(open().lock("acme", wanting(200)))).toEqual(["stack-busy"]);
    expect(child.lines()).toEqual(["waits for me"]);
    lock.release();
    await child.said("locked");
  });
});

describe("what is no lock", () => {
  test("a lock that was taken is an empty file of ours alone, and nobody is named when it is free", async () => {
    (await open().lock("acme", wanting(0))).release();
    expect(readdirSync(inside())).toEqual(["acme.lock"]);
    const { size, mode } = statSync(lockFile());
    expect([size, mode & 0o777]).toEqual([0, 0o600]);
  });

  test.each<[string, () => void]>([
    ["other content", () => writeFileSync(lockFile(), "x".repeat(5_000))],
    ["a directory", () => mkdirSync(lockFile())],
    ["a directory where the holder's name belongs", () => mkdirSync(`${lockFile()}.holder`)],
  ])("%s is refused, and stays", async (_, spoil) => {
    (await open().lock("acme", wanting(0))).release();
    rmSync(lockFile());
    spoil();
    const found = () => readdirSync(inside()).map(name => [name, statSync(join(inside(), name)).size]);
    const before = found();
    for (const _ of [1, 2]) {
      expect(await refusal(open().lock("acme", wanting(0)))).toEqual(["lock-impossible"]);
      expect(found().filter(([name]) => before.some(([known]) => known === name))).toEqual(before);
    }
  });
});

import { chmodSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { DiagnosticError, finding } from "../../../diagnostics/index.ts";
import type { Effects } from "../../index.ts";
import type { LockOptions, StackLock } from "./state-store.ts";
import { systemCode } from "./system-code.ts";

export interface FileLockOptions extends LockOptions {
  readonly stack: string;
  readonly effects: Effects;
  readonly signal: AbortSignal;
}

/** Who has the lock, as it is written beside it. */
interface Claim {
  readonly holder: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/** What SQLite says where somebody else has the lock, in the lower byte of its code. */
const busy = 5;
const full: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);
/** Between two looks, in milliseconds. */
const pause = 100;

/**
 * Takes the lock of a stack: SQLite's write lock on an empty database. It is the operating system's own, so it goes with
 * its process, however that ends, and nobody can take it from one that lives. Throws a `DiagnosticError` (`stack-busy`)
 * when the time to wait is over.
 *
 * The file stays behind, also when the stack is removed: whoever made a new file of its name would not exclude who
 * holds the old one. Nothing else may open it: on POSIX, closing any descriptor of a file gives up the locks that the
 * process has on it.
 */
export async function acquireFileLock(path: string, options: FileLockOptions): Promise<StackLock> {
  const { stack, timeout, onHeld, effects, signal } = options;
  const deadline = effects.now() + timeout;
  let told = false;
  for (;;) {
    signal.throwIfAborted();
    const database = tryLock(path, stack);
    if (database !== undefined) return hold(path, database, options);
    const claim = readClaim(path);
    if (claim !== undefined && !told) onHeld(claim.holder);
    told ||= claim !== undefined;
    const left = deadline - effects.now();
    if (left <= 0) throw new DiagnosticError([finding("stack-busy", { argument: "" }, { stack, claim })]);
    await effects.sleep(Math.min(left, pause * (0.75 + effects.random() / 2)), signal);
  }
}

/** A database that nothing refers to would be closed some day, and its lock be gone. */
const held = new Set<DatabaseSync>();

function hold(path: string, database: DatabaseSync, { stack, holder, effects }: FileLockOptions): StackLock {
  held.add(database);
  const release = (): void => {
    if (!held.delete(database)) return;
    // As long as the lock is ours: later on it is the next holder's.
    removeClaim(path);
    database.close();
  };
  const since = effects
    .date()
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  try {
    writeClaim(path, { holder, pid: process.pid, since });
  } catch (cause) {
    // Where the disk is full, a stack can still be deleted; who waits is told no name.
    if (!full.has(systemCode(cause))) {
      release();
      throw refused(claimPath(path), stack, cause);
    }
  }
  return { release };
}

/** The database with the lock; undefined where somebody else has it. */
function tryLock(path: string, stack: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path);
    // Who may write is decided at once, unlike who may read: nobody is refused because two tried at a time.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
    chmodSync(path, 0o600);
    return database;
  } catch (cause) {
    database?.close();
    if (((sqliteCode(cause) ?? 0) & 0xff) === busy) return undefined;
    throw refused(path, stack, cause);
  }
}

/** Node 22 warns of its SQLite on the first load; that one warning is left out. */
function openDatabase(path: string): DatabaseSync {
  const warn = process.emitWarning;
  process.emitWarning = ((...words: Parameters<typeof warn>) => {
    const isOfSqlite = /^SQLite is an experimental feature/.test(String(words[0]));
    if (!isOfSqlite) warn.apply(process, words);
  }) as typeof warn;
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    return new DatabaseSync(path, { timeout: 0 });
  } finally {
    process.emitWarning = warn;
  }
}

const sqliteCode = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode : undefined;

function refused(file: string, stack: string, cause: unknown): DiagnosticError {
  const problem = cause instanceof Error && sqliteCode(cause) !== undefined ? cause.message : systemCode(cause);
  return new DiagnosticError([finding("lock-impossible", { argument: "" }, { stack, file, problem })], { cause });
}

const claimPath = (path: string): string => `${path}.holder`;

const writeClaim = (path: string, claim: Claim): void =>
  writeFileSync(claimPath(path), JSON.stringify(claim), { mode: 0o600 });

/** One that stays, as after a kill, is written over by the next holder. */
function removeClaim(path: string): void {
  try {
    unlinkSync(claimPath(path));
  } catch (cause) {
    systemCode(cause);
  }
}

/** Undefined where it cannot be told: it may be about to be written. */
function readClaim(path: string): Claim | undefined {
  try {
    const { holder, pid, since } = JSON.parse(readFileSync(claimPath(path), "utf8")) as Partial<Claim>;
    if (typeof holder !== "string" || typeof pid !== "number" || typeof since !== "string") return undefined;
    return { holder, pid, since };
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    systemCode(cause);
    return undefined;
  }
}

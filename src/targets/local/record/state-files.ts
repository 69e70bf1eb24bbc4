import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Diagnostic, DiagnosticError, finding } from "../../../diagnostics/index.ts";
import type { DeploymentRecord } from "../../../state/index.ts";
import type { Effects } from "../../index.ts";
import { acquireFileLock } from "./file-lock.ts";
import { engineDirectoryName, stackFileName } from "./file-names.ts";
import { makeDirectory } from "./make-directory.ts";
import type { StateStore } from "./state-store.ts";
import { type Decoded, decodeState, encodeState, type Owner } from "./state-text.ts";
import { systemCode } from "./system-code.ts";

export interface StateFilesOptions {
  readonly effects: Effects;
  /** Ends the waiting for a lock. */
  readonly signal: AbortSignal;
}

/** No record comes near. */
const mostBytes = 256 * 1024 * 1024;
/** Others may write there; others may do anything at all there. */
const [othersWrite, others] = [0o022, 0o077];
const here = { argument: "" };

/** Keeps records in files: in a directory for each engine, one for each stack, and its lock beside it. */
export function createStateStore(root: string, engine: string, { effects, signal }: StateFilesOptions): StateStore {
  const own = join(root, engineDirectoryName(engine));
  const directories = [root, own];
  const pathOf = (stack: string, ending: string): string => join(own, `${stackFileName(stack)}.${ending}`);
  const makeDirectories = (stack: string): void => {
    writing({ stack, file: root }, () => makeRoot(root));
    writing({ stack, file: own }, () => makePrivate(own));
  };
  return {
    async read(stack) {
      const file = pathOf(stack, "json");
      return reading({ stack, file }, () => (isThere(directories) ? readRecord(file, { engine, stack }) : undefined));
    },
    async write(record) {
      const { stack } = record;
      const file = pathOf(stack, "json");
      makeDirectories(stack);
      const temporary = `${file}.${Math.floor(effects.random() * 2 ** 32).toString(16)}.tmp`;
      writing({ stack, file }, () => replaceFile(file, { temporary, text: encodeState(engine, record) }));
    },
    async remove(stack) {
      const file = pathOf(stack, "json");
      writing({ stack, file }, () => isThere(directories) && removeFile(file));
    },
    async lock(stack, options) {
      makeDirectories(stack);
      return acquireFileLock(pathOf(stack, "lock"), { ...options, stack, effects, signal });
    },
  };
}

interface AtFile {
  readonly stack: string;
  readonly file: string;
}

const reading = <T>(at: AtFile, work: () => T): T =>
  refusing(work, problem => finding("state-not-readable", here, { ...at, problem }));

const writing = <T>(at: AtFile, work: () => T): T =>
  refusing(work, problem => finding("state-not-writable", here, { ...at, problem }));

function refusing<T>(work: () => T, found: (problem: string) => Diagnostic): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DiagnosticError) throw cause;
    throw new DiagnosticError([found(systemCode(cause))], { cause });
  }
}

/** Whether all of the directories are there, and nobody else can write to them. */
const isThere = (directories: readonly string[]): boolean =>
  directories.every(directory => unlessMissing(() => modeOf(directory)) !== undefined);

/** The directory of all, which may be one that others read too: only what is made here is closed to them. */
function makeRoot(directory: string): void {
  const isNew = makeDirectory(directory);
  modeOf(directory);
  // The user's mask may have taken bits away.
  if (isNew) chmodSync(directory, 0o700);
}

/** A directory of ours alone: made, or closed to others who could read it. */
function makePrivate(directory: string): void {
  makeRoot(directory);
  const mode = modeOf(directory);
  if (process.getuid !== undefined && (mode & others) !== 0) chmodSync(directory, mode & 0o7777 & ~others);
}

/** Throws for a directory whose content somebody else may have made. */
function modeOf(directory: string): number {
  const { uid, mode } = statSync(directory);
  if (process.getuid === undefined) return mode;
  if (uid !== process.getuid()) throw open(directory, "owner");
  if ((mode & othersWrite) !== 0) throw open(directory, "writable");
  return mode;
}

const open = (directory: string, problem: "owner" | "writable"): DiagnosticError =>
  new DiagnosticError([finding("state-directory-open", here, { directory, problem })]);

function readRecord(file: string, owner: Owner): DeploymentRecord | undefined {
  const { stack } = owner;
  const decoded = unlessMissing(() => decodeFile(file, owner));
  if (decoded === undefined) return undefined;
  switch (decoded.kind) {
    case "record":
      return decoded.record;
    case "newer":
      throw new DiagnosticError([finding("record-newer", here, { stack, version: decoded.version })]);
    case "foreign":
      throw new DiagnosticError([finding("state-foreign", here, { stack, file, of: decoded.of })]);
    case "damaged": {
      const { problem, field } = decoded;
      throw new DiagnosticError([finding("state-damaged", here, { stack, file, problem, field })]);
    }
  }
}

type DecodedFile = Decoded | { readonly kind: "damaged"; readonly problem: "kind" | "size"; readonly field?: string };

function decodeFile(file: string, owner: Owner): DecodedFile {
  // What is no file could keep a reader waiting.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: "damaged", problem: "kind" };
    if (stats.size > mostBytes) return { kind: "damaged", problem: "size" };
    return decodeState(readFileSync(descriptor), owner);
  } finally {
    closeSync(descriptor);
  }
}

interface Replacing {
  readonly temporary: string;
  readonly text: string;
}

/** Whenever this is cut short, the file holds all of the old or all of the new, also after the machine lost its power. */
function replaceFile(file: string, { temporary, text }: Replacing): void {
  removeLeftovers(file);
  try {
    writeSynced(temporary, text);
    renameSync(temporary, file);
  } catch (cause) {
    unlessMissing(() => unlinkSync(temporary));
    throw cause;
  }
  syncDirectory(dirname(file));
}

function removeFile(file: string): void {
  removeLeftovers(file);
  unlessMissing(() => unlinkSync(file));
  syncDirectory(dirname(file));
}

/** What writes left that were killed: whoever holds the lock is the only one who writes. */
function removeLeftovers(file: string): void {
  const [directory, start] = [dirname(file), `${basename(file)}.`];
  const names = readdirSync(directory).filter(name => name.startsWith(start) && name.endsWith(".tmp"));
  for (const name of names) unlessMissing(() => unlinkSync(join(directory, name)));
}

function writeSynced(file: string, text: string): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Windows opens no directories. */
function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DiagnosticError || systemCode(cause) !== "ENOENT") throw cause;
    return undefined;
  }
}

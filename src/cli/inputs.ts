import { closeSync, fstatSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Diagnostic, finding, suggest } from "../diagnostics/index.ts";
import { decodeSource, limits, type Platform, type SourceFile, tooLarge } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import type { World } from "./world.ts";

export interface Inputs {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the files a call names, or the `alien.yaml` of the directory it runs in. */
export async function readInputs(call: Call, world: World): Promise<Inputs> {
  const names = [...(call.flags.get("file") ?? []), ...call.operands];
  if (names.length === 0) return readDefault(world);
  if (names.filter(name => name === "-").length > 1)
    return refuse(finding("repeated-flag", { argument: "-" }, { name: "-" }));
  const files: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names) {
    const read = await readInput(name, world);
    diagnostics.push(...read.diagnostics);
    files.push(...read.files);
  }
  return { files, diagnostics };
}

async function readDefault(world: World): Promise<Inputs> {
  const found = statOf(resolve(world.directory, "alien.yaml"));
  if (found === "ENOENT") return refuse(finding("no-file", { argument: "" }, {}));
  return readInput("alien.yaml", world);
}

async function readInput(name: string, world: World): Promise<Inputs> {
  if (name === "-") return readStdin(world);
  const path = resolve(world.directory, name);
  const stats = statOf(path);
  if (typeof stats === "string") return refuse(unreadable(name, path, stats));
  if (!stats.isDirectory()) return readPath(name, path);
  const inside = join(path, "alien.yaml");
  if (statOf(inside) === "ENOENT") return refuse(finding("no-alien-yaml", { file: name }, { directory: name }));
  return readPath(join(name, "alien.yaml"), inside);
}

async function readStdin(world: World): Promise<Inputs> {
  const bytes = await world.stdin(limits.inputBytes);
  return bytes === undefined ? refuse(tooLarge("-", limits.inputBytes + 1)) : decode("<stdin>", bytes);
}

function readPath(name: string, path: string): Inputs {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !isHandedOver(stats, path)) return refuse(notAFile(name));
    if (stats.size > limits.inputBytes) return refuse(tooLarge(name, stats.size));
    return decode(name, readBytes(path));
  } catch (cause) {
    return refuse(unreadable(name, path, codeOf(cause)));
  }
}

/** What a shell hands over as a file, such as `<(command)`. Other pipes may have no one who ever writes. */
const isHandedOver = (stats: Stats, path: string): boolean =>
  path === "/dev/null" || path === "/dev/stdin" || (stats.isFIFO() && /^\/(dev|proc\/[^/]+)\/fd\//.test(path));

const notAFile = (name: string): Diagnostic => finding("not-a-file", { file: name }, { file: name });

/** At most one byte more than the limit, however long the file claims to be. */
function readBytes(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    const size = Math.min(fstatSync(descriptor).size + 1, limits.inputBytes + 1);
    while (total <= limits.inputBytes) {
      const chunk = Buffer.allocUnsafe(Math.max(size - total, 65_536));
      const count = readSync(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

function decode(name: string, bytes: Uint8Array): Inputs {
  const { value, diagnostics } = decodeSource(name, bytes);
  return { files: value === undefined ? [] : [value], diagnostics };
}

function unreadable(name: string, path: string, problem: string): Diagnostic {
  if (problem !== "ENOENT") return finding("not-readable", { file: name }, { file: name, problem });
  return finding("file-not-found", { file: name }, { file: name, suggestion: neighbour(name, path) });
}

function neighbour(name: string, path: string): string | undefined {
  try {
    const found = suggest(basename(path), readdirSync(dirname(path)));
    return found === undefined ? undefined : join(dirname(name), found);
  } catch (cause) {
    codeOf(cause);
    return undefined;
  }
}

function statOf(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (cause) {
    return codeOf(cause);
  }
}

/** The system's code of an error; anything that is not a system error is a bug of ours and goes on. */
export function codeOf(cause: unknown): string {
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  throw cause;
}

const refuse = (diagnostic: Diagnostic): Inputs => ({ files: [], diagnostics: [diagnostic] });

/** The images given by `--image daemon=reference`. */
export function imagesOf(call: Call): { images: ReadonlyMap<string, string>; diagnostics: readonly Diagnostic[] } {
  const images = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const word of call.flags.get("image") ?? []) {
    const [, daemon = "", image = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (images.has(daemon))
      diagnostics.push(finding("repeated-flag", { argument: "--image" }, { name: `--image ${daemon}` }));
    else if (daemon !== "" && image !== "") images.set(daemon, image);
    else
      diagnostics.push(
        finding(
          "bad-flag-value",
          { argument: "--image" },
          { name: "--image", value: word, expected: ["DAEMON=IMAGE"] },
        ),
      );
  }
  return { images, diagnostics };
}

export const platformOf = (call: Call) => flagOf(call, "platform") as Platform | undefined;

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Diagnostic, finding, noPlaces, status } from "../diagnostics/index.ts";
import type { OutputFormat } from "../pipeline.ts";
import type { Call } from "./call.ts";
import { codeOf } from "./inputs.ts";
import type { Manifests } from "./manifests.ts";
import { report, say } from "./report.ts";
import { exit, type World } from "./world.ts";

interface Output {
  readonly call: Call;
  readonly world: World;
  /** The path given: a file if it ends in .yaml, .yml or .json, else a directory. */
  readonly output: string;
  readonly format: OutputFormat;
  readonly stack: string;
  /** The names of the files that were read. */
  readonly inputs: readonly string[];
  /** Whether values of secrets are in it: then nobody else may read the files. */
  readonly hasSecrets: boolean;
  readonly manifests: Manifests;
}

/** Which files of a directory earlier renders wrote, a line each: stack, tab, file. */
const inventoryName = ".alien-compile-files";

/** Writes manifests to a file or a directory. */
export async function writeOutput(output: Output): Promise<number> {
  try {
    return /\.(ya?ml|json)$/.test(output.output) ? await writeFile(output) : await writeDirectory(output);
  } catch (cause) {
    const problem = codeOf(cause);
    const file = output.output;
    return refuse(output, [finding("output-failed", { argument: "--output" }, { file, problem })]);
  }
}

async function refuse({ world, call }: Output, diagnostics: readonly Diagnostic[]): Promise<number> {
  await report(world, { diagnostics, places: noPlaces }, call);
  return exit.refused;
}

async function writeFile(target: Output): Promise<number> {
  const { world, call, output, format, manifests } = target;
  const path = resolve(world.directory, output);
  if (isInput(target, path)) return refuse(target, [finding("output-foreign", { file: output }, { file: output })]);
  const inJson = format === "json" || output.endsWith(".json");
  const text = manifests.text(inJson ? "json" : "yaml");
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, text, target.hasSecrets);
  say(world, call, status.wroteFile(output));
  say(world, call, status.next(manifests.deploy(output)));
  return exit.ok;
}

/** Whether the output would replace what it is made of. */
function isInput({ world, inputs }: Output, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const read = inputs.map(name => statSync(resolve(world.directory, name), { throwIfNoEntry: false }));
  return there !== undefined && read.some(stats => stats?.ino === there.ino && stats.dev === there.dev);
}

async function writeDirectory(target: Output): Promise<number> {
  const { world, call, stack, output, manifests } = target;
  const directory = resolve(world.directory, output);
  const files = manifests.files(target.format);
  const inventory = readInventory(directory);
  const foreign = files.filter(
    ({ name, text }) => inventory.get(name) !== stack && !isSame(join(directory, name), text),
  );
  if (foreign.length > 0) {
    const found = foreign.map(({ name }) => join(output, name));
    return refuse(
      target,
      found.map(file => finding("output-foreign", { file }, { file })),
    );
  }
  const names = new Set(files.map(({ name }) => name));
  const removed = [...inventory].filter(([name, owner]) => owner === stack && !names.has(name)).map(([name]) => name);
  const others = [...inventory].filter(([name, owner]) => owner !== stack && !names.has(name));
  const written = files.map(({ name }): [string, string] => [name, stack]);
  mkdirSync(directory, { recursive: true });
  writeInventory(directory, [...inventory, ...written]);
  for (const { name, text, isSecret } of files) replaceFile(join(directory, name), text, isSecret);
  for (const name of removed) rmSync(join(directory, name), { force: true });
  writeInventory(directory, [...others, ...written]);
  say(world, call, status.wroteFiles(files.length, output));
  if (removed.length > 0) say(world, call, status.removedFiles(removed));
  const [first] = files;
  const path = first === undefined || manifests.takesDirectory ? output : join(output, first.name);
  say(world, call, status.next(manifests.deploy(path)));
  return exit.ok;
}

/** Whether a file is not there, or already says what it should. */
function isSame(path: string, text: string): boolean {
  const there = readIfThere(path);
  return there === undefined || there === text;
}

/** File → stack, for every file that an earlier render wrote. Names with a path in them are nobody's. */
function readInventory(directory: string): ReadonlyMap<string, string> {
  const lines = (readIfThere(join(directory, inventoryName)) ?? "").split("\n").filter(line => !line.startsWith("#"));
  const entries = lines.map(line => line.split("\t"));
  return new Map(
    entries.flatMap(([stack, name]): [string, string][] =>
      stack && name && /^[a-z0-9.-]+$/.test(name) ? [[name, stack]] : [],
    ),
  );
}

function writeInventory(directory: string, entries: readonly (readonly [name: string, stack: string])[]): void {
  const lines = [...new Map(entries)].map(([name, stack]) => `${stack}\t${name}`).sort();
  replaceFile(join(directory, inventoryName), `# ${status.firstLine}\n${lines.join("\n")}\n`, false);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

/** Writes beside and renames, so that a reader never sees half a file. */
function replaceFile(path: string, text: string, isSecret: boolean): void {
  const beside = `${path}.alien-compile-${process.pid}`;
  writeFileSync(beside, text, { mode: isSecret ? 0o600 : 0o666 });
  renameSync(beside, path);
}

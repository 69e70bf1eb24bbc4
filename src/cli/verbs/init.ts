import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { firstStack } from "../../diagnostics/catalogue/help.ts";
import { type Diagnostic, finding, noPlaces, status } from "../../diagnostics/index.ts";
import type { Call } from "../call.ts";
import { codeOf } from "../inputs.ts";
import { refuseExtra, report, say } from "../report.ts";
import { shellWord } from "../shell-word.ts";
import type { Verb } from "../verb.ts";
import { exit, type World } from "../world.ts";
import { schemaText } from "./schema.ts";

/** Writes a first `alien.yaml` and its schema. Asks nothing, overwrites nothing. */
export const init: Verb = {
  flags: [],
  run: async (call, world) => {
    const [directory = ".", extra] = call.operands;
    if (extra !== undefined) return refuseExtra(world, call, { name: extra, verb: "init" });
    try {
      mkdirSync(resolve(world.directory, directory), { recursive: true });
      return await writeFirst(world, call, directory);
    } catch (cause) {
      return refuse(
        world,
        call,
        finding("output-failed", { argument: directory }, { file: directory, problem: problemOf(cause) }),
      );
    }
  },
};

/** Where a file stands in the way of a directory, the system says that it exists. */
const problemOf = (cause: unknown): string => (codeOf(cause) === "EEXIST" ? "ENOTDIR" : codeOf(cause));

async function writeFirst(world: World, call: Call, directory: string): Promise<number> {
  const file = join(directory, "alien.yaml");
  if (!writeNew(resolve(world.directory, file), firstStack))
    return refuse(world, call, finding("file-exists", { argument: file }, { file }));
  say(world, call, status.wroteFile(file));
  const beside = join(directory, "alien.schema.json");
  const isNew = writeNew(resolve(world.directory, beside), schemaText(false));
  say(world, call, isNew ? status.wroteFile(beside) : status.keptFile(beside));
  say(world, call, status.next(directory === "." ? "alien-compile" : `alien-compile ${shellWord(directory)}`));
  return exit.ok;
}

/** Whether the file is new; an existing one stays as it is. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
}

async function refuse(world: World, call: Call, diagnostic: Diagnostic): Promise<number> {
  await report(world, { diagnostics: [diagnostic], places: noPlaces }, call);
  return exit.usage;
}

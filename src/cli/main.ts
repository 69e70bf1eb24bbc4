import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, finding, noPlaces, suggest } from "../diagnostics/index.ts";
import { hasFlag, parseCall } from "./call.ts";
import { commonFlags } from "./flags.ts";
import { report } from "./report.ts";
import { verbs } from "./verbs/index.ts";
import { exit, type World } from "./world.ts";

/** Runs one command line and returns its exit code. */
export async function main(world: World): Promise<number> {
  const [first = "", ...rest] = world.arguments;
  if (first === "--version" || first === "-V") {
    world.out(`${world.version}\n`);
    return exit.ok;
  }
  if (first === "help") return help(world, rest[0]);
  const chosen = verbs.find(({ name }) => name === first);
  if (chosen === undefined && (first === "--help" || first === "-h")) return help(world, undefined);
  if (chosen === undefined && isMistypedVerb(world, first)) {
    const args = {
      name: first,
      suggestion: suggest(
        first,
        verbs.map(({ name }) => name),
      ),
    };
    return refuse(world, [finding("unknown-verb", { argument: first }, args)]);
  }
  const name = chosen?.name ?? "render";
  const verb = await (chosen ?? verbs.find(other => other.name === "render") ?? verbs[0])?.load();
  if (verb === undefined) return exit.bug;
  const { call, diagnostics } = parseCall(name, chosen === undefined ? world.arguments : rest, [
    ...verb.flags,
    ...commonFlags,
  ]);
  if (hasFlag(call, "help")) return help(world, name);
  return diagnostics.length > 0 ? refuse(world, diagnostics) : verb.run(call, world);
}

/** A first word that is neither a command, a flag nor a file, and does not look like a file. */
const isMistypedVerb = (world: World, word: string): boolean =>
  word !== "" && /^[a-z][a-z-]*$/i.test(word) && !existsSync(resolve(world.directory, word));

async function refuse(world: World, diagnostics: readonly Diagnostic[]): Promise<number> {
  await report(world, { diagnostics, places: noPlaces });
  return exit.usage;
}

async function help(world: World, verb: string | undefined): Promise<number> {
  const { helpText } = await import("./help.ts");
  world.out(await helpText(verb));
  return exit.ok;
}

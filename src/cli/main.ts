import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, finding, noPlaces, suggest } from "../diagnostics/index.ts";
import { type Call, firstOperand, hasFlag, parseCall } from "./call.ts";
import { commonFlags, flags } from "./flags.ts";
import { report } from "./report.ts";
import { bare, verbs } from "./verbs/index.ts";
import { exit, type World } from "./world.ts";

/** Runs one command line and returns its exit code. */
export async function main(world: World): Promise<number> {
  const words = world.arguments;
  const at = firstOperand(words, Object.values(flags));
  const first = at === undefined ? "" : (words[at] ?? "");
  const chosen = verbs.find(({ name }) => name === first);
  if (chosen === undefined && first === "help") return mainHelp(world, words.toSpliced(at ?? 0, 1));
  const isMistyped = chosen === undefined && isMistypedVerb(world, first);
  if (isMistyped && at === 0) return refuse(world, [unknownVerb(first)]);

  const entry = chosen ?? bare;
  const verb = await entry.load();
  const rest = chosen === undefined || at === undefined ? words : words.toSpliced(at, 1);
  const { call, diagnostics } = parseCall(entry.name, rest, [...verb.flags, ...commonFlags]);
  if (hasFlag(call, "version")) return version(world);
  if (hasFlag(call, "help")) return help(world, at === undefined ? undefined : entry.name, call);
  if (diagnostics.length > 0) return refuse(world, diagnostics, call);
  return isMistyped ? refuse(world, [unknownVerb(first)], call) : verb.run(call, world);
}

async function mainHelp(world: World, words: readonly string[]): Promise<number> {
  const { call, diagnostics } = parseCall("help", words, commonFlags);
  return diagnostics.length > 0 ? refuse(world, diagnostics, call) : help(world, call.operands[0], call);
}

function version(world: World): number {
  world.out(`${world.version}\n`);
  return exit.ok;
}

/** A first word that is neither a command, a flag nor a file, and does not look like a file. */
const isMistypedVerb = (world: World, word: string): boolean =>
  /^[a-z][a-z-]*$/i.test(word) && !existsSync(resolve(world.directory, word));

function unknownVerb(name: string): Diagnostic {
  const known = [...verbs.map(verb => verb.name), "help"];
  return finding("unknown-verb", { argument: name }, { name, suggestion: suggest(name, known) });
}

async function refuse(world: World, diagnostics: readonly Diagnostic[], call?: Call): Promise<number> {
  await report(world, { diagnostics, places: noPlaces }, call);
  return exit.usage;
}

async function help(world: World, verb: string | undefined, call: Call): Promise<number> {
  if (verb !== undefined && !verbs.some(({ name }) => name === verb)) return refuse(world, [unknownVerb(verb)], call);
  const { helpText } = await import("./help.ts");
  world.out(await helpText(verb));
  return exit.ok;
}

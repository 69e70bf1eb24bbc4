import { explainList, explainPage, findEntry, findingWords } from "../../diagnostics/explain.ts";
import { type Diagnostic, finding, noPlaces, suggest } from "../../diagnostics/index.ts";
import { report } from "../report.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Explains a finding by its code or name; without one, lists them all. */
export const explain: Verb = {
  flags: [],
  run: async (call, world) => {
    const [word, extra] = call.operands;
    if (word === undefined) {
      world.out(explainList());
      return exit.ok;
    }
    const entry = findEntry(word);
    const problem =
      extra === undefined
        ? undefined
        : finding("extra-argument", { argument: extra }, { name: extra, verb: "explain" });
    const diagnostic: Diagnostic | undefined = problem ?? (entry === undefined ? unknown(word) : undefined);
    if (diagnostic === undefined && entry !== undefined) {
      world.out(explainPage(entry));
      return exit.ok;
    }
    await report(world, { diagnostics: diagnostic === undefined ? [] : [diagnostic], places: noPlaces }, call);
    return exit.usage;
  },
};

const unknown = (name: string): Diagnostic =>
  finding(
    "unknown-code",
    { argument: name },
    { name, suggestion: suggest(name.toUpperCase(), findingWords()) ?? suggest(name, findingWords()) },
  );

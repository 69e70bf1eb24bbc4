import { explainList, explainPage, findEntry, findingWords } from "../../diagnostics/explain.ts";
import { type Diagnostic, finding, noPlaces, suggest } from "../../diagnostics/index.ts";
import { refuseExtra, report } from "../report.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Explains a finding by its code or name; without one, lists them all. */
export const explain: Verb = {
  flags: [],
  run: async (call, world) => {
    const [word, extra] = call.operands;
    if (extra !== undefined) return refuseExtra(world, call, { name: extra, verb: "explain" });
    const entry = word === undefined ? undefined : findEntry(word);
    if (word === undefined || entry !== undefined) {
      world.out(entry === undefined ? explainList() : explainPage(entry));
      return exit.ok;
    }
    await report(world, { diagnostics: [unknown(word)], places: noPlaces }, call);
    return exit.usage;
  },
};

const unknown = (name: string): Diagnostic =>
  finding(
    "unknown-code",
    { argument: name },
    // A near code is another finding, not what was meant.
    {
      name,
      suggestion: suggest(
        name.toLowerCase(),
        findingWords().filter(word => !word.startsWith("AL")),
      ),
    },
  );

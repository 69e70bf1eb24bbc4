import type { VerbName } from "../../diagnostics/catalogue/help.ts";
import type { Verb } from "../verb.ts";
import { render } from "./render.ts";

interface VerbEntry {
  readonly name: VerbName;
  load(): Promise<Verb>;
}

/** What runs without a command. */
export const bare: VerbEntry = { name: "render", load: async () => render };

/** The commands in the order of `--help`. What most calls need is loaded at once, the rest when it is called. */
export const verbs: readonly VerbEntry[] = [
  { name: "init", load: async () => (await import("./init.ts")).init },
  { name: "validate", load: async () => (await import("./validate.ts")).validate },
  bare,
  { name: "compile", load: async () => (await import("./compile.ts")).compile },
  { name: "schema", load: async () => (await import("./schema.ts")).schema },
  { name: "explain", load: async () => (await import("./explain.ts")).explain },
];

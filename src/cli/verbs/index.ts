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
  { name: "plan", load: async () => (await import("./plan.ts")).plan },
  { name: "apply", load: async () => (await import("./apply.ts")).apply },
  { name: "status", load: async () => (await import("./status.ts")).status },
  { name: "outputs", load: async () => (await import("./outputs.ts")).outputs },
  { name: "logs", load: async () => (await import("./logs.ts")).logs },
  { name: "watch", load: async () => (await import("./watch.ts")).watch },
  { name: "restart", load: async () => (await import("./restart.ts")).restart },
  { name: "delete", load: async () => (await import("./delete.ts")).deleteStack },
  { name: "vault", load: async () => (await import("./vault.ts")).vault },
  { name: "compile", load: async () => (await import("./compile.ts")).compile },
  { name: "schema", load: async () => (await import("./schema.ts")).schema },
  { name: "explain", load: async () => (await import("./explain.ts")).explain },
];

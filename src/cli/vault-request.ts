import { type Diagnostic, finding, type Staged, suggest } from "../diagnostics/index.ts";
import { type Call, flagOf } from "./call.ts";
import type { World } from "./world.ts";

const actions = ["set", "get", "list", "rm"] as const;

/** What is asked of which vault. `set`, `get` and `rm` have both names; `list` may have a vault. */
export interface VaultRequest {
  readonly action: (typeof actions)[number];
  readonly vault: string | undefined;
  readonly key: string | undefined;
}

/** As the schema takes them in `keys`. */
const vaultKey = /^[A-Za-z0-9._-]{1,253}$/;

/** Reads the words behind `vault`, and refuses what cannot be done by what the call itself says. */
export function vaultRequest(call: Call, world: World): Staged<VaultRequest | undefined> {
  const [word, vault, key, ...others] = call.operands;
  const action = actions.find(name => name === word);
  if (action === undefined) return refused(unknownAction(word));
  const extra = action === "list" ? key : others[0];
  if (extra !== undefined) {
    return refused(finding("extra-argument", { argument: extra }, { name: extra, verb: "vault" }));
  }
  const missing = missingWords(action, call);
  if (missing.length > 0) return refused(finding("vault-usage", { argument: action }, { action, missing }));
  if (key !== undefined && !vaultKey.test(key)) return refused(finding("bad-vault-key", { argument: key }, { key }));
  const problem = action === "set" ? valueProblem(call, world) : undefined;
  if (problem !== undefined) {
    const words = { vault: vault ?? "", key: key ?? "" };
    return refused(finding("bad-vault-value", { argument: "-" }, { problem, ...words }));
  }
  return { value: { action, vault, key }, diagnostics: [] };
}

const refused = (diagnostic: Diagnostic): Staged<undefined> => ({ value: undefined, diagnostics: [diagnostic] });

function unknownAction(word: string | undefined): Diagnostic {
  if (word === undefined) return finding("vault-usage", { argument: "vault" }, {});
  return finding("vault-usage", { argument: word }, { word, suggestion: suggest(word, actions) });
}

/** A file says which vaults there are to list; a name alone does not. */
function missingWords(action: VaultRequest["action"], call: Call): readonly ("vault" | "key")[] {
  const [, vault, key] = call.operands;
  const needsVault = action !== "list" || flagOf(call, "stack") !== undefined;
  return [
    ...(needsVault && vault === undefined ? ["vault" as const] : []),
    ...(action !== "list" && key === undefined ? ["key" as const] : []),
  ];
}

/** Why standard input cannot be the value. */
function valueProblem(call: Call, world: World): "terminal" | "document" | undefined {
  if (call.flags.get("file")?.includes("-")) return "document";
  return world.stdinIsTerminal ? "terminal" : undefined;
}

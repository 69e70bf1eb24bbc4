import { finding, printable, printableJson, status, suggest } from "../diagnostics/index.ts";
import type { Vaults } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { nextCommand } from "./next-command.ts";
import { say } from "./report.ts";
import type { Session } from "./session.ts";
import { table } from "./table.ts";
import type { VaultCall } from "./vault-call.ts";
import { exit } from "./world.ts";

/** One action under way. */
export interface VaultContext {
  readonly session: Session;
  readonly vaults: Vaults;
  /** As it was typed. */
  readonly call: Call;
  readonly asked: VaultCall;
  readonly ref: { readonly stack: string; readonly vault: string };
  readonly key: string;
}

export async function setValue(
  { session: { world }, vaults, call, asked, ref, key }: VaultContext,
  value: string,
): Promise<number> {
  await vaults.set(ref, key, value);
  say(world, call, status.vaultSet(ref.vault, key));
  const declared = asked.vaults[0]?.keys ?? [];
  const held = declared.length === 0 ? [] : await vaults.list(ref);
  const missing = declared.find(name => !held.includes(name));
  const typed = { ...call, operands: [] };
  if (missing !== undefined) {
    say(world, call, status.next(nextCommand(`vault set ${ref.vault} ${missing}`, typed)));
    return exit.ok;
  }
  // Without a file there is nothing to apply.
  const verb = flagOf(call, "stack") === undefined ? "apply" : "restart";
  const platform = flagOf(call, "platform") === undefined ? ["--platform", "local"] : [];
  say(world, call, status.next(nextCommand(verb, typed, platform)));
  return exit.ok;
}

/** Prints the value as it is; on a terminal, the prompt starts on a line of its own. */
export async function printValue(context: VaultContext): Promise<number> {
  const { session, vaults, ref, key } = context;
  const value = await vaults.get(ref, key);
  if (value === undefined) return tellMissing(context);
  const isPrompted = session.world.outIsTerminal && !value.endsWith("\n");
  session.plain(isPrompted ? `${value}\n` : value);
  return exit.ok;
}

export async function removeKey(context: VaultContext): Promise<number> {
  const { session, vaults, call, ref, key } = context;
  if (!(await vaults.remove(ref, key))) return tellMissing(context);
  say(session.world, call, status.vaultRemoved(ref.vault, key));
  return exit.ok;
}

async function tellMissing({ session, vaults, ref, key }: VaultContext): Promise<number> {
  const known = await vaults.list(ref);
  const args = { vault: ref.vault, key, known, suggestion: suggest(key, known) };
  await session.report([finding("vault-key-missing", { argument: key }, args)]);
  return exit.refused;
}

export async function listKeys({ session, vaults, call, asked }: VaultContext, isAll: boolean): Promise<number> {
  const { world } = session;
  const found: { readonly vault: string; readonly keys: readonly string[]; readonly missing: readonly string[] }[] = [];
  for (const { id, keys: declared = [] } of asked.vaults) {
    const keys = await vaults.list({ stack: asked.stack, vault: id });
    found.push({ vault: id, keys, missing: declared.filter(key => !keys.includes(key)) });
  }
  if (flagOf(call, "format") === "json") {
    world.out(printableJson({ formatVersion: "1", stack: asked.stack, vaults: found }));
    return exit.ok;
  }
  if (isAll) world.out(table(found.flatMap(({ vault: id, keys }) => keys.map(key => [id, key]))));
  else world.out(found.flatMap(({ keys }) => keys.map(key => `${printable(key)}\n`)).join(""));
  for (const { vault: id, keys, missing: unset } of found) {
    if (unset.length > 0) say(world, call, status.vaultMissing(id, unset));
    else if (keys.length === 0) say(world, call, status.vaultEmpty(id));
  }
  return exit.ok;
}

import { noPlaces, status } from "../../diagnostics/index.ts";
import { type Call, hasFlag } from "../call.ts";
import { flags, targetFlags } from "../flags.ts";
import { report, say } from "../report.ts";
import { withTarget } from "../session.ts";
import { listKeys, printValue, removeKey, setValue } from "../vault-actions.ts";
import { type VaultCall, vaultCall } from "../vault-call.ts";
import { type VaultRequest, vaultRequest } from "../vault-request.ts";
import { vaultValue } from "../vault-value.ts";
import type { Verb } from "../verb.ts";
import { exit, type World } from "../world.ts";

/** Puts values into the vaults that Local brings itself, and shows what is in them. */
export const vault: Verb = {
  flags: [
    flags.file,
    flags.stack,
    ...targetFlags,
    flags.keepNewline,
    flags.lockTimeout,
    flags.textFormat,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const { value: request, diagnostics } = vaultRequest(call, world);
    if (request === undefined) {
      await report(world, { diagnostics, places: noPlaces }, call);
      return exit.usage;
    }
    const result = await vaultCall(request, call, world);
    if (result.value === undefined) {
      await report(world, result, call);
      return result.exitCode;
    }
    tellUseless(request, call, world);
    return work({ request, call, world, result, asked: result.value });
  },
};

interface Asked {
  readonly request: VaultRequest;
  /** As it was typed. */
  readonly call: Call;
  readonly world: World;
  readonly result: Awaited<ReturnType<typeof vaultCall>>;
  readonly asked: VaultCall;
}

async function work({ request, call, world, result, asked }: Asked): Promise<number> {
  const { vault: id = "", key = "" } = request;
  const read = request.action === "set" ? await vaultValue(call, world, { vault: id, key }) : undefined;
  if (read !== undefined && read.value === undefined) {
    await report(world, { diagnostics: read.diagnostics, places: noPlaces }, call);
    return exit.refused;
  }
  const options = {
    verb: `vault ${request.action}`,
    places: result.places,
    platform: "local" as const,
    documented: undefined,
    diagnostics: result.diagnostics,
    secretValues: read?.value === undefined ? [] : [read.value],
    writes: request.action === "set" || request.action === "rm",
  };
  return withTarget(call, world, options, async session => {
    const { vaults, platform } = session.target;
    if (vaults === undefined) throw new Error(`${platform} has no vaults`);
    const context = { session, vaults, call, asked, ref: { stack: asked.stack, vault: id }, key };
    switch (request.action) {
      case "set":
        return setValue(context, read?.value ?? "");
      case "get":
        return printValue(context);
      case "list":
        return listKeys(context, request.vault === undefined);
      case "rm":
        return removeKey(context);
    }
  });
}

/** Flags that only one of the actions obeys. */
function tellUseless({ action }: VaultRequest, call: Call, world: World): void {
  if (action !== "set" && hasFlag(call, "keep-newline")) {
    say(world, call, status.noEffect("--keep-newline", "vault set"));
  }
  if (action !== "list" && hasFlag(call, "format")) say(world, call, status.noEffect("--format", "vault list"));
}

import type { Platform, StackIr } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { checkCall } from "./checked.ts";
import { platformOf } from "./inputs.ts";
import { withoutOperands } from "./named-daemons.ts";
import { chosenPlatform, errorsOf, type StackCallResult, stackCall } from "./stack-call.ts";
import { type Found, undeclared, vaultProblem, vaultsOf } from "./vault-problem.ts";
import type { VaultRequest } from "./vault-request.ts";
import { exit, type World } from "./world.ts";

/** The vaults that a call is about, on Local. */
export interface VaultCall {
  readonly stack: string;
  readonly vaults: readonly AskedVault[];
}

export interface AskedVault {
  readonly id: string;
  /** Undefined where the document declares none, or is not read. */
  readonly keys: readonly string[] | undefined;
}

export interface VaultCallResult extends Omit<StackCallResult, "value"> {
  readonly value: VaultCall | undefined;
}

/** The stack of a call, and the vaults that are meant. */
export async function vaultCall(request: VaultRequest, given: Call, world: World): Promise<VaultCallResult> {
  const call = withoutOperands(given);
  const { value, ...result } =
    flagOf(call, "stack") === undefined ? await fromFiles(call, world) : await named(call, world);
  if (value === undefined) return { value, ...result };
  const problem = vaultProblem(request, call, value);
  if (problem !== undefined) {
    const exitCode = problem.name === "vault-elsewhere" ? exit.refused : exit.usage;
    return { value: undefined, diagnostics: [problem], places: result.places, exitCode };
  }
  const warnings = request.action === "set" ? undeclared(request, value.ir) : [];
  return {
    ...result,
    value: { stack: value.stack, vaults: askedVaults(request, value.ir) },
    diagnostics: [...errorsOf(result.diagnostics), ...warnings],
  };
}

interface FoundResult extends Omit<StackCallResult, "value"> {
  readonly value: Found | undefined;
}

/** Nothing is guessed where a stack supports several platforms: only Local has vaults to fill. */
async function fromFiles(call: Call, world: World): Promise<FoundResult> {
  const platformsOf = (ir: StackIr): readonly Platform[] => ir.supportedPlatforms.map(({ platform }) => platform);
  const choose = (ir: StackIr): Platform | undefined => {
    const platforms = platformsOf(ir);
    return platformOf(call) ?? (platforms.includes("local") ? "local" : platforms[0]);
  };
  const { checked, ...result } = await checkCall(call, world, { choose });
  if (checked === undefined) return { value: undefined, ...result };
  const { stack: ir } = checked;
  const platform = chosenPlatform("vault", choose(ir), { call, platforms: platformsOf(ir) });
  if (typeof platform === "string") return { value: { stack: ir.stack, ir, platform }, ...result };
  return { value: undefined, diagnostics: platform, places: result.places, exitCode: exit.usage };
}

const named = (call: Call, world: World): Promise<FoundResult> =>
  stackCall("vault", { ...call, flags: new Map([["platform", ["local"]], ...call.flags]) }, world);

/** All that are kept here, where none is named. */
function askedVaults({ vault }: VaultRequest, ir: StackIr | undefined): readonly AskedVault[] {
  if (ir === undefined) return vault === undefined ? [] : [{ id: vault, keys: undefined }];
  return vaultsOf(ir)
    .filter(({ id, bindings }) => (vault === undefined ? bindings.local?.embedded === true : id === vault))
    .map(({ id, keys }) => ({ id, keys }));
}

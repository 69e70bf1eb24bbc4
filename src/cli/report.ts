import { type Diagnostic, finding, noPlaces, type Places, printable } from "../diagnostics/index.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { exit, type World } from "./world.ts";

export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
}

/** Writes findings to standard error in the form that `--diagnostics` names. The reporters load only when there is something to say. */
export async function report(world: World, findings: Findings, call?: Call): Promise<void> {
  if (findings.diagnostics.length === 0) return;
  const format = call && flagOf(call, "diagnostics");
  world.error(await reportText(world, findings, { format: format ?? "text", call, isTerminal: world.errorIsTerminal }));
}

/** Findings as text in one of the forms of a report. */
export async function reportText(
  world: World,
  { diagnostics, places }: Findings,
  { format, call, isTerminal }: { format: string; call: Call | undefined; isTerminal: boolean },
): Promise<string> {
  const { locate, reporters } = await import("../diagnostics/reporters/index.ts");
  const reporter = reporters[format as keyof typeof reporters];
  return reporter(locate(diagnostics, places), { color: wantsColor(world, call, isTerminal), version: world.version });
}

export function wantsColor({ environment }: World, call: Call | undefined, isTerminal: boolean): boolean {
  const asked = call && flagOf(call, "color");
  if (asked === "always" || asked === "never") return asked === "always";
  return isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
}

/** Says something that is neither data nor a finding. */
export function say(world: World, call: Call, text: string): void {
  if (isTalkative(call)) world.error(`${printable(text)}\n`);
}

/** Whether standard error is for people: not with `--quiet`, nor where it holds one document of findings. */
export function isTalkative(call: Call): boolean {
  const format = flagOf(call, "diagnostics");
  return !hasFlag(call, "quiet") && format !== "json" && format !== "sarif";
}

/** Refuses an operand that the command has no use for. */
export async function refuseExtra(
  world: World,
  call: Call,
  extra: { readonly name: string; readonly verb: string },
): Promise<number> {
  await report(
    world,
    { diagnostics: [finding("extra-argument", { argument: extra.name }, extra)], places: noPlaces },
    call,
  );
  return exit.usage;
}

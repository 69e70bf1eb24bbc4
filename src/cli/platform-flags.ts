import { type Diagnostic, finding } from "../diagnostics/index.ts";
import type { TargetPlatform } from "../pipeline.ts";
import { type Call, hasFlag } from "./call.ts";
import type { FlagName } from "./flags.ts";

/** Flags that mean something on one platform only. */
const belonging: Readonly<Record<TargetPlatform, readonly FlagName[]>> = {
  kubernetes: ["namespace", "kubeconfig", "create-namespace", "force-conflicts", "lease"],
  local: ["pull", "purge", "stop-on-exit"],
};

/** What a call asks for that has no meaning on its platform: nothing is ignored silently. */
export function misplacedFlags(call: Call, platform: TargetPlatform): readonly Diagnostic[] {
  const other = platform === "local" ? "kubernetes" : "local";
  return belonging[other]
    .filter(name => hasFlag(call, name))
    .map(name => finding("flag-of-other-platform", { argument: `--${name}` }, { name: `--${name}`, platform, other }));
}

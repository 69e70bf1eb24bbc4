import { createCollector, type Diagnostic, type Poison } from "../diagnostics/index.ts";
import { isTarget, type Platform, type StackIr } from "../ir/index.ts";
import { rules } from "./rules/index.ts";

export interface PreflightOptions {
  /** Without one, every supported platform is checked. */
  readonly platform?: Platform;
  readonly namespace?: string;
}

/** May this stack be deployed there? Reads nothing but the IR. */
export function preflight(stack: StackIr, options: PreflightOptions, poison: Poison): readonly Diagnostic[] {
  const collector = createCollector(poison);
  const asked =
    options.platform === undefined ? stack.supportedPlatforms.map(({ platform }) => platform) : [options.platform];
  const context = {
    stack,
    chosen: options.platform,
    platforms: asked.filter(isTarget),
    namespace: options.namespace ?? stack.kubernetes.namespace ?? "default",
    sound: collector.sound,
    intact: collector.intact,
  };
  for (const rule of rules) rule(context).forEach(collector.add);
  return collector.diagnostics;
}

import { finding, key } from "../../diagnostics/index.ts";
import { isTarget } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

/** The chosen platform is one of `supportedPlatforms`. */
export const platformIsSupported: Rule = ({ stack, chosen, sound }) => {
  const supported = stack.supportedPlatforms.map(({ platform }) => platform);
  const path = "/supportedPlatforms";
  if (chosen === undefined || !isTarget(chosen) || supported.includes(chosen) || !sound(path)) return [];
  return [finding("platform-not-supported", key(path), { platform: chosen, supported })];
};

import type { Rule } from "../rule.ts";
import { bindingIsReachable } from "./binding-is-reachable.ts";
import { cloudRunsNoDaemon } from "./cloud-runs-no-daemon.ts";
import { commandsAreComplete } from "./commands-are-complete.ts";
import { daemonIsImage } from "./daemon-is-image.ts";
import { grantCanBeGiven } from "./grant-can-be-given.ts";
import { linkHasBinding } from "./link-has-binding.ts";
import { platformIsSupported } from "./platform-is-supported.ts";
import { secretHasSource } from "./secret-has-source.ts";
import { urlLeavesContainer } from "./url-leaves-container.ts";
import { vaultIsGranted } from "./vault-is-granted.ts";

/** What must hold, in the order it is checked. */
export const rules: readonly Rule[] = [
  cloudRunsNoDaemon,
  platformIsSupported,
  daemonIsImage,
  linkHasBinding,
  bindingIsReachable,
  secretHasSource,
  commandsAreComplete,
  grantCanBeGiven,
  vaultIsGranted,
  urlLeavesContainer,
];

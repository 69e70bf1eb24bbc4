import { createCollector, type Poison, type Staged } from "../diagnostics/index.ts";
import { irVersion, type StackIr, targetPlatforms } from "../ir/index.ts";
import type { Document } from "../schema/index.ts";
import { compileCommands } from "./commands.ts";
import { compileDaemons } from "./daemons.ts";
import { compileProfiles } from "./profiles.ts";
import { compileResources } from "./resources.ts";
import { declared, type Scope } from "./scope.ts";
import { compileSecrets } from "./secrets.ts";
import { compileKubernetes, compileLocal } from "./settings.ts";
import { findUnused } from "./unused.ts";

/** Document → IR. What earlier stages poisoned is left out; the IR is whole when there is no error. */
export function compile(document: Document, poison: Poison): Staged<StackIr> {
  const collector = createCollector(poison);
  const scope: Scope = {
    document,
    collector,
    resources: declared(collector, document.resources, "/resources"),
    secrets: declared(collector, document.secrets, "/secrets"),
    profiles: new Set(declared(collector, document.permissions?.profiles, "/permissions/profiles").keys()),
    used: new Set(),
  };
  const resources = compileResources(scope);
  const commands = compileCommands(scope);
  const value: StackIr = {
    irVersion,
    stack: collector.sound("/stack") ? document.stack : "",
    supportedPlatforms: supportedPlatforms(scope),
    profiles: compileProfiles(scope),
    secrets: compileSecrets(scope),
    resources,
    daemons: compileDaemons(scope, resources, commands),
    ...(commands === undefined ? {} : { commands }),
    kubernetes: compileKubernetes(scope),
    local: compileLocal(scope),
  };
  findUnused(scope, value);
  return { value, diagnostics: collector.diagnostics };
}

function supportedPlatforms({ document, collector }: Scope): StackIr["supportedPlatforms"] {
  const path = "/supportedPlatforms";
  if (document.supportedPlatforms === undefined || !collector.sound(path)) {
    return targetPlatforms.map(platform => ({ platform, path: "" }));
  }
  const given = document.supportedPlatforms.map((platform, index) => ({ platform, path: `${path}/${index}` }));
  return given.filter(({ path: at }) => collector.sound(at));
}

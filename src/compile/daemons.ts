import { finding, join, suggest, value } from "../diagnostics/index.ts";
import { type CommandsIr, type DaemonCode, type DaemonIr, type ResourceIr, targetPlatforms } from "../ir/index.ts";
import type { DaemonResource } from "../schema/index.ts";
import { compileEnvironment, userVariables } from "./environment.ts";
import { parseImage } from "./image.ts";
import { compileLinks } from "./links.ts";
import { entriesOf, type Scope } from "./scope.ts";

export function compileDaemons(
  scope: Scope,
  resources: readonly ResourceIr[],
  commands: CommandsIr | undefined,
): readonly DaemonIr[] {
  const linkable = new Map(resources.map(resource => [resource.id, resource]));
  const entries = entriesOf(scope.collector, scope.document.resources, "/resources");
  return entries.flatMap(({ name, value: resource, path }) =>
    resource.type === "daemon" ? [compileDaemon(scope, name, resource, path, linkable, commands)] : [],
  );
}

function compileDaemon(
  scope: Scope,
  id: string,
  daemon: DaemonResource,
  path: string,
  linkable: ReadonlyMap<string, ResourceIr>,
  commands: CommandsIr | undefined,
): DaemonIr {
  const links = compileLinks(scope, id, daemon, path);
  const profile = compileProfile(scope, id, daemon, path);
  const commandsEnabled = scope.collector.sound(join(path, "commandsEnabled")) && daemon.commandsEnabled === true;
  const context = {
    id,
    path,
    user: userVariables(scope, daemon, path),
    links,
    linkable,
    ...(commandsEnabled && commands ? { commands } : {}),
  };
  const [local, kubernetes] = targetPlatforms.map(platform => compileEnvironment(platform, context));
  return {
    kind: "daemon",
    id,
    path,
    code: compileCode(scope, daemon, path),
    links,
    ...(profile === undefined ? {} : { profile }),
    commandsEnabled,
    environment: { local: local ?? [], kubernetes: kubernetes ?? [] },
  };
}

function compileProfile(
  { collector, profiles, used }: Scope,
  id: string,
  { permissions }: DaemonResource,
  path: string,
): string | undefined {
  const at = join(path, "permissions");
  if (permissions === undefined || !collector.sound(at)) return undefined;
  if (!profiles.has(permissions)) {
    const suggestion = suggest(permissions, profiles);
    used.add(join("/permissions/profiles", suggestion ?? permissions));
    collector.add(finding("unknown-profile", value(at), { daemon: id, id: permissions, suggestion }));
    return undefined;
  }
  used.add(join("/permissions/profiles", permissions));
  return permissions;
}

function compileCode({ collector }: Scope, { code }: DaemonResource, daemonPath: string): DaemonCode {
  const path = join(daemonPath, "code");
  if (!collector.sound(path)) return { type: "image", path, image: "" };
  if (code.type === "image") {
    const image = collector.sound(join(path, "image")) ? code.image : "";
    if (image !== "") checkImage(collector, image, join(path, "image"));
    return { type: "image", path, image };
  }
  const { src, toolchain } = code;
  return { type: "source", path, src, toolchain: sorted(toolchain) };
}

/** A toolchain whose fields stand in a fixed order. */
const sorted = <T extends object>(toolchain: T): T =>
  Object.fromEntries(Object.entries(toolchain ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) as T;

function checkImage({ add }: Scope["collector"], image: string, path: string): void {
  const reference = parseImage(image);
  if (typeof reference === "string") {
    add(finding("bad-image", value(path), { image, part: reference }));
    return;
  }
  const { tag, digest } = reference;
  if (digest === "" && (tag === "" || tag === "latest")) add(finding("image-not-pinned", value(path), { image, tag }));
}

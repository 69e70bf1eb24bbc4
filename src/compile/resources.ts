import { type Diagnostic, finding, join, value } from "../diagnostics/index.ts";
import {
  type BindingIr,
  isLinkable,
  type LinkableKind,
  type ResourceIr,
  type TargetPlatform,
  targetPlatforms,
  vaultKeyName,
} from "../ir/index.ts";
import type { DaemonResource, Resource } from "../schema/index.ts";
import { compileBinding, embeddedBinding } from "./bindings.ts";
import { entriesOf, type Scope } from "./scope.ts";

type Linkable = Exclude<Resource, DaemonResource>;

export function compileResources(scope: Scope): readonly ResourceIr[] {
  const { document, collector } = scope;
  return entriesOf(collector, document.resources, "/resources").flatMap(({ name, value: resource, path }) => {
    const kind = resource.type;
    if (!isLinkable(kind)) return [];
    const keys = vaultKeys(scope, resource as Linkable, path);
    const bindings = bindingsOf(scope, kind, name, resource as Linkable);
    return [{ kind, id: name, path, ...(keys === undefined ? {} : { keys }), bindings }];
  });
}

function vaultKeys({ collector }: Scope, resource: Linkable, path: string): readonly string[] | undefined {
  const at = join(path, "keys");
  if (resource.type !== "vault" || resource.keys === undefined || !collector.sound(at)) return undefined;
  const stored = new Map<string, string>();
  const keys = [...resource.keys.entries()].filter(([index]) => collector.sound(join(at, index)));
  const findings = keys.flatMap(([index, key]): Diagnostic[] => {
    const name = vaultKeyName(key);
    const other = stored.get(name);
    if (other === undefined) stored.set(name, key);
    if (other === undefined || other === key) return [];
    return [finding("vault-key-collision", value(join(at, index)), { key, other, name })];
  });
  findings.forEach(collector.add);
  return keys.map(([, key]) => key).sort();
}

function bindingsOf(scope: Scope, kind: LinkableKind, id: string, resource: Linkable): ResourceIr["bindings"] {
  const shared = sharedBinding(scope, kind, id, resource);
  const entries = targetPlatforms.map((platform): [TargetPlatform, BindingIr | undefined] => [
    platform,
    shared ?? ownBinding(scope, platform, kind, id, resource) ?? fallback(scope, platform, kind, id),
  ]);
  return Object.fromEntries(entries.filter(([, binding]) => binding !== undefined));
}

function sharedBinding(scope: Scope, kind: LinkableKind, id: string, { binding }: Linkable): BindingIr | undefined {
  const path = join(join("/resources", id), "binding");
  return binding === undefined || !scope.collector.sound(path) ? undefined : compileBinding(scope, kind, binding, path);
}

function ownBinding(
  scope: Scope,
  platform: TargetPlatform,
  kind: LinkableKind,
  id: string,
  { bindings }: Linkable,
): BindingIr | undefined {
  const path = join(join(join("/resources", id), "bindings"), platform);
  const binding = scope.collector.sound(path) ? bindings?.[platform] : undefined;
  return binding === undefined ? undefined : compileBinding(scope, kind, binding, path);
}

function fallback(
  { document, collector }: Scope,
  platform: TargetPlatform,
  kind: LinkableKind,
  id: string,
): BindingIr | undefined {
  const stack = collector.sound("/stack") ? document.stack : "";
  const binding = embeddedBinding(platform, kind, id, stack);
  return binding && { ...binding, path: join("/resources", id) };
}

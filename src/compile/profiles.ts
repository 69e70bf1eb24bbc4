import { finding, join, key, suggest, value } from "../diagnostics/index.ts";
import { type GrantIr, isLinkable, linkableKinds, type ProfileIr, permissionSets } from "../ir/index.ts";
import { entriesOf, type Scope } from "./scope.ts";

export function compileProfiles(scope: Scope): readonly ProfileIr[] {
  const { document, collector } = scope;
  return entriesOf(collector, document.permissions?.profiles, "/permissions/profiles").map(
    ({ name, value: scopes, path }) => ({
      name,
      path,
      grants: entriesOf(collector, scopes, path).flatMap(entry =>
        grantsOf(scope, entry.name, entry.value ?? [], entry.path),
      ),
    }),
  );
}

function grantsOf({ collector, resources }: Scope, target: string, sets: readonly string[], path: string): GrantIr[] {
  const kind = resources.get(target)?.type;
  if (target !== "*" && !resources.has(target)) {
    collector.add(finding("unknown-scope", key(path), { id: target, suggestion: suggest(target, resources.keys()) }));
  }
  const grants = sets.map((set, index) => ({ scope: target, set, path: join(path, index) }));
  return grants.filter(grant => {
    if (!collector.sound(grant.path)) return false;
    if (!permissionSets.has(grant.set)) {
      collector.add(finding("unknown-permission-set", value(grant.path), unknownSet(grant.set, kind)));
      return false;
    }
    if (
      kind === undefined ||
      !collector.sound(join(join("/resources", target), "type")) ||
      grant.set.startsWith(`${kind}/`)
    )
      return true;
    collector.add(finding("permission-set-elsewhere", value(grant.path), { id: grant.set, scope: target, kind }));
    return false;
  });
}

function unknownSet(id: string, kind: string | undefined) {
  const known =
    kind !== undefined && isLinkable(kind) ? linkableKinds[kind].permissionSets.map(set => `${kind}/${set}`) : [];
  return { id, suggestion: suggest(id, permissionSets), known };
}

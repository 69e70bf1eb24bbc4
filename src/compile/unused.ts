import { type Diagnostic, finding, key } from "../diagnostics/index.ts";
import type { StackIr } from "../ir/index.ts";
import type { Scope } from "./scope.ts";

/** Warns of what nothing uses. Where daemons are unsound, what they use is not known, and nothing is said. */
export function findUnused({ collector, used, resources, document }: Scope, stack: StackIr): void {
  const found: Diagnostic[] = [];
  const declaresDaemon = [...resources].some(
    ([id, resource]) => !collector.sound(`/resources/${id}`) || resource.type === "daemon",
  );
  if (!declaresDaemon && collector.sound("/resources")) found.push(finding("no-daemon", key("/resources"), {}));
  const daemonPaths = stack.daemons.map(({ path }) => path);
  const known =
    declaresDaemon && daemonPaths.length > 0 && usesAreKnown(collector.sound, resources.keys(), daemonPaths);
  const unused = known ? ({ path }: { path: string }) => !used.has(path) : () => false;
  for (const { name, path } of stack.profiles.filter(unused))
    found.push(finding("unused-profile", key(path), { id: name }));
  for (const { name, path } of stack.secrets.filter(unused))
    found.push(finding("unused-secret", key(path), { id: name }));
  for (const { id, kind, path } of stack.resources.filter(unused))
    found.push(finding("unused-resource", key(path), { id, kind }));
  const wantsCommands = stack.daemons.some(({ commandsEnabled }) => commandsEnabled);
  if (known && document.commands !== undefined && !wantsCommands)
    found.push(finding("unused-commands", key("/commands"), {}));
  found.forEach(collector.add);
}

function usesAreKnown(sound: (path: string) => boolean, ids: Iterable<string>, daemons: readonly string[]): boolean {
  const fields = ["links", "permissions", "environment", "commandsEnabled"];
  return (
    [...ids].every(id => sound(`/resources/${id}`)) &&
    daemons.every(path => fields.every(field => sound(`${path}/${field}`)))
  );
}

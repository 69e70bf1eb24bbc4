import { type Diagnostic, finding, join, key } from "../diagnostics/index.ts";
import type { StackIr } from "../ir/index.ts";
import type { Scope } from "./scope.ts";

/** Warns of what nothing uses. Where daemons are unsound, what they use is not known, and nothing is said. */
export function findUnused({ collector, used, resources, document }: Scope, stack: StackIr): void {
  const { sound } = collector;
  const found: Diagnostic[] = [];
  const declaresDaemon = [...resources].some(([id, resource]) => !sound(typePath(id)) || resource.type === "daemon");
  if (!declaresDaemon && sound("/resources")) found.push(finding("no-daemon", key("/resources"), {}));
  const paths = stack.daemons.map(({ path }) => path);
  const kindsAreKnown = declaresDaemon && paths.length > 0 && [...resources.keys()].every(id => sound(typePath(id)));
  /** Whether what daemons say in a field is known of every daemon; where not, anything may be used. */
  const known = (field: string): boolean => kindsAreKnown && paths.every(path => sound(join(path, field)));
  const unused = <T extends { readonly path: string }>(field: string, nodes: readonly T[]): readonly T[] =>
    known(field) ? nodes.filter(({ path }) => !used.has(path)) : [];
  for (const { name, path } of unused("permissions", stack.profiles))
    found.push(finding("unused-profile", key(path), { id: name }));
  const secrets = unused("environment", stack.secrets);
  const { resources: inResources, commands } = document;
  const unread = secrets.length === 0 ? [] : unreadWords({ resources: inResources, commands }, "", sound);
  const maybeUsed = new Set(unread);
  for (const { name, path } of secrets.filter(({ name }) => !maybeUsed.has(name)))
    found.push(finding("unused-secret", key(path), { id: name }));
  for (const { id, kind, path } of unused("links", stack.resources))
    found.push(finding("unused-resource", key(path), { id, kind }));
  const wantsCommands = stack.daemons.some(({ commandsEnabled }) => commandsEnabled);
  if (known("commandsEnabled") && document.commands !== undefined && !wantsCommands)
    found.push(finding("unused-commands", key("/commands"), {}));
  found.forEach(collector.add);
}

/** Every text where something is wrong: it may have been meant as a reference. */
function* unreadWords(value: unknown, path: string, sound: (path: string) => boolean): Generator<string> {
  if (typeof value === "string" && !sound(path)) yield value;
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* unreadWords(inner, join(path, name), sound);
}

/** Sound only where the resource and its kind are. */
const typePath = (id: string): string => join(join("/resources", id), "type");

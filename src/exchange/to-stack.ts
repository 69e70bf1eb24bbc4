import { type Diagnostic, finding, join, key, type Staged } from "../diagnostics/index.ts";
import type { DaemonResource, Document, Resource } from "../schema/index.ts";
import { type Baggage, isObject, type Json, type JsonObject } from "./stack-json.ts";

const emptyProfile = "no-grants";

/** A sound Document → the platform's stack.json. What it cannot express is named and left out. */
export function toStack(document: Document, baggage?: Baggage): Staged<JsonObject> {
  const diagnostics: Diagnostic[] = [];
  const leftOut = (path: string, what: string): unknown =>
    diagnostics.push(finding("stack-json-inexpressible", key(path), { what }));
  for (const section of ["secrets", "commands", "platforms"] as const) {
    if (document[section] !== undefined) leftOut(`/${section}`, `\`${section}\``);
  }
  const entries = Object.entries(document.resources).map(([id, resource]) => [
    id,
    toEntry(document, id, resource, baggage, leftOut),
  ]);
  const { resources: _, permissions, ...carried } = baggage?.stack ?? {};
  const platforms = document.supportedPlatforms ?? ["local", "kubernetes"];
  const value = {
    ...carried,
    id: document.stack,
    resources: Object.fromEntries(entries) as JsonObject,
    ...(baggage?.everywhere === true ? {} : { supportedPlatforms: platforms }),
    permissions: { ...(isObject(permissions) ? permissions : {}), profiles: toProfiles(document, permissions) },
  };
  return { value, diagnostics };
}

type LeftOut = (path: string, what: string) => unknown;

function toEntry(
  document: Document,
  id: string,
  resource: Resource,
  baggage: Baggage | undefined,
  leftOut: LeftOut,
): Json {
  const resources = baggage?.stack.resources;
  const old = isObject(resources) ? resources[id] : undefined;
  const usual: JsonObject = { lifecycle: resource.type === "daemon" ? "live" : "frozen", dependencies: [] };
  const entry = isObject(old) ? old : usual;
  const config = isObject(entry.config) ? entry.config : {};
  const converted =
    resource.type === "daemon" ? toDaemon(document, id, resource, leftOut) : toLinkable(id, resource, leftOut);
  return { ...entry, config: { ...config, ...converted, type: resource.type, id } };
}

function toLinkable(id: string, resource: Exclude<Resource, DaemonResource>, leftOut: LeftOut): JsonObject {
  for (const field of Object.keys(resource)) {
    if (field !== "type") leftOut(join(join("/resources", id), field), `\`${field}\` of \`${id}\``);
  }
  return {};
}

function toDaemon({ resources }: Document, id: string, daemon: DaemonResource, leftOut: LeftOut): JsonObject {
  const environment = Object.entries(daemon.environment ?? {}).flatMap(([name, given]): [string, string][] => {
    if (typeof given === "string") return [[name, given]];
    leftOut(join(join(join("/resources", id), "environment"), name), `the secret in \`${name}\``);
    return [];
  });
  const links = (daemon.links ?? []).map(link => ({ type: resources[link]?.type ?? "", id: link }));
  return {
    code: daemon.code as unknown as JsonObject,
    links,
    permissions: daemon.permissions ?? emptyProfile,
    ...(daemon.environment === undefined ? {} : { environment: Object.fromEntries(environment) }),
    ...(daemon.commandsEnabled === undefined ? {} : { commandsEnabled: daemon.commandsEnabled }),
  };
}

/** The profiles, with the inline sets that only the platform understands put back. */
function toProfiles({ permissions, resources }: Document, original: Json | undefined): JsonObject {
  const needsEmpty = Object.values(resources).some(
    resource => resource.type === "daemon" && resource.permissions === undefined,
  );
  const old = isObject(original) && isObject(original.profiles) ? original.profiles : {};
  const profiles = Object.entries(permissions?.profiles ?? {}).map(([name, scopes]) => {
    const oldScopes = old[name];
    const entries = Object.entries(scopes).map(([scope, sets]) => {
      const oldSets = isObject(oldScopes) ? oldScopes[scope] : undefined;
      return [scope, Array.isArray(oldSets) ? withInlineSets(sets ?? [], oldSets) : (sets ?? [])];
    });
    return [name, Object.fromEntries(entries)];
  });
  return { ...(needsEmpty ? { [emptyProfile]: {} } : {}), ...Object.fromEntries(profiles) };
}

/** The old list where its names are the same still; otherwise the names, and the inline sets behind them. */
function withInlineSets(sets: readonly string[], old: readonly Json[]): readonly Json[] {
  const names = old.filter(set => !isObject(set));
  const isSame = names.length === sets.length && names.every((name, index) => name === sets[index]);
  return isSame ? old : [...sets, ...old.filter(isObject)];
}

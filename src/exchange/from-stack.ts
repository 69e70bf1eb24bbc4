import { type Diagnostic, finding, join, key, type Staged, value } from "../diagnostics/index.ts";
import { type Baggage, configPath, isObject, type Json, type JsonObject } from "./stack-json.ts";

/** A document's data, not yet validated, and what of the stack has no place in it. */
export interface Imported {
  readonly data: JsonObject;
  readonly baggage: Baggage;
}

/** The platform's stack.json → the data of a Document. What has no effect here is carried along and named. */
export function fromStack(stack: JsonObject): Staged<Imported> {
  const diagnostics: Diagnostic[] = [];
  const { id, resources, permissions, supportedPlatforms, ...top } = stack;
  const converted = convertResources(resources, diagnostics);
  const profiles = convertProfiles(permissions, diagnostics);
  const others = isObject(permissions) ? Object.keys(permissions).filter(name => name !== "profiles") : [];
  const everywhere = supportedPlatforms === undefined || supportedPlatforms === null;
  const unused = [...Object.keys(top), ...others, ...(everywhere ? ["supportedPlatforms: all"] : [])];
  if (unused.length > 0) diagnostics.push(noEffect("", unused, "the stack"));
  const data: Record<string, Json> = {
    ...(id === undefined ? {} : { stack: id }),
    ...(everywhere ? {} : { supportedPlatforms }),
    ...(profiles === undefined ? {} : { permissions: { profiles } }),
    ...(resources === undefined ? {} : { resources: converted }),
  };
  return { value: { data, baggage: { stack, everywhere } }, diagnostics };
}

const noEffect = (path: string, fields: readonly string[], owner: string): Diagnostic =>
  finding("stack-json-no-effect", path === "" ? value("") : key(path), { fields, owner });

function convertResources(resources: Json | undefined, diagnostics: Diagnostic[]): Json {
  if (!isObject(resources)) return resources ?? {};
  const entries = Object.entries(resources).flatMap(([id, entry]): [string, Json][] => {
    const path = join("/resources", id);
    const config = isObject(entry) ? entry.config : undefined;
    if (!isObject(entry) || !isObject(config)) {
      diagnostics.push(
        finding("stack-json-shape", key(path), { what: `the resource \`${id}\``, expected: "an object with `config`" }),
      );
      return [[id, {}]];
    }
    return [[id, convertResource(id, entry, config, diagnostics)]];
  });
  return Object.fromEntries(entries);
}

function convertResource(id: string, entry: JsonObject, config: JsonObject, diagnostics: Diagnostic[]): Json {
  const path = join("/resources", id);
  const { id: _, type, ...fields } = config;
  const carried = Object.entries(entry)
    .filter(([name, given]) => name !== "config" && !isUsual(name, given))
    .map(([name]) => name);
  if (type === "daemon") return convertDaemon(id, fields, carried, diagnostics);
  const unused = [...carried, ...Object.keys(fields)];
  if (unused.length > 0) diagnostics.push(noEffect(path, unused, `\`${id}\``));
  return type === undefined ? {} : { type };
}

/** What every stack says, and what therefore needs no word. */
const isUsual = (name: string, given: Json): boolean =>
  name === "lifecycle" || given === null || given === false || (Array.isArray(given) && given.length === 0);

function convertDaemon(id: string, fields: JsonObject, carried: readonly string[], diagnostics: Diagnostic[]): Json {
  const path = join("/resources", id);
  const { links, cpu, memory, command, ...rest } = fields;
  const sizes = [...(cpu == null ? [] : ["cpu"]), ...(memory == null ? [] : ["memory"])];
  const unused = [...carried, ...sizes];
  if (unused.length > 0) diagnostics.push(noEffect(path, unused, `\`${id}\``));
  if (command != null) diagnostics.push(finding("stack-json-command", key(join(path, "command")), { daemon: id }));
  const given = Object.fromEntries(Object.entries(rest).filter(([, field]) => field !== null));
  return { type: "daemon", ...given, ...(links == null ? {} : { links: convertLinks(links) }) };
}

const convertLinks = (links: Json): Json =>
  Array.isArray(links) ? links.map(link => (isObject(link) && link.id !== undefined ? link.id : link)) : links;

function convertProfiles(permissions: Json | undefined, diagnostics: Diagnostic[]): Json | undefined {
  const profiles = isObject(permissions) ? permissions.profiles : undefined;
  if (!isObject(profiles)) return profiles;
  return mapValues(profiles, (scopes, profile) =>
    isObject(scopes) ? mapValues(scopes, (sets, scope) => namedSets(sets, profile, scope, diagnostics)) : scopes,
  );
}

function namedSets(sets: Json, profile: string, scope: string, diagnostics: Diagnostic[]): Json {
  if (!Array.isArray(sets) || !sets.some(isObject)) return sets;
  const path = join(join("/permissions/profiles", profile), scope);
  diagnostics.push(noEffect(path, ["inline permission sets"], `the profile \`${profile}\``));
  return sets.filter(set => !isObject(set));
}

const mapValues = (object: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, given]) => [name, change(given, name)]));

/** Where a document path stands in the stack.json it was converted from. */
export function stackPath(path: string): string {
  if (path === "/stack") return "/id";
  const [, , id, ...rest] = path.split("/");
  if (!path.startsWith("/resources/") || id === undefined || rest.length === 0) return path;
  const inner = rest[0] === "links" && rest.length > 1 ? [...rest, "id"] : rest;
  return `${configPath(id)}/${inner.join("/")}`;
}

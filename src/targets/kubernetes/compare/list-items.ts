import type { JsonObject } from "../../../ir/index.ts";

export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

export const isMap = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isEmpty = (value: unknown): boolean =>
  isAbsent(value) || (typeof value === "object" && Object.keys(value).length === 0);

export type NamedItems = ReadonlyMap<string, JsonObject>;

/** The items of a list by their name; undefined where one has none, or two have the same. */
export function namedItems(list: unknown): NamedItems | undefined {
  if (isAbsent(list)) return new Map();
  if (!Array.isArray(list)) return undefined;
  const items = list.flatMap((item): [string, JsonObject][] =>
    isMap(item) && typeof item.name === "string" ? [[item.name, item]] : [],
  );
  const named = new Map(items);
  return named.size === list.length ? named : undefined;
}

/** What an entry of `env` says of its variable. The server leaves an empty value out. */
export const variableContent = ({ value, valueFrom }: JsonObject): JsonObject =>
  isAbsent(valueFrom) ? { value: value ?? "" } : { valueFrom };

/** Whether a value takes in another variable: then the order counts. `$$` is a plain `$`. */
const usesVariables = ({ value }: JsonObject): boolean =>
  typeof value === "string" && value.replaceAll("$$", "").includes("$(");

/** The names that both have, in the order of each; only where they differ and the order counts. */
export function reordered(before: NamedItems, after: NamedItems): readonly [string[], string[]] | undefined {
  if (![...before.values(), ...after.values()].some(usesVariables)) return undefined;
  const old = [...before.keys()].filter(name => after.has(name));
  const now = [...after.keys()].filter(name => before.has(name));
  return old.every((name, index) => name === now[index]) ? undefined : [old, now];
}

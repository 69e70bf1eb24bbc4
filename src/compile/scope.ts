import { type Collector, join } from "../diagnostics/index.ts";
import type { Document, Resource, Secret } from "../schema/index.ts";

/** The document, what was found in it, and what its names stand for. */
export interface Scope {
  readonly document: Document;
  readonly collector: Collector;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly profiles: ReadonlySet<string>;
  /** Document paths that something refers to, or meant to refer to. */
  readonly used: Set<string>;
}

/** One sound entry of a mapping. */
export interface Entry<T> {
  readonly name: string;
  readonly value: T;
  readonly path: string;
}

/** The sound entries of a mapping, by name; nothing where the mapping itself is unsound. */
export function entriesOf<T>(
  { sound }: Pick<Collector, "sound">,
  mapping: { readonly [name: string]: T } | undefined,
  path: string,
): readonly Entry<T>[] {
  if (mapping === undefined || !sound(path)) return [];
  return Object.keys(mapping)
    .sort(byCodeUnit)
    .map(name => ({ name, value: mapping[name] as T, path: join(path, name) }))
    .filter(entry => sound(entry.path));
}

export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Every declared name, sound or not: a reference to an unsound one is no mistake of its own. */
export function declared<T>(
  { sound }: Pick<Collector, "sound">,
  mapping: { readonly [name: string]: T } | undefined,
  path: string,
) {
  return mapping === undefined || !sound(path) ? new Map<string, T>() : new Map(Object.entries(mapping));
}

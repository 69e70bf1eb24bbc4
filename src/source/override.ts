import { join, type PathPlace, type Places, type Span } from "../diagnostics/index.ts";
import { isMapping, type Mapping } from "./layers.ts";
import type { SourceTree } from "./read.ts";

/** A value that something other than a file gives, such as a flag. */
export interface Override {
  /** What a finding names as its place. */
  readonly name: string;
  /** What was written there. */
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Puts a value over what the files say; where they have no mapping on the way to it, they are as they were. */
export function override(tree: SourceTree, change: Override): SourceTree {
  const data = tree.data && (withValue(tree.data, change.path, change.value) as Mapping | undefined);
  if (data === undefined) return tree;
  const places = withPlace(tree.places, change);
  const sourceText = (place: PathPlace) => (isInside(change, place) ? change.text : tree.sourceText(place));
  return { data, places, sourceText };
}

function withValue(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (data !== undefined && !isMapping(data)) return undefined;
  const inner = withValue(data?.[key], rest, value);
  return inner === undefined ? undefined : { ...data, [key]: inner };
}

function withPlace(places: Places, change: Override): Places {
  const span: Span = { file: change.name, start: 0, end: change.text.length };
  return {
    files: places.files,
    source: name => (name === change.name ? { text: change.text, bytesBefore: 0 } : places.source(name)),
    span: place => (isInside(change, place) ? span : places.span(place)),
    anchor: place => (isInside(change, place) ? undefined : places.anchor?.(place)),
  };
}

function isInside({ path }: Override, place: PathPlace): boolean {
  const base = path.reduce<string>(join, "");
  return place.path === base || place.path.startsWith(`${base}/`);
}

import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { type PathPlace, type Places, type Span, segments } from "../diagnostics/index.ts";
import type { SourceFile } from "./decode.ts";
import { isAtomic } from "./layers.ts";
import type { YamlDocument } from "./parse.ts";
import { isMergeKey, spanOf } from "./read-node.ts";

export interface Layer {
  readonly file: SourceFile;
  readonly document: YamlDocument;
}

/** A layer whose mappings are searched by key; each is indexed once. */
interface Searched extends Layer {
  readonly indexes: Map<YAMLMap, MapIndex>;
}

interface MapIndex {
  readonly pairs: ReadonlyMap<string, Pair>;
  readonly merges: readonly Pair[];
}

/** Where a path leads in one layer. `use` is the alias it went through, if any. */
interface Found {
  readonly key: Node | undefined;
  readonly node: Node | null;
  readonly use: Node | undefined;
}

/** Places over the YAML documents of the layers; the last layer that says something owns it. */
export function createTreePlaces(files: readonly SourceFile[], read: readonly Layer[]): Places {
  const layers = read.map((layer): Searched => ({ ...layer, indexes: new Map() }));
  return {
    files: files.map(file => file.name),
    source: name => files.find(file => file.name === name),
    span: place => resolve(layers, place, found => found.use),
    anchor: place => resolve(layers, place, found => (found.use === undefined ? null : undefined)),
  };
}

/** Walks to the place; `choose` may put another node in front of what was found, or (with null) say there is none. */
function resolve(
  layers: readonly Searched[],
  place: PathPlace,
  choose: (found: Found) => Node | null | undefined,
): Span | undefined {
  const owner = ownerOf(layers, segments(place.path));
  if (owner === undefined) return undefined;
  const found = place.on === "value" ? behindAlias(owner.layer, owner.found) : owner.found;
  const chosen = choose(found);
  if (chosen === null) return undefined;
  const { key, node } = found;
  const picked = chosen ?? (place.on === "key" ? (key ?? node) : (node ?? key));
  if (picked == null) return { file: owner.layer.file.name, start: 0, end: 0 };
  const span = spanOf({ file: owner.layer.file.name }, picked);
  return trimmed(
    owner.layer.file,
    place.on === "value" && span.start === span.end && key ? spanOf(span, key) : span,
    picked,
  );
}

/** A value that is itself an alias stands at its anchor, and is used at the alias. */
function behindAlias(layer: Layer, found: Found): Found {
  const node = isAlias(found.node) ? found.node.resolve(layer.document) : undefined;
  return node === undefined ? found : { ...found, node, use: found.use ?? (found.node as Node) };
}

/** A collection's range runs into the blank lines behind it: leave them out. */
function trimmed(file: SourceFile, span: Span, node: Node): Span {
  if (isScalar(node) || isAlias(node)) return span;
  const end = file.text.slice(span.start, span.end).trimEnd().length + span.start;
  return { ...span, end };
}

function ownerOf(layers: readonly Searched[], path: readonly string[]): { layer: Searched; found: Found } | undefined {
  let candidates = layers.map(layer => ({ layer, found: rootOf(layer) }));
  for (const [index, segment] of path.entries()) {
    const deeper = candidates.flatMap(({ layer, found }) => {
      const next = step(layer, found, segment);
      return next === undefined ? [] : [{ layer, found: next }];
    });
    if (deeper.length === 0) return undefined;
    const last = deeper.at(-1);
    const replaced = isAtomic(path.slice(0, index + 1)) || !isMap(resolveAlias(last?.layer, last?.found.node));
    candidates = replaced && last !== undefined ? [last] : deeper;
  }
  return candidates.at(-1);
}

const rootOf = ({ document }: Layer): Found => ({ key: undefined, node: document.contents, use: undefined });

const resolveAlias = (layer: Layer | undefined, node: Node | null | undefined): Node | null | undefined =>
  isAlias(node) && layer !== undefined ? node.resolve(layer.document) : node;

function step(layer: Searched, { node, use }: Found, segment: string): Found | undefined {
  if (isAlias(node)) {
    const target = node.resolve(layer.document);
    return target === undefined ? undefined : step(layer, { key: undefined, node: target, use: use ?? node }, segment);
  }
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    return item === undefined ? undefined : { key: undefined, node: item as Node, use };
  }
  return isMap(node) ? stepMap(layer, node, use, segment) : undefined;
}

function stepMap(layer: Searched, map: YAMLMap, use: Node | undefined, segment: string): Found | undefined {
  const { pairs, merges } = indexOf(layer, map);
  const pair = pairs.get(segment);
  if (pair !== undefined) return { key: pair.key as Node, node: pair.value as Node | null, use };
  for (const merge of merges) {
    const sources = isSeq(merge.value) ? merge.value.items : [merge.value];
    for (const source of sources) {
      const found = step(layer, { key: undefined, node: source as Node, use }, segment);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The pairs of a mapping by key, the first of equal ones. */
function indexOf({ document, indexes }: Searched, map: YAMLMap): MapIndex {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const pairs = new Map<string, Pair>();
  for (const pair of map.items) {
    const text = isMergeKey(pair.key) ? undefined : keyText(document, pair.key);
    if (text !== undefined && !pairs.has(text)) pairs.set(text, pair);
  }
  const index = { pairs, merges: map.items.filter(({ key }) => isMergeKey(key)) };
  indexes.set(map, index);
  return index;
}

function keyText(document: YamlDocument, key: unknown): string | undefined {
  const scalar = isAlias(key) ? key.resolve(document) : key;
  if (!isScalar(scalar)) return undefined;
  return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? "");
}

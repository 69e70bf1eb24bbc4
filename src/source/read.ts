import { type Diagnostic, finding, type PathPlace, type Places, type Staged } from "../diagnostics/index.ts";
import type { SourceFile } from "./decode.ts";
import { isMapping, type Mapping, mergeLayers } from "./layers.ts";
import { limits } from "./limits.ts";
import { isEmpty, parse } from "./parse.ts";
import { aliasBomb, type Reading, readNode, spanOf } from "./read-node.ts";
import { createTreePlaces, type Layer } from "./tree-places.ts";

/** The merged data of all layers, and where each value stands. */
export interface SourceTree {
  /** Undefined where no layer could be read. */
  readonly data: Mapping | undefined;
  readonly places: Places;
  /** The text of a value as it was written, without its quotes resolved. */
  sourceText(place: PathPlace): string | undefined;
}

/** Reads the layers of one stack, earlier first. */
export function readSource(files: readonly SourceFile[]): Staged<SourceTree> {
  const layers: Layer[] = [];
  const diagnostics: Diagnostic[] = [];
  let data: Mapping | undefined;
  let broken = false;
  for (const [index, file] of files.entries()) {
    const parsed = parse(file);
    diagnostics.push(...parsed.diagnostics);
    const layer = parsed.value && { file, document: parsed.value };
    const mapping = layer && readLayer(layer, index > 0, diagnostics);
    if (layer !== undefined) layers.push(layer);
    if (mapping === undefined) broken = true;
    else data = data === undefined ? mapping : (mergeLayers(data, mapping) as Mapping);
  }
  const places = createTreePlaces(files, layers);
  return {
    value: { data: broken ? undefined : data, places, sourceText: place => textAt(places, place) },
    diagnostics,
  };
}

function readLayer(layer: Layer, isLayer: boolean, diagnostics: Diagnostic[]): Mapping | undefined {
  const { file, document } = layer;
  if (document.contents === null || isEmpty(document)) {
    diagnostics.push(finding("empty-document", { file: file.name }, {}));
    return undefined;
  }
  const reading: Reading = { file: file.name, text: file.text, isLayer, diagnostics, anchors: new Map(), size: 0 };
  const span = spanOf(reading, document.contents);
  const value = readNode(reading, document.contents, "");
  if (reading.size > limits.expandedValues) {
    if (!diagnostics.some(({ name }) => name === "alias-bomb"))
      diagnostics.push(aliasBomb({ ...span, end: span.start + 1 }, ""));
    return undefined;
  }
  if (isMapping(value)) return value;
  const lineEnd = file.text.indexOf("\n", span.start);
  const end = lineEnd === -1 ? span.end : Math.min(span.end, lineEnd);
  diagnostics.push(
    finding("not-a-mapping", { ...span, end }, { found: Array.isArray(value) ? "a list" : "a single value" }),
  );
  return undefined;
}

/** What stands at a place, at its anchor where it is an alias; empty for a key with nothing behind it. */
function textAt(places: Places, place: PathPlace): string | undefined {
  const span = places.anchor?.(place) ?? places.span(place);
  const key = place.on === "value" ? places.span({ path: place.path, on: "key" }) : undefined;
  if (span === undefined || (span.file === key?.file && span.start === key.start)) return span && "";
  return places.source(span.file)?.text.slice(span.start, span.end);
}

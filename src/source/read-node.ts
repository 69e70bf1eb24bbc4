import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { beside, type Diagnostic, finding, fixTitle, join, type Span, suggest } from "../diagnostics/index.ts";
import { limits } from "./limits.ts";
import { checkScalar } from "./read-scalar.ts";

/** Options of reading one file, and what it collects. */
export interface Reading {
  readonly file: string;
  readonly text: string;
  /** In a layer over another file, an empty value is a mistake and `null` a removal. */
  readonly isLayer: boolean;
  readonly diagnostics: Diagnostic[];
  readonly anchors: Map<string, Anchor>;
  /** Values read so far, aliases expanded. */
  size: number;
}

interface Anchor {
  readonly value: unknown;
  /** Values it stands for, aliases in it expanded. */
  readonly size: number;
  /** Paths poisoned by a finding inside; every use of the anchor joins them. */
  readonly poisons: string[] | undefined;
  readonly open: boolean;
}

const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);
const plainTags = new Set(
  ["str", "map", "seq", "int", "float", "bool", "null"].map(name => `tag:yaml.org,2002:${name}`),
);

/** YAML node → plain data. Aliases share their anchor's value; every finding poisons its path and reading goes on. */
export function readNode(reading: Reading, node: Node | null, path: string): unknown {
  const before = reading.size;
  reading.size += 1;
  if (node === null) return null;
  if (isAlias(node)) return readAlias(reading, node.source, path, spanOf(reading, node));
  const found = reading.diagnostics.length;
  const anchor = (node as Scalar | YAMLMap | YAMLSeq).anchor;
  if (anchor !== undefined) reading.anchors.set(anchor, { value: undefined, size: 0, poisons: undefined, open: true });
  checkTag(reading, node, path);
  const value = readContent(reading, node, path);
  if (anchor !== undefined) {
    const poisons = reading.diagnostics[found]?.poisons as string[] | undefined;
    reading.anchors.set(anchor, { value, size: reading.size - before, poisons, open: false });
  }
  return value;
}

function readContent(reading: Reading, node: Node, path: string): unknown {
  if (isMap(node)) return readMap(reading, node, path);
  if (isSeq(node)) return readSequence(reading, node, path);
  const scalar = node as Scalar;
  const problem = typeof scalar.value === "string" ? checkScalar(scalar.value) : undefined;
  if (problem !== undefined) reading.diagnostics.push(problem(spanOf(reading, scalar), path));
  return scalar.value;
}

const readSequence = (reading: Reading, node: YAMLSeq, path: string): unknown[] =>
  node.items.map((item, index) => readNode(reading, item as Node | null, join(path, index)));

function readMap(reading: Reading, node: YAMLMap, path: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const keys = new Map<string, Node>();
  const merges: Pair[] = [];
  for (const pair of node.items) {
    if (isMergeKey(pair.key)) {
      merges.push(pair);
      continue;
    }
    const key = readKey(reading, pair.key as Node | null, path, node);
    const keyPath = join(path, key);
    const first = keys.get(key);
    const isForbidden = forbiddenKeys.has(key);
    if (first !== undefined || isForbidden) {
      report(reading, isForbidden ? "forbidden-key" : "duplicate-key", pair.key as Node, keyPath, { key }, first);
      // Later aliases may mean anchors in what is not used.
      readNode(reading, pair.value as Node | null, keyPath);
      continue;
    }
    keys.set(key, pair.key as Node);
    if (reading.isLayer && isBlank(pair.value as Node | null)) {
      report(reading, "empty-in-layer", pair.key as Node, keyPath, { key });
    }
    value[key] = readNode(reading, pair.value as Node | null, keyPath);
  }
  for (const pair of merges) mergeInto(reading, value, pair, path);
  return value;
}

export const isMergeKey = (key: unknown): boolean => isScalar(key) && key.value === "<<" && key.type === "PLAIN";

const isBlank = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && node.source === "");

function mergeInto(reading: Reading, target: Record<string, unknown>, pair: Pair, path: string): void {
  const source = pair.value as Node | null;
  const value = readNode(reading, source, path);
  for (const part of Array.isArray(value) ? value : [value]) {
    if (typeof part !== "object" || part === null || Array.isArray(part)) {
      if (!(isAlias(source) && value === undefined))
        report(reading, "bad-merge", source ?? (pair.key as Node), path, {});
      continue;
    }
    for (const [key, item] of Object.entries(part)) if (!Object.hasOwn(target, key)) target[key] = item;
  }
}

function readKey(reading: Reading, key: Node | null, path: string, map: YAMLMap): string {
  if (isScalar(key) && typeof key.value === "string") return key.value;
  if (isAlias(key)) {
    const value = readAlias(reading, key.source, path, spanOf(reading, key));
    if (typeof value === "string") return value;
  }
  const source = isScalar(key) ? (key.source ?? "") : "…";
  const quoted = isScalar(key) ? JSON.stringify(source) : undefined;
  const span = spanOf(reading, key ?? map);
  const fixes =
    quoted === undefined ? [] : [{ title: fixTitle.quoteKey(quoted), edits: [{ at: span, newText: quoted }] }];
  const poisons = [join(path, source)];
  reading.diagnostics.push(finding("key-not-text", span, { source, quoted }, { fixes, poisons }));
  return source;
}

function readAlias(reading: Reading, name: string, path: string, span: Span): unknown {
  const anchor = reading.anchors.get(name);
  if (anchor === undefined) {
    const suggestion = suggest(name, reading.anchors.keys());
    reading.diagnostics.push(finding("unknown-alias", span, { name, suggestion }, { poisons: [path] }));
    return undefined;
  }
  if (anchor.open) {
    reading.diagnostics.push(finding("recursive-alias", span, { name }, { poisons: [path] }));
    return undefined;
  }
  reading.size += anchor.size;
  if (anchor.size > limits.expandedValues) {
    const known = reading.diagnostics.some(({ name: other }) => other === "alias-bomb");
    if (!known) reading.diagnostics.push(aliasBomb(span, path));
    return undefined;
  }
  anchor.poisons?.push(path);
  return anchor.value;
}

/** The finding for a document that aliases make too large. */
export const aliasBomb = (span: Span, path: string): Diagnostic =>
  finding("alias-bomb", span, { limit: limits.expandedValues }, { poisons: [path] });

function checkTag(reading: Reading, node: Node, path: string): void {
  const { tag } = node as Scalar;
  if (tag === undefined || plainTags.has(tag)) return;
  const name = tag.replace("tag:yaml.org,2002:", "!!");
  reading.diagnostics.push(finding("custom-tag", tagSpan(reading, node), { tag: name }, { poisons: [path] }));
}

/** The tag in front of a node; an anchor may stand between the two. */
function tagSpan(reading: Reading, node: Node): Span {
  const span = spanOf(reading, node);
  const before = /(![^\s,[\]{}]*)(?:\s+&\S+)?\s*$/.exec(reading.text.slice(0, span.start));
  return before === null ? span : { ...span, start: before.index, end: before.index + (before[1] ?? "").length };
}

function report(
  reading: Reading,
  name: "duplicate-key" | "forbidden-key" | "empty-in-layer" | "bad-merge",
  node: Node,
  path: string,
  args: { key: string } | object,
  first?: Node,
): void {
  const related = first === undefined ? [] : [{ message: beside.firstGiven, at: spanOf(reading, first) }];
  reading.diagnostics.push(finding(name, spanOf(reading, node), args as { key: string }, { related, poisons: [path] }));
}

export function spanOf(reading: { readonly file: string }, node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { file: reading.file, start, end };
}

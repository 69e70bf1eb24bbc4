import { Composer, CST, type Document, Parser, type YAMLError } from "yaml";
import { type Diagnostic, finding, type Span, type Staged } from "../diagnostics/index.ts";
import type { SourceFile } from "./decode.ts";
import { limits } from "./limits.ts";
import { mostSyntaxErrors, tokenize } from "./tokens.ts";

export type YamlDocument = Document.Parsed;

/** Text → YAML document with offsets; without a value where the syntax is broken. The reader's own duplicate check is quadratic, so it is off. */
export function parse(file: SourceFile): Staged<YamlDocument | undefined> {
  const { tokens, deep = tooDeep(tokens) } = tokenize(file.text);
  if (deep !== undefined) return refuse(finding("too-deep", at(file, deep, deep + 1), { limit: limits.depth }));

  const composer = new Composer({ uniqueKeys: false, version: "1.2", stringKeys: false, logLevel: "silent" });
  const [document, ...others] = [...composer.compose(tokens, true, file.text.length)] as YamlDocument[];
  if (document === undefined) return refuse(finding("empty-document", { file: file.name }, {}));
  const found = syntaxErrors(file, document);
  const open = found.length === 0 ? openAtEnd(file) : undefined;
  const diagnostics = [...found, ...(open === undefined ? [] : [open]), ...versionErrors(file, document)];
  const broken = diagnostics.length > 0;
  const second = others.find(other => !isEmpty(other));
  if (second !== undefined && !broken) {
    diagnostics.push(finding("several-documents", at(file, ...documentStart(file, document, second)), {}));
  }
  return { value: broken ? undefined : document, diagnostics };
}

const refuse = (diagnostic: Diagnostic): Staged<undefined> => ({ value: undefined, diagnostics: [diagnostic] });

const at = (file: SourceFile, start: number, end: number): Span => ({
  file: file.name,
  start,
  end: Math.max(start, end),
});

export const isEmpty = ({ contents }: YamlDocument): boolean =>
  contents === null ||
  ("source" in contents && contents.source === "" && "value" in contents && contents.value === null);

/** The offset where collections are nested too deep by a key: that is known only when it has been read. */
function tooDeep(tokens: Iterable<CST.Token>): number | undefined {
  for (const token of tokens) {
    const offset = token.type === "document" && token.value !== undefined ? deepOffset(token.value, 0) : undefined;
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function deepOffset(token: CST.Token, depth: number): number | undefined {
  if (depth > limits.depth) return token.offset;
  if (!("items" in token)) return undefined;
  for (const { key, value } of token.items) {
    const offset = (key && deepOffset(key, depth + 1)) ?? (value && deepOffset(value, depth + 1));
    if (offset != null) return offset;
  }
  return undefined;
}

/** Errors that concern their own place only, so that a later one does not follow from an earlier one. */
const local = new Set(["BAD_DQ_ESCAPE", "TAB_AS_INDENT", "BAD_SCALAR_START"]);

/** The first error, and later ones that do not follow from it: one a line. */
function syntaxErrors(file: SourceFile, { errors }: YamlDocument): Diagnostic[] {
  const [first, ...later] = errors.slice(0, mostSyntaxErrors);
  if (first === undefined) return [];
  const lines = new Set<number>();
  const independent = [first, ...later.filter(error => local.has(error.code))].filter(error => {
    const line = file.text.lastIndexOf("\n", error.pos[0] - 1);
    if (lines.has(line)) return false;
    lines.add(line);
    return true;
  });
  return independent.map(error => syntaxError(file, error));
}

function syntaxError(file: SourceFile, error: YAMLError): Diagnostic {
  const lastOffset = Math.max(0, file.text.trimEnd().length - 1);
  const isAtEnd = error.pos[0] > lastOffset;
  const [start, end] = isAtEnd ? [lastOffset, lastOffset + 1] : error.pos;
  const lineEnd = lineEndAfter(file, start);
  const span = at(file, Math.min(start, file.text.length), Math.min(end, lineEnd));
  const line = file.text.slice(start, lineEnd);
  switch (error.code) {
    case "TAB_AS_INDENT":
      return finding("tab-indentation", span, {});
    case "MISSING_CHAR":
      if (error.message.startsWith("Missing closing")) return openQuote(file, start) ?? plain(span, error.code);
      return /flow|\bcomma\b|,/i.test(error.message) ? finding("missing-comma", span, {}) : plain(span, error.code);
    case "BAD_INDENT":
      return error.message.startsWith("Flow") ? finding("missing-comma", span, {}) : plain(span, error.code);
    case "BLOCK_IN_FLOW": {
      const [, before = "", next = ""] = secondKey.exec(line) ?? [];
      const from = start + before.length;
      return next === "" ? plain(span, error.code) : finding("missing-comma", at(file, from, from + next.length), {});
    }
    case "BLOCK_AS_IMPLICIT_KEY":
      return /:(\s|$)/.test(line) ? plain(span, error.code) : plain(nextLine(file, lineEnd), "BAD_INDENT");
    default:
      return plain(span, error.code);
  }
}

const plain = (span: Span, problem: string): Diagnostic => finding("yaml-syntax", span, { problem });

/** In brackets, a value and right behind it a key: what stands before the key, and the key. */
const secondKey = /^(.*?\S\s+)("[^"]*"|'[^']*'|[^\s:]+)\s*:(?:\s|$)/;

const lineEndAfter = ({ text }: SourceFile, offset: number): number => {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
};

/** The first word of the line behind an offset: it was read as part of the line before, because of its indentation. */
function nextLine(file: SourceFile, lineEnd: number): Span {
  const [blank = "", word = ""] = /^\s*(\S*)/.exec(file.text.slice(lineEnd)) ?? [];
  return at(file, lineEnd + blank.length - word.length, lineEnd + blank.length);
}

/** The quote that was still open at the end of the text. */
function openQuote(file: SourceFile, end: number): Diagnostic | undefined {
  for (const { type, offset, source } of scalars(new Parser().parse(file.text))) {
    if (offset < end && /quoted/.test(type) && !isClosed(source)) {
      return plain(at(file, offset, lineEndAfter(file, offset)), "OPEN_QUOTE");
    }
  }
  return undefined;
}

/** At the end of the text the reader takes an escaped quote for the closing one. */
const openAtEnd = (file: SourceFile): Diagnostic | undefined =>
  /["']$/.test(file.text) ? openQuote(file, file.text.length) : undefined;

/** Whether a quoted text ends with its quote; it holds no other but escaped ones. */
function isClosed(source: string): boolean {
  if (source.startsWith("'")) return source.split("'").length % 2 === 1;
  if (source.length < 2 || !source.endsWith('"')) return false;
  let backslashes = 0;
  while (source.at(-2 - backslashes) === "\\") backslashes += 1;
  return backslashes % 2 === 0;
}

function* scalars(tokens: Iterable<CST.Token | null | undefined>): Generator<CST.FlowScalar> {
  for (const token of tokens) {
    if (token == null) continue;
    if (CST.isScalar(token)) yield token as CST.FlowScalar;
    if (token.type === "document") yield* scalars([token.value]);
    if ("items" in token) for (const { key, value } of token.items) yield* scalars([key, value]);
  }
}

function versionErrors(file: SourceFile, document: YamlDocument): Diagnostic[] {
  const { explicit, version } = document.directives.yaml;
  if (explicit !== true || version === "1.2") return [];
  const start = Math.max(0, file.text.indexOf("%YAML"));
  const lineEnd = file.text.indexOf("\n", start);
  return [finding("yaml-version", at(file, start, lineEnd === -1 ? file.text.length : lineEnd), { version })];
}

/** The `---` that starts the second document. */
function documentStart(file: SourceFile, first: YamlDocument, second: YamlDocument): [number, number] {
  const start = Math.min(second.contents?.range?.[0] ?? second.range[0], Math.max(0, file.text.length - 1));
  const marker = file.text.lastIndexOf("---", start);
  return marker >= Math.max(0, first.range[1] - 3) ? [marker, marker + 3] : [start, start + 1];
}

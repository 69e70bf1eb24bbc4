import { Composer, type CST, type Document, Parser, type YAMLError } from "yaml";
import { type Diagnostic, finding, type Span, type Staged } from "../diagnostics/index.ts";
import type { SourceFile } from "./decode.ts";
import { limits } from "./limits.ts";

export type YamlDocument = Document.Parsed;

/** Text → YAML document with offsets; without a value where the syntax is broken. The reader's own duplicate check is quadratic, so it is off. */
export function parse(file: SourceFile): Staged<YamlDocument | undefined> {
  const tokens = [...new Parser().parse(file.text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) return refuse(finding("too-deep", at(file, deep, deep + 1), { limit: limits.depth }));

  const composer = new Composer({ uniqueKeys: false, version: "1.2", stringKeys: false, logLevel: "silent" });
  const [document, second] = [...composer.compose(tokens, true, file.text.length)] as YamlDocument[];
  if (document === undefined) return refuse(finding("empty-document", { file: file.name }, {}));
  const diagnostics = [...syntaxErrors(file, document), ...versionErrors(file, document)];
  const broken = diagnostics.length > 0;
  if (second !== undefined && !broken && !isEmpty(second)) {
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

/** The offset where collections are nested too deep; found before anything recursive sees the tokens. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const stack: [CST.Token, number][] = tokens.map(token => [token, 0]);
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [token, depth] = entry;
    if (depth > limits.depth) return token.offset;
    if (token.type === "document" && token.value !== undefined) stack.push([token.value, depth]);
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      if (key != null) stack.push([key, depth + 1]);
      if (value != null) stack.push([value, depth + 1]);
    }
  }
  return undefined;
}

/** Errors that concern their own place only, so that a later one does not follow from an earlier one. */
const local = new Set(["BAD_DQ_ESCAPE", "TAB_AS_INDENT", "BAD_SCALAR_START"]);
const mostSyntaxErrors = 20;

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
  const [start, end] = error.pos;
  const lineEnd = file.text.indexOf("\n", start);
  const span = at(file, Math.min(start, file.text.length), Math.min(end, lineEnd === -1 ? file.text.length : lineEnd));
  if (error.code === "TAB_AS_INDENT") return finding("tab-indentation", span, {});
  if (error.code === "MISSING_CHAR" && /flow|\bcomma\b|,/i.test(error.message))
    return finding("missing-comma", span, {});
  return finding("yaml-syntax", span, { problem: error.code });
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
  const marker = file.text.lastIndexOf("---", second.contents?.range?.[0] ?? second.range[0]);
  return marker >= first.range[1] - 3 ? [marker, marker + 3] : [second.range[0], second.range[0] + 1];
}

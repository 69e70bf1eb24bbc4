import { fromAnchor } from "./catalogue/messages.ts";
import type { Diagnostic, Place, Span } from "./diagnostic.ts";
import { createLineIndex, type LineIndex, type Position } from "./line-index.ts";
import type { Places } from "./places.ts";

/** A stretch of a file, `end` exclusive. */
export interface Range {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** A finding whose document paths have become ranges of files. What reporters print. */
export interface LocatedDiagnostic extends Omit<Diagnostic, "at" | "related" | "fixes" | "poisons" | "secret"> {
  readonly range?: Range;
  /** The file as a whole, where there is no range in it. */
  readonly file?: string;
  readonly related: readonly { readonly message: string; readonly range: Range }[];
  readonly fixes: readonly { readonly title: string; readonly edits: readonly LocatedEdit[] }[];
}

export interface LocatedEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Findings in the order of their places, equal ones once, with what a reporter needs of the files. */
export interface Report {
  readonly diagnostics: readonly LocatedDiagnostic[];
  readonly errorCount: number;
  readonly warningCount: number;
  /** The lines of a file that a range names. */
  lines(file: string): LineIndex | undefined;
}

export function locate(diagnostics: readonly Diagnostic[], places: Places): Report {
  const indexes = new Map<string, LineIndex | undefined>();
  const hidden = secretSpans(diagnostics, places);
  const lines = (file: string): LineIndex | undefined => {
    if (!indexes.has(file)) {
      const source = places.source(file);
      indexes.set(
        file,
        source &&
          createLineIndex(
            source,
            hidden.filter(span => span.file === file),
          ),
      );
    }
    return indexes.get(file);
  };
  const range = (place: Place): Range | undefined => rangeOf(spanOf(place, places), lines);
  const withAnchor = (diagnostic: Diagnostic): Diagnostic => {
    const anchor = "path" in diagnostic.at ? places.anchor?.(diagnostic.at) : undefined;
    return anchor === undefined
      ? diagnostic
      : { ...diagnostic, related: [{ message: fromAnchor, at: anchor }, ...diagnostic.related] };
  };

  const located = unique(diagnostics.map(diagnostic => ({ diagnostic, range: range(diagnostic.at) })));
  const rank = fileRanks(located, places.files);
  located.sort((a, b) => rank(a) - rank(b) || compareRanges(a.range, b.range));
  /** An edit changes the text behind an alias, never the alias. */
  const edited = (place: Place): Range | undefined => {
    const anchor = "path" in place ? places.anchor?.(place) : undefined;
    return range(anchor ?? place);
  };
  const result = located.map(({ diagnostic, range: at }) => resolve(withAnchor(diagnostic), at, { range, edited }));
  const errorCount = result.filter(diagnostic => diagnostic.severity === "error").length;
  return { diagnostics: result, errorCount, warningCount: result.length - errorCount, lines };
}

interface Ranged {
  readonly diagnostic: Diagnostic;
  readonly range: Range | undefined;
}

function resolve(
  { at, related, fixes, poisons: _, secret: __, ...rest }: Diagnostic,
  range: Range | undefined,
  find: Record<"range" | "edited", (place: Place) => Range | undefined>,
): LocatedDiagnostic {
  return {
    ...rest,
    ...(range === undefined ? ("file" in at ? { file: at.file } : {}) : { range }),
    related: related.flatMap(({ message, at: place }) => {
      const found = find.range(place);
      return found === undefined ? [] : [{ message, range: found }];
    }),
    fixes: fixes.flatMap(({ title, edits }) => {
      const locatedEdits = edits.flatMap(({ at: place, newText }) => {
        const found = find.edited(place);
        return found === undefined ? [] : [{ range: found, newText }];
      });
      return locatedEdits.length === edits.length ? [{ title, edits: locatedEdits }] : [];
    }),
  };
}

/** What no report may show, not even as part of a line. */
const secretSpans = (diagnostics: readonly Diagnostic[], places: Places): Span[] =>
  diagnostics.flatMap(({ secret, at }) => (secret === true ? (spanOf(at, places) ?? []) : []));

function spanOf(place: Place, places: Places): Span | undefined {
  if ("path" in place) return places.span(place);
  return "start" in place ? place : undefined;
}

function rangeOf(span: Span | undefined, lines: (file: string) => LineIndex | undefined): Range | undefined {
  const index = span && lines(span.file);
  return index && { file: span.file, start: index.position(span.start), end: index.position(span.end) };
}

/** Findings without a file come first, then the files of the document, then other files in the order they appear. */
function fileRanks(located: readonly Ranged[], files: readonly string[]): (item: Ranged) => number {
  const fileOf = ({ diagnostic: { at }, range }: Ranged): string | undefined =>
    range?.file ?? ("file" in at ? at.file : undefined);
  const ranks = new Map<string | undefined, number>([[undefined, -1]]);
  for (const file of [...files, ...located.map(fileOf)]) if (!ranks.has(file)) ranks.set(file, ranks.size);
  return item => ranks.get(fileOf(item)) ?? -1;
}

const compareRanges = (a: Range | undefined, b: Range | undefined): number =>
  (a?.start.offset ?? -1) - (b?.start.offset ?? -1) || (a?.end.offset ?? -1) - (b?.end.offset ?? -1);

function unique(located: readonly Ranged[]): Ranged[] {
  const seen = new Map<string, Ranged>();
  for (const item of located) {
    const { diagnostic, range } = item;
    const where =
      range === undefined ? JSON.stringify(diagnostic.at) : `${range.file}:${range.start.offset}-${range.end.offset}`;
    const identity = `${diagnostic.code} ${where} ${diagnostic.message}`;
    if (!seen.has(identity)) seen.set(identity, item);
  }
  return [...seen.values()];
}

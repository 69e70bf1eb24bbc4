export type Severity = "error" | "warning";

/** A stretch of one file, in UTF-16 offsets from 0, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A place named by document path (a JSON pointer), pointing at the value or at its key. */
export interface PathPlace {
  readonly path: string;
  readonly on: "key" | "value";
}

/** Where a finding is: in the document, at a span of a file, in a file as a whole, or on the command line. */
export type Place = PathPlace | Span | { readonly file: string } | { readonly argument: string };

export interface Related {
  readonly message: string;
  readonly at: Place;
}

export interface Edit {
  readonly at: Place;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** What belongs to a finding and is not ours: the last lines of a log, what the engine said. */
export interface Detail {
  readonly title: string;
  readonly lines: readonly string[];
}

/** One mistake, at one place. What a stage returns: it holds document paths, never lines. */
export interface Diagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  /** Short text for the marked span. */
  readonly label?: string;
  readonly help?: string;
  readonly at: Place;
  /** Whether the place holds a secret, which no report may show. */
  readonly secret?: true;
  readonly related: readonly Related[];
  readonly details?: readonly Detail[];
  readonly fixes: readonly Fix[];
  /** Document paths that later stages must not look at. */
  readonly poisons: readonly string[];
}

/** What every stage returns: what is sound of its result, and everything it found. */
export interface Staged<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

export const key = (path: string): PathPlace => ({ path, on: "key" });
export const value = (path: string): PathPlace => ({ path, on: "value" });

/** Appends one segment to a document path (RFC 6901). */
export const join = (path: string, segment: string | number): string =>
  `${path}/${typeof segment === "number" ? segment : escapeSegment(segment)}`;

const escapeSegment = (segment: string): string =>
  /[~/]/.test(segment) ? segment.replaceAll("~", "~0").replaceAll("/", "~1") : segment;

/** The segments of a document path, unescaped. */
export const segments = (path: string): string[] =>
  path === ""
    ? []
    : path
        .slice(1)
        .split("/")
        .map(segment => segment.replaceAll("~1", "/").replaceAll("~0", "~"));

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === "error";

import type { PathPlace, Span } from "./diagnostic.ts";

export interface SourceText {
  /** Without a byte order mark. */
  readonly text: string;
  /** Bytes before the text: 3 for a byte order mark, else 0. */
  readonly bytesBefore: number;
}

/** Resolves document paths to spans of files. Asked only when something is reported. */
export interface Places {
  /** The files in the order of their layers. */
  readonly files: readonly string[];
  span(place: PathPlace): Span | undefined;
  /** Where an alias on the way took the value from; undefined without one. */
  anchor?(place: PathPlace): Span | undefined;
  source(file: string): SourceText | undefined;
}

/** For findings that come before any file was read. */
export const noPlaces: Places = { files: [], span: () => undefined, source: () => undefined };

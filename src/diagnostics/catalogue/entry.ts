import type { Severity } from "../diagnostic.ts";

/** One thing the tool can say. Codes are permanent; `about` is the page that `explain` prints. */
export interface Entry<A> {
  readonly code: `AL${number}`;
  readonly severity: Severity;
  readonly message: (args: A) => string;
  readonly label?: (args: A) => string | undefined;
  readonly help?: (args: A) => string | undefined;
  readonly about: string;
  /** Whether the place of the finding holds a secret. */
  readonly secret?: true;
}

export const error = <A>(code: `AL${number}`, entry: Omit<Entry<A>, "code" | "severity">): Entry<A> => ({
  code,
  severity: "error",
  ...entry,
});

export const warning = <A>(code: `AL${number}`, entry: Omit<Entry<A>, "code" | "severity">): Entry<A> => ({
  code,
  severity: "warning",
  ...entry,
});

/** Puts a word in backticks. */
export const quote = (word: string): string => `\`${word}\``;

/** "`a`, `b` or `c`". */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map(quote);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** "`a`, `b` and `c`". */
export const allOf = (words: readonly string[]): string => oneOf(words).replace(/ or (?=`[^`]*`$)/, " and ");

export const didYouMean = ({ suggestion }: { readonly suggestion?: string | undefined }): string | undefined =>
  suggestion === undefined ? undefined : `did you mean ${quote(suggestion)}?`;

/** "90 s" or "4 min". */
export const duration = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
};

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** What the operating system says, by its code. */
export const systemProblems: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "the operation is not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  ENOENT: "it does not exist",
  EEXIST: "it exists already",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "the user's share of the disk is used up",
  EIO: "the disk fails",
  EROFS: "the file system is read-only",
};

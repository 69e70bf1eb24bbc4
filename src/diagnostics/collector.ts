import type { Diagnostic } from "./diagnostic.ts";
import { isError } from "./diagnostic.ts";

/** The document paths that something is wrong with. */
export type Poison = ReadonlySet<string>;

export interface Collector {
  readonly diagnostics: Diagnostic[];
  /** Keeps a finding, unless an earlier stage already found its place unsound. */
  add(diagnostic: Diagnostic): void;
  /** Whether neither the path nor anything above it is poisoned by an earlier stage. */
  sound(path: string): boolean;
  /** Whether nothing below the path is poisoned either. */
  intact(path: string): boolean;
}

export function createCollector(poison: Poison): Collector {
  const diagnostics: Diagnostic[] = [];
  const sound = (path: string): boolean => poison.size === 0 || !isPoisoned(poison, path);
  return {
    diagnostics,
    sound,
    intact: path => sound(path) && ![...poison].some(poisoned => poisoned.startsWith(`${path}/`)),
    add: diagnostic => {
      if (!("path" in diagnostic.at) || sound(diagnostic.at.path)) diagnostics.push(diagnostic);
    },
  };
}

/** The poison of all stages so far. */
export const poisonOf = (diagnostics: readonly Diagnostic[]): Poison =>
  new Set(diagnostics.filter(isError).flatMap(diagnostic => diagnostic.poisons));

function isPoisoned(poison: Poison, path: string): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (poison.has(path.slice(0, end))) return true;
  }
  return poison.has("");
}

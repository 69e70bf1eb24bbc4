import { type Args, catalogue, type FindingName } from "./catalogue/index.ts";
import type { Detail, Diagnostic, Fix, Place, Related } from "./diagnostic.ts";

interface More {
  readonly related?: readonly Related[];
  readonly details?: readonly Detail[];
  readonly fixes?: readonly Fix[];
  /** Paths that later stages skip; by default the place itself, if the finding is an error. */
  readonly poisons?: readonly string[];
}

/** Makes the finding `name` of the catalogue at a place; the sentences come from the catalogue alone. */
export function finding<N extends FindingName>(name: N, at: Place, args: Args<N>, more: More = {}): Diagnostic {
  const entry = catalogue[name];
  const label = (entry.label as ((args: Args<N>) => string | undefined) | undefined)?.(args);
  const help = (entry.help as ((args: Args<N>) => string | undefined) | undefined)?.(args);
  const itself = entry.severity === "error" && "path" in at ? [at.path] : [];
  return {
    code: entry.code,
    name,
    severity: entry.severity,
    message: (entry.message as (args: Args<N>) => string)(args),
    ...(label === undefined ? {} : { label }),
    ...(help === undefined ? {} : { help }),
    at,
    ...(entry.secret === true ? { secret: true } : {}),
    related: more.related ?? [],
    ...(more.details === undefined || more.details.length === 0 ? {} : { details: more.details }),
    fixes: more.fixes ?? [],
    poisons: more.poisons ?? itself,
  };
}

import { type Diagnostic, finding, key, value } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import { fieldManager } from "../api/cluster.ts";
import type { ApiError } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { DesiredObject } from "./desired.ts";
import { approximateChanges } from "./diff.ts";
import { fieldOwners } from "./field-owners.ts";
import { termOf } from "./field-terms.ts";
import { type ObjectPath, parseManagedPath, valueAtPath } from "./object-path.ts";

export const isFieldConflict = ({ status, causes }: ApiError): boolean =>
  status === 409 && causes.some(({ reason }) => reason === "FieldManagerConflict");

interface Conflicting {
  readonly desired: DesiredObject;
  readonly live: LiveObject;
  readonly stack: StackIr;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

interface Conflict {
  readonly path: ObjectPath;
  readonly manager: string;
}

/**
 * One finding for each field that another manager owns, with what is there and what is wanted. None where the conflict
 * is with what was written under our own name.
 */
export function conflictFindings(cause: ApiError, conflicting: Conflicting): readonly Diagnostic[] {
  const { desired, live } = conflicting;
  const named = namedBy(cause);
  const isDifferent = ({ path }: Conflict): boolean =>
    JSON.stringify(valueAtPath(desired.object, path)) !== JSON.stringify(valueAtPath(live, path));
  const differing = [...named, ...overlooked(conflicting)].filter(isDifferent);
  const found = deepest(differing.length > 0 ? differing : named);
  return found
    .filter(({ manager }) => manager !== fieldManager)
    .map(conflict => conflictFinding(conflict, conflicting));
}

/** Old servers name some fields several times, and others that are no conflict: those whose values are equal. */
const namedBy = ({ causes }: ApiError): readonly Conflict[] =>
  causes
    .filter(({ reason }) => reason === "FieldManagerConflict")
    .map(({ field = "", message = "" }) => ({
      path: parseManagedPath(field),
      manager: /"([^"]+)"/.exec(message)?.[1] ?? "another",
    }));

/** Old servers do not name every field either, and an apply that is forced takes them all. */
function overlooked({ desired, live }: Conflicting): readonly Conflict[] {
  const changes = approximateChanges(desired.object, live);
  return changes.flatMap(({ path }) =>
    fieldOwners(live, path).map(manager => ({ path: valuePath(desired.object, path), manager })),
  );
}

/** Of a variable with a text, the text. */
function valuePath(object: object, path: ObjectPath): ObjectPath {
  const variable = path.at(-2) === "env" ? valueAtPath(object, [...path, "value"]) : undefined;
  return variable === undefined ? path : [...path, "value"];
}

/** Each once, and none that another one is a part of. */
function deepest(conflicts: readonly Conflict[]): readonly Conflict[] {
  const textOf = ({ path, manager }: Conflict): string => JSON.stringify([manager, ...path]).slice(0, -1);
  const unique = [...new Map(conflicts.map(conflict => [textOf(conflict), conflict]))];
  return unique
    .filter(([text]) => !unique.some(([other]) => other.startsWith(`${text},`)))
    .map(([, conflict]) => conflict);
}

function conflictFinding({ path, manager }: Conflict, { desired, live, stack, mask }: Conflicting): Diagnostic {
  const { kind, metadata } = desired.object;
  const daemon = stack.daemons.find(({ id }) => id === desired.daemon);
  const object = { kind, name: metadata.name };
  const term = termOf(path, { object, stack, ...(daemon === undefined ? {} : { daemon }) });
  const shown = (object: object): string | undefined =>
    kind === "Secret" || term.secret ? undefined : inWords(valueAtPath(object, path), mask);
  const args = { ...object, field: term.field, manager, live: shown(live), wanted: shown(desired.object) };
  return finding("field-conflict", term.path === undefined ? key(desired.path) : value(term.path), args, {
    poisons: [],
  });
}

/** Masked before it is cut: half of a value would not be found. */
const inWords = (found: unknown, mask: (text: string) => string): string | undefined =>
  found === undefined ? undefined : typeof found === "string" ? mask(found) : mask(JSON.stringify(found)).slice(0, 80);

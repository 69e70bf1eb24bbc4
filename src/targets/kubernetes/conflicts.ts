import { type Diagnostic, finding, key, value } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import type { ApiError, StatusCause } from "./api-error.ts";
import type { DesiredObject } from "./desired.ts";
import { fieldOf, valueAt } from "./fields.ts";
import type { LiveObject } from "./live-object.ts";

export const isFieldConflict = ({ status, causes }: ApiError): boolean =>
  status === 409 && causes.some(({ reason }) => reason === "FieldManagerConflict");

interface Conflicting {
  readonly desired: DesiredObject;
  readonly live: LiveObject;
  readonly stack: StackIr;
}

/**
 * One finding for each field that another manager owns, with what is there and what is wanted. Old servers name some
 * fields several times, and others that are no conflict: those whose values are equal.
 */
export function conflictFindings({ causes }: ApiError, conflicting: Conflicting): readonly Diagnostic[] {
  const named = causes.filter(({ reason }) => reason === "FieldManagerConflict");
  const unique = [...new Map(named.map(cause => [`${cause.message} ${cause.field}`, cause])).values()];
  const differing = unique.filter(({ field = "" }) => differs(field, conflicting));
  return (differing.length > 0 ? differing : unique).map(cause => conflictFinding(cause, conflicting));
}

const differs = (field: string, { desired, live }: Conflicting): boolean =>
  JSON.stringify(valueAt(desired.object, field)) !== JSON.stringify(valueAt(live, field));

function conflictFinding({ field = "", message = "" }: StatusCause, { desired, live, stack }: Conflicting): Diagnostic {
  const { kind, metadata } = desired.object;
  const daemon = stack.daemons.find(({ id }) => id === desired.daemon);
  const described = fieldOf(field, {
    object: { kind, name: metadata.name },
    stack,
    ...(daemon === undefined ? {} : { daemon }),
  });
  const shown = (object: object): string | undefined =>
    kind === "Secret" || described.secret ? undefined : inWords(valueAt(object, field));
  const args = {
    kind,
    name: metadata.name,
    field: described.field,
    manager: /"([^"]+)"/.exec(message)?.[1] ?? "another",
    live: shown(live),
    wanted: shown(desired.object),
  };
  return finding("field-conflict", described.path === undefined ? key(desired.path) : value(described.path), args, {
    poisons: [],
  });
}

const inWords = (found: unknown): string | undefined =>
  found === undefined ? undefined : typeof found === "string" ? found : JSON.stringify(found).slice(0, 80);

import { type Owner, owners } from "./generated/owners.ts";

export interface OwnerAt {
  /** Name of the definition, as in the schema. */
  readonly definition: string;
  /** How findings call it. */
  readonly owner: string;
  readonly fields: readonly string[];
  /** Whether the kind of the object is still open, because its tag is missing or unknown. */
  readonly untold: boolean;
}

/** The definition of the schema that the object at a path follows. */
export function ownerAt(data: unknown, path: readonly string[]): OwnerAt {
  let definition = "Stack";
  let current = data;
  for (const segment of path) {
    definition = definition.startsWith("*") ? definition.slice(1) : below(told(definition, current), segment);
    current = child(current, segment);
  }
  const name = told(definition, current);
  const owner = owners[name];
  if (owner === undefined) return { definition: name, owner: `\`${path.at(-1) ?? ""}\``, fields: [], untold: false };
  const untold = "tag" in owner;
  return { definition: name, owner: owner.owner, fields: untold ? [owner.tag] : Object.keys(owner.fields), untold };
}

const below = (definition: string, segment: string): string => {
  const owner: Owner | undefined = owners[definition];
  return owner !== undefined && "fields" in owner && Object.hasOwn(owner.fields, segment)
    ? (owner.fields[segment] ?? "")
    : "";
};

/** The variant that an object's tag names, or the union itself. */
function told(definition: string, value: unknown): string {
  const owner = owners[definition];
  if (owner === undefined || !("tag" in owner)) return definition;
  const tag = child(value, owner.tag);
  return typeof tag === "string" && Object.hasOwn(owner.variants, tag)
    ? (owner.variants[tag] ?? definition)
    : definition;
}

export const child = (value: unknown, segment: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, segment)
    ? (value as Readonly<Record<string, unknown>>)[segment]
    : undefined;

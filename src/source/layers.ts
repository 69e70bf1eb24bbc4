/** Data of one file and what came of merging it: later over earlier. */
export type Mapping = { readonly [key: string]: unknown };

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Merges two layers: mappings merge; `code`, `binding`, entries of `bindings` and references replace as a whole;
 * lists and scalars replace; `null` removes, also where there is nothing to remove.
 */
export function mergeLayers(under: unknown, over: unknown, path: readonly string[] = []): unknown {
  if (!isMapping(over) || isAtomic(path)) return over;
  const merged: Record<string, unknown> = isMapping(under) ? { ...under } : {};
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeLayers(Object.hasOwn(merged, key) ? merged[key] : undefined, value, [...path, key]);
  }
  return merged;
}

/** Whether a later layer replaces the mapping at this path as a whole. */
export function isAtomic(path: readonly string[]): boolean {
  const [section, , field] = path;
  if (section === "commands") return path.length === 2;
  if (section === "secrets") return path.length === 3;
  if (section !== "resources") return false;
  if (field === "code" || field === "binding") return path.length === 3;
  return (field === "bindings" || field === "environment") && path.length === 4;
}

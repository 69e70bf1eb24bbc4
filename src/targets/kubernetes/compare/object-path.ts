/** One step into an object: a field, or the item with that name of a list. */
export type PathSegment = string | { readonly name: string };
export type ObjectPath = readonly PathSegment[];

/** A path as `kubectl` users write it: `spec.template.spec.containers[daemon].lifecycle`. */
export function kubectlPath(path: ObjectPath): string {
  return path.map(step).join("").replace(/^\./, "");
}

function step(segment: PathSegment): string {
  if (typeof segment !== "string") return `[${segment.name}]`;
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${segment}]`;
}

/** Fields whose own fields have names with dots in them, which the server does not escape. */
const free = new Set([
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "requests",
  "limits",
  "data",
  "stringData",
]);

/** The path that the server names in a conflict: `.spec.containers[name="daemon"].image`. */
export function parseManagedPath(text: string): ObjectPath {
  const path: PathSegment[] = [];
  const tokens = text.matchAll(/\.([^.[]*)|\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/g);
  for (const { 0: token, 1: field, 2: key, index } of tokens) {
    const last = path.at(-1);
    if (field !== undefined && typeof last === "string" && free.has(last)) return [...path, text.slice(index + 1)];
    path.push(field ?? { name: keyName(key ?? token) });
  }
  return path;
}

/** `name="daemon"` → `daemon`; other keys stay as they are written. */
function keyName(key: string): string {
  const quoted = /^name=(".*")$/s.exec(key)?.[1];
  if (quoted === undefined) return key;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

/** What stands at a path, or undefined. */
export function valueAtPath(object: unknown, path: ObjectPath): unknown {
  return path.reduce<unknown>((found, segment) => {
    if (typeof found !== "object" || found === null) return undefined;
    if (typeof segment === "string") return Object.hasOwn(found, segment) ? Reflect.get(found, segment) : undefined;
    return Array.isArray(found) ? found.find(item => item?.name === segment.name) : undefined;
  }, object);
}

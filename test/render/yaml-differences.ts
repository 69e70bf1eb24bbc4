/** The first few places where what a reader found is not what was written, as `path: found instead of written`. */
export function differences(found: unknown, written: unknown, path = ""): readonly string[] {
  if (!isBranch(written) || !isBranch(found) || Array.isArray(written) !== Array.isArray(found)) {
    return Object.is(found, written) ? [] : [`${path}: ${JSON.stringify(found)} instead of ${JSON.stringify(written)}`];
  }
  const keys = new Set([...Object.keys(written), ...Object.keys(found)]);
  const all: string[] = [];
  for (const key of keys) {
    all.push(...differences(own(found, key), own(written, key), `${path}/${JSON.stringify(key)}`));
    if (all.length > 10) break;
  }
  return all;
}

type Branch = Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch => typeof value === "object" && value !== null;

const own = (branch: Branch, key: string): unknown => (Object.hasOwn(branch, key) ? branch[key] : undefined);

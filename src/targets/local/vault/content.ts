export type VaultContent = ReadonlyMap<string, string>;

/** What a vault's file says; undefined where it is no JSON object of texts. */
export function readContent(text: string): VaultContent | undefined {
  if (text === "") return new Map();
  const data = parsed(text);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const entries = Object.entries(data);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === "string")
    ? new Map(entries)
    : undefined;
}

/** The same content is always the same text. */
export function writeContent(content: VaultContent): string {
  const entries = [...content].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Shorter text in a binding is no secret, but a word such as `s3`. */
const shortestPart = 4;

/** A secret value, and the texts in it where it is a document: a process may print a part of a binding. */
export function secretTexts(value: string): readonly string[] {
  return [value, ...partsOf(parse(value)).filter(part => part.length >= shortestPart)];
}

function partsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(partsOf) : [];
}

function parse(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** What stands where a secret stood. */
const hidden = "***";

/** Shorter values stand in other words by chance. */
const shortest = 4;
/** Lines of a longer value, such as a key, that say something by themselves. */
const shortestLine = 8;

/** Replaces known secret values in text, in every form they are likely to be printed in. */
export function createMask(values: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...values].flatMap(formsOf))].filter(form => form !== "");
  if (forms.length === 0) return text => text;
  // The longest first, so that a value that holds another is replaced as a whole.
  const patterns = forms.sort((a, b) => b.length - a.length).map(patternOf);
  const any = new RegExp(patterns.join("|"), "gu");
  return text => text.replace(any, hidden);
}

/** A value as it is, its long lines, and what encoders make of it. */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  const lines = value.split(/\r?\n/).filter(line => line.length >= shortestLine);
  const whole = [value, ...(trimmed.length >= shortest ? [trimmed] : [])];
  if (value.length < shortest) return whole;
  return [...new Set([...whole, ...lines])].flatMap(form => [form, ...encoded(form)]);
}

const encoded = (text: string): readonly string[] => [
  Buffer.from(text).toString("base64"),
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text.toWellFormed()),
];

function patternOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return form.length < shortest ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}

import { printableJson } from "../diagnostics/index.ts";

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
  const sorted = forms.sort((a, b) => b.length - a.length);
  const long = sorted.filter(form => form.length >= shortest);
  const short = sorted.filter(form => form.length < shortest).map(wordPattern);
  const words = short.length === 0 ? undefined : new RegExp(short.join("|"), "gu");
  return text => {
    // One expression of all would be refused where a value is long.
    const masked = long.reduce((rest, form) => rest.replaceAll(form, hidden), text);
    return words === undefined ? masked : masked.replace(words, hidden);
  };
}

/**
 * The same for whole documents of ours. A value that stands in other words by chance is left there, and of JSON only the
 * text in it is looked at: what reads the document still can.
 */
export function createDocumentMask(values: Iterable<string>): (text: string) => string {
  const mask = createMask([...values].filter(value => value.trim().length >= shortest));
  return text => (isJson(text) ? maskJson(text, mask) : mask(text));
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}

/** Strings that are values; a name with its colon is left as it is. */
const maskJson = (text: string, mask: (text: string) => string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (token, colon: string | undefined) => {
    if (colon !== undefined) return token;
    const value = JSON.parse(token) as string;
    const masked = mask(value);
    return masked === value ? token : printableJson(masked).trimEnd();
  });

/** A value as it is, its long lines, and what encoders make of it. */
function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  const lines = value.split(/\r?\n/).filter(line => line.length >= shortestLine);
  const whole = [value, ...(trimmed.length >= shortest ? [trimmed] : [])];
  if (value.length < shortest) return whole;
  return [...new Set([...whole, ...lines])].flatMap(form => [form, ...encoded(form)]);
}

function encoded(text: string): readonly string[] {
  const [bytes, json] = [Buffer.from(text), inJson(text)];
  const within = [...new Set([text, json])].flatMap(form =>
    [0, 1, 2].map(offset => base64At(Buffer.from(form), offset)),
  );
  const base64 = [bytes.toString("base64"), ...within];
  const inUrls = base64.map(form => form.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
  const hex = bytes.toString("hex");
  const long = [...base64, ...inUrls, hex, hex.toUpperCase()].filter(form => form.length >= shortest);
  return [...long, json, inJson(json), encodeURIComponent(text.toWellFormed())];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The part of a longer text's base64 that tells nothing but the value, which starts at this byte of three. */
function base64At(bytes: Buffer, offset: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]);
  return all.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((all.length * 8) / 6));
}

/** A short value, where it stands alone. */
const wordPattern = (form: string): string =>
  `(?<![\\p{L}\\p{N}_])${form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}(?![\\p{L}\\p{N}_])`;

/**
 * What may not reach a terminal or a log as it stands: controls, what changes the reading direction or cannot be seen,
 * halves of surrogate pairs, and the bracket of `##[command]`, which a GitHub runner obeys anywhere in a line.
 * The two joiners stay: scripts and emoji need them.
 */
const hostile = /(?<=##(?:vso)?)\[|(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const hostileOrOther = new RegExp(`(${hostile.source})|.`, "gsu");
const suspicious = /[^ -~]|##/;

/** Makes untrusted text safe to print: what is hostile becomes visible, like `\u{1b}`. Characters in `keep` stay. */
export const printable = (text: string, keep = ""): string =>
  suspicious.test(text) ? text.replace(hostile, found => visible(found, keep)) : text;

/** The same as one text for each code point. */
export function printableCharacters(text: string, keep = ""): readonly string[] {
  if (!suspicious.test(text) || text.search(hostile) === -1) return Array.from(text);
  return Array.from(text.matchAll(hostileOrOther), ([any, found]) =>
    found === undefined ? any : visible(found, keep),
  );
}

const visible = (character: string, keep: string): string =>
  keep.includes(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** JSON whose strings hold nothing hostile but as `\uXXXX`. */
export const printableJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(hostile, found => (found === "\n" ? found : jsonEscaped(found)))}\n`;

const jsonEscaped = (character: string): string =>
  character
    .split("")
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** The text of a GitHub workflow command. */
export const escapeWorkflowData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** A property of a GitHub workflow command. */
export const escapeWorkflowProperty = (text: string): string =>
  escapeWorkflowData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

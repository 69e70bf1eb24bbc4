const plain = /^[A-Za-z_][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*$/;
/** Words that some reader takes for a boolean, a null, or (`e1`) a broken number. */
const notText = /^(?:y|n|yes|no|on|off|true|false|null|e[0-9_.+-]+)$/i;

/** What readers refuse or take for a line break, unless it is escaped; line feed stands apart. */
const special = /[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;
/** What turns the text around it, and what a CI runner takes for a command (`##[`) when manifests are printed. */
const deceptive = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|##(?=\[|vso\[)/;
/** The part of both that JSON leaves as it is. */
const unescaped = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|#(?=\[|vso\[)/g;
/** A line that a CI runner takes for a command. */
const command = /^\s*::/m;

const isUnsafe = (text: string): boolean => special.test(text) || deceptive.test(text);

const multiLine = /[^\n]\n$/;
const fitsBlock = (text: string): boolean =>
  multiLine.test(text) && !unfitForBlock.test(text) && !command.test(text) && !isUnsafe(text);
/** Where lines start or end in spaces, readers disagree about what is content. */
const unfitForBlock = /^[ \n]| (?:\n|$)/;

/** Asked of every key: most are too long to be such a word. */
const isWord = (text: string): boolean =>
  (text.length <= 5 || text[0] === "e" || text[0] === "E") && notText.test(text);

/** How short strings were written before: manifests say the same few hundred over and over. */
export type WrittenTexts = Map<string, string>;
const longestKept = 40;

/** A string on one line, quoted unless every reader agrees that it is text. */
export function yamlText(text: string, written: WrittenTexts): string {
  if (text.length > longestKept) return oneLine(text);
  const known = written.get(text);
  if (known !== undefined) return known;
  const line = oneLine(text);
  written.set(text, line);
  return line;
}

function oneLine(text: string): string {
  if (plain.test(text) && !isWord(text)) return text;
  if (/["\\]/.test(text) && !text.includes("\n") && !isUnsafe(text)) return `'${text.replaceAll("'", "''")}'`;
  return escapeInJson(JSON.stringify(text));
}

/** JSON that readers of YAML take too. */
export const escapeInJson = (json: string): string =>
  json.replaceAll(unescaped, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A string as a value: text of several lines stands as a block, with its lines at `indent`. */
export function yamlValueText(text: string, indent: string, written: WrittenTexts): string {
  if (!text.endsWith("\n") || !fitsBlock(text)) return yamlText(text, written);
  return `|\n${indent}${text.slice(0, -1).replaceAll(/\n(?!\n)/g, `\n${indent}`)}`;
}

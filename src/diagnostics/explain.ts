import type { Entry } from "./catalogue/entry.ts";
import { catalogue } from "./catalogue/index.ts";
import { docsUrl } from "./docs-url.ts";

/** One entry of the catalogue with its name. */
export interface Explained extends Pick<Entry<never>, "code" | "severity" | "about"> {
  readonly name: string;
}

/** Every finding there is, by code. */
export const explained: readonly Explained[] = Object.entries(catalogue)
  .map(([name, { code, severity, about }]) => ({ name, code, severity, about }))
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/** The entry with a code or a name, in any case. */
export const findEntry = (word: string): Explained | undefined =>
  explained.find(({ code, name }) => code === word.toUpperCase() || name === word.toLowerCase());

export const findingWords = (): readonly string[] => explained.flatMap(({ code, name }) => [code, name]);

export const explainPage = ({ code, name, severity, about }: Explained): string =>
  `${severity}[${code}] ${name}\n\n${wrap(about)}\n\n${docsUrl(code)}\n`;

export function explainList(): string {
  const width = Math.max(...explained.map(({ name }) => name.length));
  return explained.map(({ code, name, about }) => `${code}  ${name.padEnd(width)}  ${firstSentence(about)}\n`).join("");
}

const firstSentence = (text: string): string => /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;

function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length < 78) lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Printed } from "./run-main.ts";

/** One line `$ …` of a transcript, split as a shell would. */
export interface Command {
  readonly line: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly program: string;
  readonly words: readonly string[];
  /** The file behind `<`. */
  readonly input: string | undefined;
  /** The file behind `>`. */
  readonly output: string | undefined;
}

const commandLine = /^\$ (?=(?:\w+=\S* )*(?:alien-compile|ls|cat|head)\b)/;

/** The commands of a transcript and the remarks (`# …`) at its top. */
export function parseTranscript(text: string): { readonly remarks: readonly string[]; readonly commands: Command[] } {
  const lines = text.split("\n");
  const first = lines.findIndex(line => commandLine.test(line));
  const remarks = lines.slice(0, Math.max(0, first)).filter(line => line.startsWith("#"));
  return { remarks, commands: lines.filter(line => commandLine.test(line)).map(line => parseCommand(line.slice(2))) };
}

function parseCommand(line: string): Command {
  const all = shellWords(line);
  const start = all.findIndex(word => !/^\w+=/.test(word));
  const environment = Object.fromEntries(
    all.slice(0, start).map(word => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
  );
  const [program = "", ...rest] = all.slice(start);
  const redirect = rest.findIndex(word => word === "<" || word === ">");
  const words = redirect === -1 ? rest : rest.slice(0, redirect);
  const behind = (sign: string) => (rest.includes(sign) ? rest[rest.indexOf(sign) + 1] : undefined);
  return { line, environment, program, words, input: behind("<"), output: behind(">") };
}

/** Words between blanks; single and double quotes hold them together. */
const shellWords = (line: string): string[] =>
  Array.from(line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));

/** The transcript of commands and what they printed: standard output first, then standard error, marked. */
export function formatTranscript(
  remarks: readonly string[],
  results: readonly { readonly command: Command; readonly printed: Printed }[],
): string {
  const parts = results.map(({ command, printed }) =>
    [
      `$ ${command.line}`,
      ...shown(printed.out, ""),
      ...shown(printed.error, "2> "),
      `Exit code: ${printed.exitCode}`,
    ].join("\n"),
  );
  return `${[...(remarks.length > 0 ? [remarks.join("\n")] : []), ...parts].join("\n\n")}\n`;
}

/** Lines as they are printed, with controls and a missing newline made visible. */
function shown(text: string, mark: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop();
  if (last !== "") lines.push(`${last}(no newline)`);
  return lines.map(line => (mark + line.replace(/[\u0000-\u001f\u007f-\u009f]/g, escaped)).trimEnd());
}

const escaped = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** The helpers of a transcript that are not ours: what a reader of it would type to look at the result. */
export function runHelper({ program, words }: Command, directory: string): Printed {
  if (program === "ls") {
    const names = readdirSync(join(directory, words.at(-1) ?? "."));
    return {
      out: names
        .sort()
        .map(name => `${name}\n`)
        .join(""),
      error: "",
      exitCode: 0,
    };
  }
  const files = words.filter(word => !word.startsWith("-")).map(word => readFileSync(join(directory, word), "utf8"));
  const count = program === "head" ? Number(words[0]?.slice(1)) : undefined;
  const lines = files.flatMap(text => text.split(/(?<=\n)/).slice(0, count));
  return { out: lines.join(""), error: "", exitCode: 0 };
}

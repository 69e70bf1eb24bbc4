import type { Flag } from "./flags.ts";

/**
 * A command line, cut into pieces. Node's own `parseArgs` does the same but costs a cold start 3 ms: asking for
 * `node:util` loads Node's streams and workers.
 */
export type Token =
  | { readonly kind: "positional"; readonly index: number; readonly value: string }
  | { readonly kind: "option-terminator"; readonly index: number }
  | OptionToken;

export interface OptionToken {
  readonly kind: "option";
  readonly index: number;
  /** The flag's full name, or what was written where there is none. */
  readonly name: string;
  /** As it was written: `-f`, `--file`. */
  readonly rawName: string;
  /** Undefined where the flag takes none or none is there. */
  readonly value: string | undefined;
}

/** Flags and operands in any order; `--` ends the flags, `-` is an operand, `-qf file` is `-q -f file`. */
export function tokenize(words: readonly string[], known: readonly Flag[]): readonly Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") {
      tokens.push({ kind: "option-terminator", index });
      return [...tokens, ...words.slice(index + 1).map((value, more) => positional(index + 1 + more, value))];
    }
    if (word === "-" || !word.startsWith("-")) {
      tokens.push(positional(index, word));
      continue;
    }
    const options = word.startsWith("--") ? [longOption(index, word)] : shortOptions(index, word, known);
    const last = options.at(-1);
    const next = words[index + 1];
    const takesNext = last?.value === undefined && takesValue(last?.name, known) && next !== undefined && isValue(next);
    tokens.push(...options.slice(0, -1), ...(last === undefined ? [] : [takesNext ? { ...last, value: next } : last]));
    if (takesNext) index += 1;
  }
  return tokens;
}

const positional = (index: number, value: string): Token => ({ kind: "positional", index, value });

/** A flag that follows is no value, unless it is written `--flag=-value`. */
const isValue = (word: string): boolean => word === "-" || !word.startsWith("-");

const takesValue = (name: string | undefined, known: readonly Flag[]): boolean =>
  known.some(flag => flag.name === name && flag.kind !== "switch");

function longOption(index: number, word: string): OptionToken {
  const [, rawName = word, value] = /^(--[^=]*)=(.*)$/s.exec(word) ?? [];
  return { kind: "option", index, name: rawName.slice(2), rawName, value };
}

/** A group of one-letter flags; behind one that takes a value, the rest of the word is the value. */
function shortOptions(index: number, word: string, known: readonly Flag[]): OptionToken[] {
  const [letter = "", ...others] = [...word.slice(1)];
  const flag = known.find(({ short }) => short === letter);
  const rest = others.join("");
  const option = { kind: "option" as const, index, name: flag?.name ?? letter, rawName: `-${letter}` };
  if (rest === "") return [{ ...option, value: undefined }];
  if (takesValue(flag?.name, known)) return [{ ...option, value: rest.replace(/^=/, "") }];
  return [{ ...option, value: undefined }, ...shortOptions(index, `-${rest}`, known)];
}

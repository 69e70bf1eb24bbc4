import { type Diagnostic, finding, suggest } from "../diagnostics/index.ts";
import type { Flag, FlagName } from "./flags.ts";
import { tokenize } from "./tokens.ts";

/** A command line, parsed. */
export interface Call {
  readonly operands: readonly string[];
  /** Values in the order given; a switch has one empty value. */
  readonly flags: ReadonlyMap<FlagName, readonly string[]>;
}

/** Parses the words behind a verb; every wrong flag is found at once. */
export function parseCall(
  verb: string,
  words: readonly string[],
  known: readonly Flag[],
): { call: Call; diagnostics: Diagnostic[] } {
  const operands: string[] = [];
  const flags = new Map<FlagName, string[]>();
  const diagnostics: Diagnostic[] = [];
  for (const token of tokenize(words, known)) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const flag = known.find(({ name }) => name === token.name);
    const problem =
      flag === undefined
        ? unknownFlag(verb, token.rawName, known)
        : checkValue(flag, token.rawName, token.value, flags);
    if (problem !== undefined) diagnostics.push(problem);
    else if (flag !== undefined) flags.set(flag.name, [...(flags.get(flag.name) ?? []), token.value ?? ""]);
  }
  return { call: { operands, flags }, diagnostics };
}

/** Where the first operand stands, if it is one that may be a command: what follows `--` is a file. */
export function firstOperand(words: readonly string[], known: readonly Flag[]): number | undefined {
  const first = tokenize(words, known).find(({ kind }) => kind !== "option");
  return first?.kind === "positional" ? first.index : undefined;
}

function unknownFlag(verb: string, name: string, known: readonly Flag[]): Diagnostic {
  const suggestion = suggest(
    name,
    known.map(flag => `--${flag.name}`),
  );
  return finding("unknown-flag", { argument: name }, { name, verb, suggestion });
}

function checkValue(
  flag: Flag,
  name: string,
  value: string | undefined,
  given: ReadonlyMap<string, unknown>,
): Diagnostic | undefined {
  const at = { argument: name };
  if (flag.kind === "switch") return value === undefined ? undefined : finding("flag-takes-no-value", at, { name });
  const expected = flag.choices ?? [];
  if (value === undefined || value === "") return finding("flag-needs-value", at, { name, expected });
  if (expected.length > 0 && !expected.includes(value)) {
    return finding("bad-flag-value", at, { name, value, expected });
  }
  return flag.kind === "value" && given.has(flag.name) ? finding("repeated-flag", at, { name }) : undefined;
}

export const flagOf = ({ flags }: Call, name: FlagName): string | undefined => flags.get(name)?.at(-1);
export const hasFlag = ({ flags }: Call, name: FlagName): boolean => flags.has(name);

import type { SecretIr } from "../../ir/index.ts";
import { declared } from "../kubernetes/context.ts";
import type { LocalVariable } from "../local/stack.ts";
import { escapeDollars, interpolated } from "./interpolation.ts";

/** What is known of the secrets of a stack. */
export interface Secrets {
  readonly declared: ReadonlyMap<string, SecretIr>;
  /** Their values; without them Compose fills them in. */
  readonly values: ReadonlyMap<string, string> | undefined;
}

/** The environment of a container. What cannot be said is a finding elsewhere, and then the result is not used. */
export const environmentOf = (
  variables: readonly LocalVariable[],
  secrets: Secrets,
): Readonly<Record<string, string>> =>
  Object.fromEntries(variables.map(variable => [variable.name, textOf(variable, secrets)]));

function textOf({ secrets: [first], text }: LocalVariable, { declared: known, values }: Secrets): string {
  if (first === undefined || values !== undefined) return escapeDollars(text(secret => values?.get(secret) ?? ""));
  const { env } = declared(known.get(first), first);
  return env === undefined ? "" : interpolated(env, first);
}

/** The variables that have to be set where Compose runs, in the order of their names. */
export const requiredVariables = (variables: readonly LocalVariable[], secrets: Secrets): readonly string[] => {
  if (secrets.values !== undefined) return [];
  const used = variables.flatMap(variable => variable.secrets);
  return [...new Set(used.flatMap(name => declared(secrets.declared.get(name), name).env ?? []))].toSorted();
};

import { finding, key } from "../../diagnostics/index.ts";
import { bindingSecrets, type EnvironmentVariable } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

/** On Local, a secret's value comes from the environment or a file: there is no cluster to read it from. */
export const secretHasSource: Rule = ({ stack, platforms, sound }) => {
  if (!platforms.includes("local")) return [];
  const used = new Set(stack.daemons.flatMap(daemon => daemon.environment.local.flatMap(secretsOf)));
  return stack.secrets.flatMap(({ name, path, env, file, kubernetes }) => {
    if (!used.has(name) || kubernetes === undefined || env !== undefined || file !== undefined) return [];
    if (!sound(`${path}/env`) || !sound(`${path}/file`)) return [];
    return [finding("secret-source", key(path), { secret: name, platform: "local" })];
  });
};

function secretsOf({ value }: EnvironmentVariable): readonly string[] {
  if (value.kind === "secret") return [value.secret];
  return value.kind === "binding" ? bindingSecrets(value.binding) : [];
}

import { type Diagnostic, finding, key, value } from "../../diagnostics/index.ts";
import type { EnvironmentVariable, SecretIr, StackIr } from "../../ir/index.ts";
import { localMount } from "../../ir/index.ts";
import { declared } from "../kubernetes/context.ts";
import { missingValue } from "../kubernetes/env-secret.ts";
import type { LocalStack } from "../local/stack.ts";
import type { Secrets } from "./environment.ts";

/** What a Compose file cannot say of a stack. */
export const composeFindings = (stack: StackIr, local: LocalStack, secrets: Secrets): readonly Diagnostic[] => [
  ...(secrets.values === undefined ? unsaidSecrets(stack, secrets) : missingValues(local, secrets)),
  ...local.volumes.map(({ kind, resource, path }) =>
    finding("volume-of-root", key(path), { id: resource, directory: localMount(kind, resource) }),
  ),
];

/** Several daemons may need the same secret, or link the same binding; it is said once. */
function unsaidSecrets({ daemons }: StackIr, secrets: Secrets): readonly Diagnostic[] {
  const found = daemons.flatMap(({ environment }) => environment.local.flatMap(given => unsaid(given, secrets)));
  return [...new Map(found.map(diagnostic => [JSON.stringify(diagnostic.at), diagnostic])).values()];
}

function unsaid({ value: given }: EnvironmentVariable, { declared: known }: Secrets): readonly Diagnostic[] {
  switch (given.kind) {
    case "text":
      return [];
    case "secret":
      return fileSecret(declared(known.get(given.secret), given.secret));
    case "binding":
      return given.binding.fields.flatMap(field =>
        field.value.kind === "secret"
          ? [
              finding("binding-secret-in-compose", value(field.path), {
                id: given.resource,
                secret: field.value.secret,
              }),
            ]
          : [],
      );
  }
}

const fileSecret = ({ name, path, file }: SecretIr): readonly Diagnostic[] =>
  file === undefined ? [] : [finding("file-secret-in-compose", value(`${path}/file`), { secret: name, file })];

function missingValues({ daemons }: LocalStack, { declared: known, values }: Secrets): readonly Diagnostic[] {
  const needed = daemons.flatMap(({ environment }) => environment.flatMap(variable => variable.secrets));
  return [...new Set(needed)]
    .filter(name => values?.has(name) !== true)
    .map(name => missingValue(declared(known.get(name), name)));
}

import type { DaemonIr, EnvironmentVariable } from "../../ir/index.ts";
import { bindingEnvironment } from "./binding-environment.ts";
import {
  type ContainerEnvironment,
  combine,
  type EnvironmentSetting,
  reference,
  type SecretContent,
  type VariableSetting,
} from "./env-var.ts";
import { escapeReferences } from "./escape-references.ts";

export function containerEnvironment(daemon: DaemonIr, setting: EnvironmentSetting): ContainerEnvironment {
  const variables = daemon.environment.kubernetes;
  const taken = new Set(variables.map(({ name }) => name));
  return combine(variables.map(variable => variableEnvironment(variable, { ...setting, taken })));
}

function variableEnvironment({ name, value }: EnvironmentVariable, setting: VariableSetting): ContainerEnvironment {
  switch (value.kind) {
    case "text":
      return { env: [{ name, value: escapeReferences(value.text) }], contents: [], diagnostics: [] };
    case "secret":
      return secretEnvironment(name, value.secret, setting);
    case "binding":
      return bindingEnvironment({ name, resource: value.resource, binding: value.binding }, setting);
  }
}

function secretEnvironment(name: string, secret: string, setting: VariableSetting): ContainerEnvironment {
  const foreign = setting.secretOf(secret).kubernetes;
  if (foreign !== undefined) return { env: [reference(name, foreign)], contents: [], diagnostics: [] };
  const content: SecretContent = { key: name, secrets: [secret], text: reveal => reveal(secret) };
  return { env: [reference(name, { name: setting.ownSecret, key: name })], contents: [content], diagnostics: [] };
}

import { finding, value } from "../../diagnostics/index.ts";
import { type BindingField, type BindingIr, bindingJson, bindingSecrets } from "../../ir/index.ts";
import { type ContainerEnvironment, combine, reference, type SecretContent, type VariableSetting } from "./env-var.ts";
import { escapeReferences } from "./escape-references.ts";

interface BindingVariable {
  readonly name: string;
  readonly resource: string;
  readonly binding: BindingIr;
}

/**
 * A binding as one variable: plain text without secrets, else whole in the daemon's own Secret.
 * Only where a value is in a Secret that is not ours, the kubelet has to put it into the text.
 */
export function bindingEnvironment(variable: BindingVariable, setting: VariableSetting): ContainerEnvironment {
  const secrets = bindingSecrets(variable.binding);
  if (secrets.some(secret => isForeign(secret, setting))) return splicedBinding(variable, setting);
  if (secrets.length > 0) return wholeBinding(variable, secrets, setting);
  const json = bindingText(variable.binding, setting, () => "");
  return { env: [{ name: variable.name, value: escapeReferences(json) }], contents: [], diagnostics: [] };
}

/** A value we could read ourselves is preferred to one only the kubelet can read. */
function isForeign(name: string, setting: VariableSetting): boolean {
  const { env, file, kubernetes } = setting.secretOf(name);
  return kubernetes !== undefined && env === undefined && file === undefined;
}

function wholeBinding(
  { name, binding }: BindingVariable,
  secrets: readonly string[],
  setting: VariableSetting,
): ContainerEnvironment {
  const content: SecretContent = { key: name, secrets, text: reveal => bindingText(binding, setting, reveal) };
  return { env: [reference(name, { name: setting.ownSecret, key: name })], contents: [content], diagnostics: [] };
}

const bindingText = (binding: BindingIr, { namespace }: VariableSetting, reveal: (secret: string) => string): string =>
  bindingJson(binding, given => resolve(given, namespace, reveal));

function resolve(given: BindingField["value"], namespace: string, reveal: (secret: string) => string): string {
  switch (given.kind) {
    case "text":
      return given.text;
    case "number":
      return String(given.number);
    case "secret":
      return reveal(given.secret);
    case "namespace":
      return namespace;
  }
}

function splicedBinding(variable: BindingVariable, setting: VariableSetting): ContainerEnvironment {
  const parts = variable.binding.fields.flatMap(field =>
    field.value.kind === "secret" ? [splicedField(field, field.value.secret, { variable, setting })] : [],
  );
  const placeholders = new Map(parts.map(({ field, name }) => [field.value, `$(${name})`]));
  const json = bindingJson(
    variable.binding,
    given => placeholders.get(given) ?? escapeReferences(resolve(given, setting.namespace, () => "")),
  );
  return combine([...parts, { env: [{ name: variable.name, value: json }], contents: [], diagnostics: [] }]);
}

interface SplicedField extends ContainerEnvironment {
  readonly field: BindingField;
  readonly name: string;
}

function splicedField(
  field: BindingField,
  secret: string,
  { variable, setting }: { variable: BindingVariable; setting: VariableSetting },
): SplicedField {
  const name = unusedName(
    `ALIEN_BINDING_${variablePart(variable.resource)}_${variablePart(field.name)}`,
    setting.taken,
  );
  const { kubernetes } = setting.secretOf(secret);
  if (kubernetes !== undefined && isForeign(secret, setting)) {
    const warning = finding("spliced-secret", value(field.path), { id: variable.resource, secret });
    return { field, name, env: [reference(name, kubernetes)], contents: [], diagnostics: [warning] };
  }
  const content: SecretContent = { key: name, secrets: [secret], text: reveal => insideJson(reveal(secret)) };
  const own = { name: setting.ownSecret, key: name };
  return { field, name, env: [reference(name, own)], contents: [content], diagnostics: [] };
}

const variablePart = (text: string): string => text.toUpperCase().replaceAll("-", "_");

/** The kubelet inserts text as it is, so what we store ourselves is stored the way JSON spells it. */
const insideJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function unusedName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}

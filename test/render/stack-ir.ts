import {
  type BindingField,
  type BindingIr,
  type DaemonIr,
  type EnvironmentVariable,
  irVersion,
  type ResourceIr,
  type SecretIr,
  type StackIr,
  type VariableValue,
} from "../../src/ir/index.ts";

type KubernetesSettings = StackIr["kubernetes"];

/** A small stack; everything frozen, so that a renderer that writes into its input fails. */
export function stackIr(
  given: Partial<Omit<StackIr, "kubernetes">> & { kubernetes?: Partial<KubernetesSettings> } = {},
) {
  const stack: StackIr = {
    irVersion,
    stack: "acme",
    supportedPlatforms: [],
    profiles: [],
    secrets: [],
    resources: [],
    daemons: [daemonIr("connector")],
    local: {},
    ...given,
    kubernetes: { imagePullSecrets: [], networkPolicy: true, serviceAccounts: [], pod: {}, ...given.kubernetes },
  };
  return freeze(stack);
}

interface DaemonInput {
  readonly profile?: string;
  readonly image?: string;
  readonly environment?: readonly EnvironmentVariable[];
}

export const daemonIr = (
  id: string,
  { profile, image = "busybox:1.36", environment = [] }: DaemonInput = {},
): DaemonIr => ({
  kind: "daemon",
  id,
  path: `/resources/${id}`,
  code: { type: "image", path: `/resources/${id}/code`, image },
  links: [],
  ...(profile === undefined ? {} : { profile }),
  commandsEnabled: false,
  environment: { local: [], kubernetes: environment },
});

export const variable = (name: string, value: VariableValue): EnvironmentVariable => ({
  name,
  path: `/resources/connector/environment/${name}`,
  value,
});

export const text = (name: string, value: string): EnvironmentVariable => variable(name, { kind: "text", text: value });

export const link = (resource: string, binding: BindingIr): EnvironmentVariable =>
  variable(`ALIEN_${resource.toUpperCase().replaceAll("-", "_")}_BINDING`, { kind: "binding", resource, binding });

type FieldInput = string | number | { readonly secret: string } | "<namespace>";

export const bindingIr = (service: string, fields: Readonly<Record<string, FieldInput>>): BindingIr => ({
  service,
  path: "/resources/db/binding",
  embedded: false,
  fields: Object.entries(fields).map(([name, value]) => ({
    name,
    path: `/resources/db/binding/${name}`,
    value: bindingValue(value),
  })),
});

function bindingValue(value: FieldInput): BindingField["value"] {
  if (value === "<namespace>") return { kind: "namespace" };
  if (typeof value === "number") return { kind: "number", number: value };
  return typeof value === "string" ? { kind: "text", text: value } : { kind: "secret", secret: value.secret };
}

export const secretIr = (name: string, source: Omit<SecretIr, "name" | "path">): SecretIr => ({
  name,
  path: `/secrets/${name}`,
  ...source,
});

export const vaultIr = (id: string, keys: readonly string[], binding: BindingIr): ResourceIr => ({
  kind: "vault",
  id,
  path: `/resources/${id}`,
  keys,
  bindings: { kubernetes: binding },
});

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

import { join } from "../../../diagnostics/index.ts";
import {
  bindingSecrets,
  bindingVariable,
  type DaemonIr,
  type EnvironmentVariable,
  type StackIr,
} from "../../../ir/index.ts";
import { objectName, serviceAccountName } from "../../../render/index.ts";
import type { ObjectRef } from "../../index.ts";
import { kubectlPath, type ObjectPath } from "./object-path.ts";

/** A field in the words of `alien.yaml` where it has them, else by its path in the object. */
export interface FieldTerm {
  readonly field: string;
  /** The document path that says it, where there is one. */
  readonly path?: string;
  readonly secret?: true;
}

/** What a field is a field of. */
export interface FieldContext {
  readonly object: Pick<ObjectRef, "kind" | "name">;
  readonly daemon?: DaemonIr;
  readonly stack: StackIr;
}

type KindTerm = (path: ObjectPath, context: FieldContext) => FieldTerm | undefined;

export function termOf(path: ObjectPath, context: FieldContext): FieldTerm {
  const known = kindTerms[context.object.kind]?.(path, context);
  if (known !== undefined) return known;
  // It repeats the whole object, with whatever is in it.
  const isCopy = path.at(-1) === "kubectl.kubernetes.io/last-applied-configuration";
  return { field: kubectlPath(path), ...(isCopy ? { secret: true } : {}) };
}

const podPath = ["spec", "template", "spec"];
const settings = "/platforms/kubernetes";

function deploymentTerm(path: ObjectPath, context: FieldContext): FieldTerm | undefined {
  if (!podPath.every((field, index) => path[index] === field)) return undefined;
  const [field, item, ...rest] = path.slice(podPath.length);
  if (field !== "containers") return typeof field === "string" ? podTerm(field, path, context) : undefined;
  return typeof item === "object" && item.name === "daemon" ? containerTerm(rest, context) : undefined;
}

function podTerm(field: string, path: ObjectPath, { stack, daemon }: FieldContext): FieldTerm | undefined {
  switch (field) {
    case "nodeSelector":
    case "tolerations":
    case "securityContext":
    case "terminationGracePeriodSeconds":
      return settingTerm(["pod", ...path.slice(podPath.length)], stack);
    case "imagePullSecrets":
      return settingTerm([field], stack);
    case "serviceAccount":
    case "serviceAccountName":
      return { field: "permissions", ...permissionsPath(daemon) };
    case "automountServiceAccountToken":
      return { field: `permissions.${field}`, ...permissionsPath(daemon) };
    default:
      return undefined;
  }
}

const permissionsPath = (daemon: DaemonIr | undefined): { readonly path?: string } =>
  daemon?.profile === undefined ? {} : { path: join(daemon.path, "permissions") };

function containerTerm(path: ObjectPath, context: FieldContext): FieldTerm | undefined {
  const [field, item] = path;
  const { daemon, stack } = context;
  if (field === "image") return { field, ...(daemon === undefined ? {} : { path: join(daemon.code.path, "image") }) };
  if (field === "env") return typeof item === "object" ? variableTerm(item.name, context) : environmentTerm(daemon);
  if (field === "resources") return settingTerm(["pod", ...path], stack);
  if (field === "securityContext") return settingTerm(["pod", "containerSecurityContext", ...path.slice(1)], stack);
  return undefined;
}

function environmentTerm(daemon: DaemonIr | undefined): FieldTerm {
  const path = daemon && join(daemon.path, "environment");
  const isGiven = daemon?.environment.kubernetes.some(variable => variable.path.startsWith(`${path}/`));
  return { field: "environment", ...(path !== undefined && isGiven ? { path } : {}) };
}

/** A setting of the platform, at the nearest place of the document that is about it. */
function settingTerm(path: ObjectPath, { kubernetes }: StackIr): FieldTerm {
  const names = path.map(segment => (typeof segment === "string" ? segment : segment.name));
  const depth = givenDepth(kubernetes, names);
  const isGiven = depth >= (names[0] === "pod" ? 2 : 1);
  const at = names.slice(0, depth).reduce<string>(join, settings);
  return { field: ["platforms.kubernetes", ...names].join("."), ...(isGiven ? { path: at } : {}) };
}

/** How many of the names lead somewhere. */
function givenDepth(given: unknown, [name, ...rest]: readonly string[]): number {
  if (name === undefined || typeof given !== "object" || given === null || !Object.hasOwn(given, name)) return 0;
  const inner: unknown = Reflect.get(given, name);
  return Array.isArray(inner) && inner.length === 0 ? 0 : 1 + givenDepth(inner, rest);
}

/** The variables of commands, which `alien.yaml` has other words for. */
const commandFields: Readonly<Record<string, string>> = {
  ALIEN_DEPLOYMENT_ID: "commands.deploymentId",
  ALIEN_COMMANDS_URL: "commands.managerUrl",
  ALIEN_COMMANDS_TOKEN: "commands.token",
};

function variableTerm(name: string, { daemon, stack }: FieldContext): FieldTerm {
  const given = daemon?.environment.kubernetes ?? [];
  const variable = given.find(one => one.name === name) ?? splicedInto(name, given);
  if (variable === undefined) return { field: withdrawnField(name, stack) };
  const { path, value } = variable;
  const isSecret = value.kind === "secret" || (value.kind === "binding" && bindingSecrets(value.binding).length > 0);
  const field = value.kind === "binding" ? `links.${value.resource}` : (commandFields[name] ?? `environment.${name}`);
  return { field, path, ...(isSecret ? { secret: true } : {}) };
}

/** The binding that a variable is only a part of: one field's secret, put into the text by the kubelet. */
function splicedInto(name: string, variables: readonly EnvironmentVariable[]): EnvironmentVariable | undefined {
  const prefixOf = (resource: string): string => `ALIEN_BINDING_${resource.toUpperCase().replaceAll("-", "_")}_`;
  const parts = variables.flatMap(variable =>
    variable.value.kind === "binding" && name.startsWith(prefixOf(variable.value.resource))
      ? [{ variable, length: variable.value.resource.length }]
      : [],
  );
  return parts.sort((a, b) => b.length - a.length)[0]?.variable;
}

/** What a variable was that the document does not cause any more. */
function withdrawnField(name: string, { resources }: StackIr): string {
  const resource = resources.find(({ id }) => bindingVariable(id) === name);
  return resource === undefined ? (commandFields[name] ?? `environment.${name}`) : `links.${resource.id}`;
}

/** Of a Secret nothing is shown but what we know to be harmless. */
function secretTerm(path: ObjectPath, context: FieldContext): FieldTerm | undefined {
  const [section, key, name] = path;
  const isOurs = key === "labels" || (key === "annotations" && String(name).startsWith("alien.dev/"));
  if (section === "type" || section === "immutable" || (section === "metadata" && isOurs)) return undefined;
  if ((section !== "data" && section !== "stringData") || typeof key !== "string") {
    return { field: kubectlPath(path), secret: true };
  }
  const isVariable = context.daemon?.environment.kubernetes.some(variable => variable.name === key);
  return { ...(isVariable || key.startsWith("ALIEN_") ? variableTerm(key, context) : { field: key }), secret: true };
}

function serviceAccountTerm(path: ObjectPath, { object, stack }: FieldContext): FieldTerm | undefined {
  const [metadata, annotations, key] = path;
  if (metadata !== "metadata" || annotations !== "annotations" || typeof key !== "string") return undefined;
  const { name: profile } =
    stack.profiles.find(({ name }) => serviceAccountName(stack.stack, name) === object.name) ?? {};
  if (profile === undefined || key.startsWith("alien.dev/") || key.startsWith("kubectl.kubernetes.io/"))
    return undefined;
  const account = stack.kubernetes.serviceAccounts.find(given => given.profile === profile);
  const isGiven = account !== undefined && Object.hasOwn(account.annotations, key);
  return {
    field: `platforms.kubernetes.serviceAccounts.${profile}.annotations.${key}`,
    ...(isGiven ? { path: join(join(account.path, "annotations"), key) } : {}),
  };
}

function roleTerm([section]: ObjectPath, { object, stack }: FieldContext): FieldTerm | undefined {
  if (section !== "rules") return undefined;
  const profile = stack.profiles.find(({ name }) => objectName(stack.stack, name) === object.name);
  return { field: "permissions", ...(profile === undefined ? {} : { path: profile.path }) };
}

const kindTerms: Readonly<Record<string, KindTerm>> = {
  Deployment: deploymentTerm,
  Role: roleTerm,
  Secret: secretTerm,
  ServiceAccount: serviceAccountTerm,
};

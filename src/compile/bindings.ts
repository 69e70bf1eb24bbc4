import { join } from "../diagnostics/index.ts";
import {
  type BindingField,
  type BindingIr,
  type BindingValue,
  type LinkableKind,
  linkableKinds,
  localMount,
  type TargetPlatform,
} from "../ir/index.ts";
import type { SecretReference } from "../schema/index.ts";
import type { Scope } from "./scope.ts";
import { resolveSecret } from "./secrets.ts";

type Given = string | number | SecretReference;

/** A binding as it was given, its fields in the order of the table of kinds. */
export function compileBinding(
  scope: Scope,
  kind: LinkableKind,
  binding: { readonly service: string },
  path: string,
): BindingIr {
  const services: Readonly<Record<string, object>> = linkableKinds[kind].services;
  const names = Object.keys(services[binding.service] ?? {});
  const given = new Map<string, Given>(Object.entries(binding));
  const fields = names.flatMap((name): BindingField[] => {
    const at = join(path, name);
    const value = scope.collector.sound(at) ? compileValue(scope, given.get(name), at) : undefined;
    return value === undefined ? [] : [{ name, path: at, value }];
  });
  return { service: binding.service, path, embedded: false, fields };
}

function compileValue(scope: Scope, given: Given | undefined, path: string): BindingValue | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return { kind: "text", text: given };
  if (typeof given === "number") return { kind: "number", number: given };
  const secret = resolveSecret(scope, given.secret, path);
  return secret === undefined ? undefined : { kind: "secret", secret };
}

/** The binding a platform brings by itself, if it does. */
export function embeddedBinding(
  platform: TargetPlatform,
  kind: LinkableKind,
  id: string,
  stack: string,
): Omit<BindingIr, "path"> | undefined {
  if (platform === "kubernetes" && kind !== "vault") return undefined;
  const text = (name: string, content: string): Omit<BindingField, "path"> => ({
    name,
    value: { kind: "text", text: content },
  });
  const mount = localMount(kind, id);
  const local: { readonly [K in LinkableKind]?: readonly Omit<BindingField, "path">[] } = {
    storage: [text("storagePath", `file://${mount}/`)],
    kv: [text("dataDir", mount)],
    queue: [text("queuePath", mount)],
    vault: [text("vaultName", id), text("dataDir", mount)],
  };
  const inCluster = [
    { name: "namespace", value: { kind: "namespace" as const } },
    text("vaultPrefix", `${stack}-${id}`),
  ];
  const fields = platform === "kubernetes" ? inCluster : local[kind];
  if (fields === undefined) return undefined;
  const service = platform === "kubernetes" ? "kubernetes-secret" : `local-${kind}`;
  return { service, embedded: true, fields: fields.map(field => ({ ...field, path: `/resources/${id}` })) };
}

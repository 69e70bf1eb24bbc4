import { type BindingIr, type ProfileIr, type ResourceIr, vaultSecretName } from "../../ir/index.ts";
import type { PolicyRule } from "./object.ts";

/** What Kubernetes itself grants for a profile: reading the Secrets of vaults in the deployment's namespace. */
export function profileRule(
  profile: ProfileIr,
  resources: readonly ResourceIr[],
  namespace: string,
): PolicyRule | undefined {
  const scopes = new Set(profile.grants.filter(({ set }) => set === "vault/data-read").map(({ scope }) => scope));
  const readable = resources.filter(({ kind, id }) => kind === "vault" && (scopes.has("*") || scopes.has(id)));
  const names = new Set(readable.flatMap(vault => vaultSecrets(vault, namespace)));
  // Without names a rule would open every Secret of the namespace.
  if (names.size === 0) return undefined;
  return { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: [...names].sort() };
}

function vaultSecrets({ keys = [], bindings: { kubernetes } }: ResourceIr, namespace: string): readonly string[] {
  if (kubernetes?.service !== "kubernetes-secret" || fieldText(kubernetes, "namespace", namespace) !== namespace) {
    return [];
  }
  const prefix = fieldText(kubernetes, "vaultPrefix", namespace);
  return prefix === undefined ? [] : keys.map(key => vaultSecretName(prefix, key));
}

function fieldText({ fields }: BindingIr, name: string, namespace: string): string | undefined {
  const value = fields.find(field => field.name === name)?.value;
  if (value?.kind === "namespace") return namespace;
  return value?.kind === "text" ? value.text : undefined;
}

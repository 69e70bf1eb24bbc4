import { type Diagnostic, finding, suggest, value as valueAt } from "../diagnostics/index.ts";
import { type StackIr, vaultSecretName } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import type { StackCall } from "./stack-call.ts";
import type { VaultRequest } from "./vault-request.ts";

type Resource = StackIr["resources"][number];

/** The stack whose vaults are meant. */
export type Found = Pick<StackCall, "stack" | "ir" | "platform">;

export const vaultsOf = (ir: StackIr): readonly Resource[] => ir.resources.filter(({ kind }) => kind === "vault");

/** Why the vault that is asked for cannot be worked on here. */
export function vaultProblem(request: VaultRequest, call: Call, found: Found): Diagnostic | undefined {
  const { vault } = request;
  const { ir, platform } = found;
  const known = ir === undefined ? [] : vaultsOf(ir).map(({ id }) => id);
  const isKnown = ir === undefined ? /^[A-Za-z0-9_-]{1,64}$/.test(vault ?? "") : known.includes(vault ?? "");
  if (vault !== undefined && !isKnown) {
    return finding("unknown-vault", { argument: vault }, { vault, known, suggestion: suggest(vault, known) });
  }
  const resource = ir && vaultsOf(ir).find(({ id }) => id === vault);
  if (platform === "kubernetes") return notLocal({ request, resource, call, found });
  const binding = resource?.bindings.local;
  if (resource === undefined || binding === undefined || binding.embedded) return undefined;
  return finding("vault-elsewhere", valueAt(binding.path), { vault: resource.id, service: binding.service });
}

interface NotLocal {
  readonly request: VaultRequest;
  readonly resource: Resource | undefined;
  readonly call: Call;
  readonly found: Found;
}

/** On Kubernetes a key is a Secret, whose name is known where Kubernetes serves the vault. */
function notLocal({ request: { action, vault, key = "" }, resource, call, found }: NotLocal): Diagnostic {
  const { stack, ir, platform } = found;
  const binding = resource?.bindings.kubernetes;
  const text = (name: string): string | undefined => {
    const field = binding?.fields.find(one => one.name === name)?.value;
    return field?.kind === "text" ? field.text : undefined;
  };
  const service = binding === undefined || binding.service === "kubernetes-secret" ? undefined : binding.service;
  const isNamed = vault !== undefined && service === undefined;
  const secret = isNamed ? vaultSecretName(text("vaultPrefix") ?? `${stack}-${vault}`, key) : undefined;
  const namespace = text("namespace") ?? flagOf(call, "namespace") ?? ir?.kubernetes.namespace;
  return finding(
    "vault-not-local",
    { argument: "--platform" },
    { platform, action, vault, secret, namespace, service },
  );
}

/** A key that the document does not name works here, and not on Kubernetes. */
export function undeclared({ vault = "", key = "" }: VaultRequest, ir: StackIr | undefined): readonly Diagnostic[] {
  const known = ir?.resources.find(({ kind, id }) => kind === "vault" && id === vault)?.keys ?? [];
  if (known.length === 0 || known.includes(key)) return [];
  return [finding("undeclared-key", { argument: key }, { vault, key, known, suggestion: suggest(key, known) })];
}

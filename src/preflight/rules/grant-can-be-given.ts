import { type Diagnostic, finding, value } from "../../diagnostics/index.ts";
import {
  type BindingIr,
  type GrantIr,
  type ProfileIr,
  type ResourceIr,
  type TargetPlatform,
  vaultSecretName,
} from "../../ir/index.ts";
import type { Preflight, Rule } from "../rule.ts";

/** Services whose rights a cloud gives. */
const cloudServices = new Set(
  "s3 gcs blob dynamodb firestore tablestorage sqs pubsub servicebus parameter-store secret-manager key-vault ecr acr gar lambda cloudrun containerapp".split(
    " ",
  ),
);

/** What a profile grants can be given on each platform, and narrowly; one finding for one grant and platform. */
export const grantCanBeGiven: Rule = preflight => {
  const used = new Set(preflight.stack.daemons.map(({ profile }) => profile));
  return preflight.stack.profiles
    .filter(({ name }) => used.has(name))
    .flatMap(profile => profile.grants.flatMap(grant => checkGrant(preflight, profile, grant)));
};

function checkGrant(preflight: Preflight, profile: ProfileIr, grant: GrantIr): readonly Diagnostic[] {
  if (preflight.platforms.length === 0) return [];
  if (/\/(heartbeat|management|provision)$/.test(grant.set)) {
    return [finding("grant-without-effect", value(grant.path), { set: grant.set })];
  }
  const kind = grant.set.slice(0, grant.set.indexOf("/"));
  const targets = preflight.stack.resources.filter(
    ({ id, kind: own }) => own === kind && (grant.scope === "*" || grant.scope === id),
  );
  return preflight.platforms.flatMap(platform => {
    const problems = targets.flatMap(target => checkTarget(preflight, { profile, grant, platform, target }) ?? []);
    return problems.slice(0, 1);
  });
}

interface Case {
  readonly profile: ProfileIr;
  readonly grant: GrantIr;
  readonly platform: TargetPlatform;
  readonly target: ResourceIr;
}

function checkTarget(preflight: Preflight, { profile, grant, platform, target }: Case): Diagnostic | undefined {
  const binding = target.bindings[platform];
  if (binding === undefined) return undefined;
  const { set, path } = grant;
  if (platform === "kubernetes" && binding.service === "kubernetes-secret")
    return checkVault(preflight, grant, target, binding);
  const hasIdentity = preflight.stack.kubernetes.serviceAccounts.some(
    ({ profile: name, annotations }) => name === profile.name && Object.keys(annotations).length > 0,
  );
  if (!cloudServices.has(binding.service) || (platform === "kubernetes" && hasIdentity)) return undefined;
  return finding("grant-elsewhere", value(path), { set, profile: profile.name, platform });
}

function checkVault(
  { namespace, sound }: Preflight,
  { set, path }: GrantIr,
  vault: ResourceIr,
  binding: BindingIr,
): Diagnostic | undefined {
  const { id } = vault;
  if (set === "vault/data-write")
    return finding("grant-impossible", value(path), { set, scope: id, platform: "kubernetes" });
  if (!sound(`${vault.path}/keys`)) return undefined;
  if (vault.keys === undefined || vault.keys.length === 0)
    return finding("grant-needs-keys", value(path), { vault: id, set });
  const home = binding.fields.find(({ name }) => name === "namespace")?.value;
  if (home?.kind !== "text" || home.text === namespace) return undefined;
  const prefix = binding.fields.find(({ name }) => name === "vaultPrefix")?.value;
  const secrets = vault.keys.map(name => vaultSecretName(prefix?.kind === "text" ? prefix.text : "", name));
  return finding("grant-other-namespace", value(path), { vault: id, namespace: home.text, own: namespace, secrets });
}

import type { DaemonIr, ProfileIr, SecretIr, StackIr } from "../../ir/index.ts";
import type { ContainerEnvironment } from "./env-var.ts";
import { containerEnvironment } from "./environment.ts";
import { envSecretName } from "./names.ts";
import type { PolicyRule, RenderOptions } from "./object.ts";
import { profileRule } from "./policy-rule.ts";

/** A permission profile that a daemon uses. */
export interface UsedProfile {
  readonly profile: ProfileIr;
  /** What Kubernetes grants for it, if anything. */
  readonly rule: PolicyRule | undefined;
}

/** What every object kind is rendered from. */
export interface RenderContext {
  readonly stack: StackIr;
  /** The namespace written into objects; without one `kubectl` decides. */
  readonly namespace: string | undefined;
  readonly profiles: ReadonlyMap<string, UsedProfile>;
  readonly environments: ReadonlyMap<DaemonIr, ContainerEnvironment>;
  readonly secrets: ReadonlyMap<string, SecretIr>;
  readonly secretValues: ReadonlyMap<string, string> | undefined;
  /** Name of the Secret with the secret values of a daemon. */
  readonly ownSecret: (daemon: string) => string;
  readonly immutableSecrets: boolean;
}

export function createContext(stack: StackIr, options: RenderOptions): RenderContext {
  const given = options.namespace ?? stack.kubernetes.namespace;
  const deploymentNamespace = given ?? "default";
  const namespace = namesNamespace(stack) ? deploymentNamespace : given;
  const secrets = new Map(stack.secrets.map(secret => [secret.name, secret]));
  const ownSecret = (daemon: string): string => options.secretNames?.get(daemon) ?? envSecretName(stack.stack, daemon);
  const environmentOf = (daemon: DaemonIr): ContainerEnvironment =>
    containerEnvironment(daemon, {
      namespace: deploymentNamespace,
      ownSecret: ownSecret(daemon.id),
      secretOf: name => declared(secrets.get(name), name),
    });
  return {
    stack,
    namespace,
    profiles: usedProfiles(stack, deploymentNamespace),
    environments: new Map(stack.daemons.map(daemon => [daemon, environmentOf(daemon)])),
    secrets,
    secretValues: options.secretValues,
    ownSecret,
    immutableSecrets: options.secretNames !== undefined,
  };
}

/**
 * Whether a binding or a grant names the deployment's namespace. Then every object says it too, so that
 * `kubectl apply --namespace other` is refused instead of deploying a daemon that looks elsewhere.
 */
const namesNamespace = ({ daemons, resources }: StackIr): boolean => {
  const linked = new Set(daemons.flatMap(({ links }) => links.map(({ id }) => id)));
  const inCluster = resources.filter(({ bindings }) => bindings.kubernetes?.service === "kubernetes-secret");
  return (
    inCluster.some(({ id }) => linked.has(id)) ||
    (inCluster.length > 0 && daemons.some(({ profile }) => profile !== undefined))
  );
};

function usedProfiles(stack: StackIr, namespace: string): ReadonlyMap<string, UsedProfile> {
  const profiles = new Map(stack.profiles.map(profile => [profile.name, profile]));
  const used = new Set(stack.daemons.flatMap(({ profile }) => (profile === undefined ? [] : [profile])));
  return new Map(
    [...used].map(name => {
      const profile = declared(profiles.get(name), name);
      return [name, { profile, rule: profileRule(profile, stack.resources, namespace) }];
    }),
  );
}

/** Earlier stages refuse names that are not declared, and nothing is rendered after an error. */
export function declared<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`rendered a stack that names the undeclared ${name}`);
  return found;
}

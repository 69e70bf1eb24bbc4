import type { BindingIr } from "./binding.ts";
import type { DaemonIr } from "./daemon.ts";
import type { LinkableKind } from "./kinds.ts";
import type { Platform, TargetPlatform } from "./platforms.ts";

/** Raised when the meaning of a field changes; readers refuse what they do not know. */
export const irVersion = 1;

/**
 * What a stack is: plain, readonly, JSON-safe. Lists are sorted by id, so layout and order of the source leave no trace.
 * `path` is the document path a node comes from, for findings about it.
 */
export interface StackIr {
  readonly irVersion: typeof irVersion;
  readonly stack: string;
  readonly supportedPlatforms: readonly SupportedPlatformIr[];
  readonly profiles: readonly ProfileIr[];
  readonly secrets: readonly SecretIr[];
  readonly resources: readonly ResourceIr[];
  readonly daemons: readonly DaemonIr[];
  readonly commands?: CommandsIr;
  readonly kubernetes: KubernetesSettings;
  readonly local: LocalSettings;
}

export interface SupportedPlatformIr {
  readonly platform: Platform;
  readonly path: string;
}

export interface ProfileIr {
  readonly name: string;
  readonly path: string;
  readonly grants: readonly GrantIr[];
}

export interface GrantIr {
  readonly path: string;
  /** `*` or a resource id. */
  readonly scope: string;
  /** `<kind>/<what>`. */
  readonly set: string;
}

/** Where a secret's value comes from. `env` and `file` exclude each other; `kubernetes` may stand beside them. */
export interface SecretIr {
  readonly name: string;
  readonly path: string;
  readonly env?: string;
  readonly file?: string;
  readonly kubernetes?: { readonly name: string; readonly key: string };
}

/** A linkable resource. */
export interface ResourceIr {
  readonly kind: LinkableKind;
  readonly id: string;
  readonly path: string;
  /** What a vault holds. */
  readonly keys?: readonly string[];
  readonly bindings: { readonly [P in TargetPlatform]?: BindingIr };
}

export interface CommandsIr {
  readonly path: string;
  readonly managerUrl?: string;
  readonly deploymentId?: string;
  /** Name of the secret that holds the receiver's token. */
  readonly token?: string;
}

export type JsonObject = { readonly [field: string]: unknown };

export interface KubernetesSettings {
  readonly namespace?: string;
  readonly imagePullSecrets: readonly string[];
  readonly networkPolicy: boolean;
  readonly serviceAccounts: readonly {
    readonly profile: string;
    readonly path: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
  readonly pod: {
    readonly resources?: JsonObject;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly JsonObject[];
    readonly securityContext?: JsonObject;
    readonly containerSecurityContext?: JsonObject;
    readonly terminationGracePeriodSeconds?: number;
  };
}

export interface LocalSettings {
  readonly network?: string;
}

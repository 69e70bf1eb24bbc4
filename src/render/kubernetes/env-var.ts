import type { Diagnostic } from "../../diagnostics/index.ts";
import type { SecretIr } from "../../ir/index.ts";

export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly secretKeyRef: SecretKeyRef } };

interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

export const reference = (name: string, { name: secret, key }: SecretKeyRef): EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/** The environment of a container, and what the daemon's own Secret has to hold for it. */
export interface ContainerEnvironment {
  readonly env: readonly EnvVar[];
  readonly contents: readonly SecretContent[];
  readonly diagnostics: readonly Diagnostic[];
}

export const combine = (parts: readonly ContainerEnvironment[]): ContainerEnvironment => ({
  env: parts.flatMap(({ env }) => env),
  contents: parts.flatMap(({ contents }) => contents),
  diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
});

/** One key of a daemon's own Secret. */
export interface SecretContent {
  readonly key: string;
  /** Names of the secrets it is made from. */
  readonly secrets: readonly string[];
  readonly text: (reveal: (secret: string) => string) => string;
}

export interface EnvironmentSetting {
  /** The namespace of the deployment. */
  readonly namespace: string;
  /** Name of the daemon's own Secret. */
  readonly ownSecret: string;
  readonly secretOf: (name: string) => SecretIr;
}

export interface VariableSetting extends EnvironmentSetting {
  /** Names of variables; what is added for a binding has to differ. */
  readonly taken: Set<string>;
}

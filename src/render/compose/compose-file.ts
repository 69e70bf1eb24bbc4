/** A Compose file in the terms of the Compose Specification: plain JSON data, keys in the order they are written. */
export interface ComposeFile {
  readonly name: string;
  /** By id of the daemon. */
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: { readonly default: ComposeNetwork };
  readonly volumes?: Readonly<Record<string, { readonly name: string }>>;
}

export interface ComposeService {
  readonly image: string;
  readonly container_name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes?: readonly ComposeMount[];
  /** Without one it is on the project's network. */
  readonly network_mode?: string;
  readonly extra_hosts: readonly string[];
  readonly init: true;
  readonly restart: string;
  readonly stop_grace_period: string;
  readonly security_opt: readonly string[];
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
}

export interface ComposeMount {
  readonly type: "volume";
  readonly source: string;
  readonly target: string;
}

export type ComposeNetwork =
  | { readonly driver: "bridge"; readonly driver_opts: Readonly<Record<string, string>> }
  | { readonly name: string; readonly external: true };

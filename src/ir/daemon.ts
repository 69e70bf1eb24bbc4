import type { BindingIr } from "./binding.ts";
import type { TargetPlatform } from "./platforms.ts";

/** One always-on background process. */
export interface DaemonIr {
  readonly kind: "daemon";
  readonly id: string;
  readonly path: string;
  readonly code: DaemonCode;
  readonly links: readonly LinkIr[];
  /** Name of the permission profile; without one the daemon is granted nothing. */
  readonly profile?: string;
  readonly commandsEnabled: boolean;
  /** The complete environment per platform, in the order it is handed over. */
  readonly environment: Readonly<Record<TargetPlatform, readonly EnvironmentVariable[]>>;
}

export type DaemonCode =
  | { readonly type: "image"; readonly path: string; readonly image: string }
  | { readonly type: "source"; readonly path: string; readonly src: string; readonly toolchain: ToolchainIr };

export interface ToolchainIr {
  readonly type: "rust" | "typescript" | "docker";
  readonly binaryName?: string;
  readonly dockerfile?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string;
}

export interface LinkIr {
  readonly id: string;
  readonly path: string;
}

export interface EnvironmentVariable {
  readonly name: string;
  /** The document path that causes it. */
  readonly path: string;
  readonly value: VariableValue;
}

export type VariableValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly secret: string }
  /** The binding of a link, as JSON. */
  | { readonly kind: "binding"; readonly resource: string; readonly binding: BindingIr };

import type { flagHelp } from "../diagnostics/catalogue/help.ts";

export type FlagName = keyof typeof flagHelp;

export interface Flag {
  readonly name: FlagName;
  readonly short?: string;
  /** A switch takes no value; a list may be given several times. */
  readonly kind: "switch" | "value" | "list";
  readonly placeholder?: string;
  readonly choices?: readonly string[];
}

const platforms = ["local", "kubernetes", "aws", "gcp", "azure"];
const reports = ["text", "json", "github", "sarif"];

export const flags = {
  file: { name: "file", short: "f", kind: "list", placeholder: "FILE" },
  platform: { name: "platform", short: "p", kind: "value", placeholder: "PLATFORM", choices: platforms },
  namespace: { name: "namespace", short: "n", kind: "value", placeholder: "NAME" },
  image: { name: "image", kind: "list", placeholder: "DAEMON=IMAGE" },
  /** Not `--env-file`: Node takes that one for itself, wherever it stands. */
  secretsFile: { name: "secrets-file", kind: "value", placeholder: "FILE" },
  includeSecrets: { name: "include-secrets", kind: "switch" },
  reportFormat: { name: "format", kind: "value", placeholder: "FORMAT", choices: reports },
  objectFormat: { name: "format", kind: "value", placeholder: "FORMAT", choices: ["yaml", "json"] },
  diagnostics: { name: "diagnostics", kind: "value", placeholder: "FORMAT", choices: reports },
  output: { name: "output", short: "o", kind: "value", placeholder: "PATH" },
  emit: { name: "emit", kind: "value", placeholder: "WHAT", choices: ["ir", "stack"] },
  layer: { name: "layer", kind: "switch" },
  color: { name: "color", kind: "value", placeholder: "WHEN", choices: ["auto", "always", "never"] },
  quiet: { name: "quiet", short: "q", kind: "switch" },
  help: { name: "help", short: "h", kind: "switch" },
  version: { name: "version", short: "V", kind: "switch" },
} as const satisfies Record<string, Flag>;

/** Flags that every command takes. */
export const commonFlags: readonly Flag[] = [flags.color, flags.quiet, flags.help, flags.version];

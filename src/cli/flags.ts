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
const duration = { kind: "value", placeholder: "DURATION" } as const;

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
  textFormat: { name: "format", kind: "value", placeholder: "FORMAT", choices: ["text", "json"] },
  resultFormat: { name: "format", kind: "value", placeholder: "FORMAT", choices: ["text", "json", "env", "github"] },
  outputsFormat: { name: "format", kind: "value", placeholder: "FORMAT", choices: ["json", "env", "github"] },
  stack: { name: "stack", kind: "value", placeholder: "NAME" },
  context: { name: "context", kind: "value", placeholder: "NAME" },
  kubeconfig: { name: "kubeconfig", kind: "value", placeholder: "FILE" },
  pull: { name: "pull", kind: "value", placeholder: "WHEN", choices: ["always", "missing", "never"] },
  purge: { name: "purge", kind: "switch" },
  watch: { name: "watch", kind: "switch" },
  stopOnExit: { name: "stop-on-exit", kind: "switch" },
  plan: { name: "plan", kind: "value", placeholder: "FILE" },
  out: { name: "out", kind: "value", placeholder: "FILE" },
  detailedExitcode: { name: "detailed-exitcode", kind: "switch" },
  createNamespace: { name: "create-namespace", kind: "switch" },
  adopt: { name: "adopt", kind: "switch" },
  forceConflicts: { name: "force-conflicts", kind: "switch" },
  allowEmpty: { name: "allow-empty", kind: "switch" },
  noRollback: { name: "no-rollback-on-failure", kind: "switch" },
  wait: { name: "wait", kind: "switch" },
  noWait: { name: "no-wait", kind: "switch" },
  timeout: { name: "timeout", ...duration },
  settle: { name: "settle", ...duration },
  lockTimeout: { name: "lock-timeout", ...duration },
  lease: { name: "lease", ...duration },
  retry: { name: "retry", ...duration },
  follow: { name: "follow", kind: "switch" },
  previous: { name: "previous", kind: "switch" },
  since: { name: "since", ...duration },
  tail: { name: "tail", kind: "value", placeholder: "LINES" },
  exitCode: { name: "exit-code", kind: "switch" },
  output: { name: "output", short: "o", kind: "value", placeholder: "PATH" },
  keepNewline: { name: "keep-newline", kind: "switch" },
  emit: { name: "emit", kind: "value", placeholder: "WHAT", choices: ["ir", "stack"] },
  layer: { name: "layer", kind: "switch" },
  color: { name: "color", kind: "value", placeholder: "WHEN", choices: ["auto", "always", "never"] },
  quiet: { name: "quiet", short: "q", kind: "switch" },
  help: { name: "help", short: "h", kind: "switch" },
  version: { name: "version", short: "V", kind: "switch" },
} as const satisfies Record<string, Flag>;

/** Flags that every command takes. */
export const commonFlags: readonly Flag[] = [flags.color, flags.quiet, flags.help, flags.version];

/** Where a deployed stack is. */
export const targetFlags: readonly Flag[] = [flags.platform, flags.namespace, flags.context, flags.kubeconfig];

/** What makes a plan, or allows more than is safe. */
export const desiredFlags: readonly Flag[] = [
  flags.image,
  flags.secretsFile,
  flags.createNamespace,
  flags.adopt,
  flags.forceConflicts,
  flags.allowEmpty,
  flags.pull,
];

/** How long what changes a stack waits for others; the last two are rarely needed. */
export const lockFlags: readonly Flag[] = [flags.lockTimeout, flags.lease, flags.retry];

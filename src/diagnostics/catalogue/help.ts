/** What `--help` says of each command: a summary, how it is called, and examples. */
export const verbHelp = {
  init: {
    summary: "write a first alien.yaml, and the schema that editors complete it from",
    usage: "init [DIRECTORY]",
    examples: ["alien-compile init", "alien-compile init services/connector"],
  },
  validate: {
    summary: "say what is wrong with a stack, for every platform it supports",
    usage: "validate [FILE…]",
    examples: [
      "alien-compile validate",
      "alien-compile validate base.yaml production.yaml --platform kubernetes",
      "alien-compile validate --format sarif > findings.sarif",
    ],
  },
  render: {
    summary: "write Kubernetes manifests, or a Compose file",
    usage: "render [FILE…]",
    examples: [
      "alien-compile render | kubectl apply -f -",
      "alien-compile render base.yaml production.yaml --output manifests/",
      "alien-compile render --platform local --output compose.yaml",
      "alien-compile render --image connector=ghcr.io/acme/connector:v2",
    ],
  },
  plan: {
    summary: "show what apply would change, and change nothing",
    usage: "plan [FILE…]",
    examples: [
      "alien-compile plan --platform kubernetes",
      "alien-compile plan --out stack.plan && alien-compile apply --plan stack.plan",
      "alien-compile plan --detailed-exitcode",
    ],
  },
  apply: {
    summary: "bring a cluster or a Docker engine to what the stack says, and wait until its daemons run",
    usage: "apply [FILE… | --plan FILE]",
    examples: [
      "alien-compile apply --platform kubernetes",
      "alien-compile apply --platform local --watch",
      "alien-compile apply base.yaml production.yaml --context production",
      'alien-compile apply --format github >> "$GITHUB_OUTPUT"',
    ],
  },
  status: {
    summary: "say how the daemons of a stack are; ends with 3 if one does not run",
    usage: "status [FILE… | --stack NAME]",
    examples: ["alien-compile status", "alien-compile status --stack acme --platform kubernetes --format json"],
  },
  outputs: {
    summary: "write what a deployed stack gives to others",
    usage: "outputs [FILE… | --stack NAME]",
    examples: ["alien-compile outputs", 'alien-compile outputs --format github >> "$GITHUB_OUTPUT"'],
  },
  logs: {
    summary: "write what daemons print; arguments are daemons, files are named with --file",
    usage: "logs [DAEMON…] [--file FILE | --stack NAME]",
    examples: ["alien-compile logs --follow", "alien-compile logs connector --since 10m --file production.yaml"],
  },
  watch: {
    summary: "say how the daemons are, and on Local keep them as they were applied",
    usage: "watch [FILE… | --stack NAME]",
    examples: [
      "alien-compile watch",
      "alien-compile watch --stack acme --platform local",
      "alien-compile watch --exit-code",
    ],
  },
  restart: {
    summary: "start daemons anew; arguments are daemons, files are named with --file",
    usage: "restart [DAEMON…] [--file FILE | --stack NAME]",
    examples: ["alien-compile restart", "alien-compile restart connector --stack acme --platform kubernetes"],
  },
  delete: {
    summary: "remove everything that a stack created",
    usage: "delete [FILE… | --stack NAME]",
    examples: ["alien-compile delete", "alien-compile delete --stack acme --platform kubernetes"],
  },
  vault: {
    summary: "fill the local vaults of a stack: `set` reads the value from standard input; files are named with --file",
    usage: "vault set|get|list|rm [VAULT] [KEY] [--file FILE | --stack NAME]",
    examples: [
      'printf %s "$API_KEY" | alien-compile vault set credentials API_KEY',
      "alien-compile vault set credentials TLS_KEY --keep-newline < key.pem",
      "alien-compile vault get credentials API_KEY",
      "alien-compile vault list",
      "alien-compile vault rm credentials API_KEY",
    ],
  },
  compile: {
    summary: "write the compiled stack, or the platform's stack.json",
    usage: "compile [FILE…] --emit ir|stack",
    examples: ["alien-compile compile --emit ir", "alien-compile compile alien.yaml --emit stack > stack.json"],
  },
  schema: {
    summary: "write the JSON Schema of alien.yaml",
    usage: "schema [--layer]",
    examples: ["alien-compile schema > alien.schema.json"],
  },
  explain: {
    summary: "explain a finding, or list them all",
    usage: "explain [CODE]",
    examples: ["alien-compile explain AL3001", "alien-compile explain unknown-link"],
  },
} as const;

export type VerbName = keyof typeof verbHelp;

/** What each flag does. */
export const flagHelp = {
  file: "a file, a directory with an alien.yaml, or `-`; repeat it for layers, later over earlier",
  platform: "local, kubernetes, aws, gcp or azure",
  namespace: "the namespace of the stack; wins over the file's",
  image: "run another image than the file says",
  "secrets-file": "read values of secrets from NAME=value lines",
  "include-secrets": "print the values of secrets: as a Secret, or in the Compose file",
  format: "the form of the result",
  diagnostics: "the form of the findings: text, json, github or sarif",
  stack: "a deployed stack by its name, instead of a file",
  context: "a context of the kubeconfig, or of Docker, instead of the current one",
  kubeconfig: "where the cluster is; otherwise KUBECONFIG, ~/.kube/config, or the pod this runs in",
  pull: "when the engine pulls images: always, missing or never; missing by default",
  purge: "delete the data too: the volumes of linked resources",
  watch: "go on as `watch` does when the daemons run",
  "stop-on-exit": "stop the daemons when the watching is ended",
  plan: "carry out this plan, written by `plan --out`; takes no other file",
  out: "write the plan to this file, for `apply --plan`",
  "detailed-exitcode": "end with 2 if there are changes",
  "create-namespace": "create the namespace if it is missing",
  adopt: "take over objects that something else created, and stacks of another repository",
  "force-conflicts": "take over fields that something else set",
  "allow-empty": "delete everything if the stack has become empty",
  "no-rollback-on-failure": "keep what fails, instead of going back to the last revision that worked",
  wait: "wait until the daemons run, or are gone; this is the default",
  "no-wait": "end when everything is written",
  timeout: "how long to wait at most: 30s, 5m, 1h; 5m by default",
  settle: "how long a daemon has to run before it counts; 10s by default",
  "lock-timeout": "how long to wait while somebody else changes the stack; 1m by default",
  lease: "rarely needed: how long the lock of a run that died still holds; 15s by default",
  retry: "rarely needed: the first pause before a failed call is tried again; 250ms by default",
  follow: "go on with what is printed from now on",
  previous: "what the process before the current one printed",
  since: "only what is younger: 10m, 1h",
  tail: "only so many lines from the end",
  "exit-code": "look once whether the stack is still as it was applied; end with 3 if not",
  output: "write to this directory, one object a file, or compose.yaml; or to this file, if it ends in .yaml or .json",
  "keep-newline": "keep the line end behind the value, which is otherwise taken away",
  emit: "ir: the compiled stack; stack: the platform's stack.json",
  layer: "the schema of a layer, where nothing is required",
  color: "auto, always or never",
  quiet: "say nothing but findings",
  help: "this text",
  version: "the version",
} as const;

export const overview = {
  title: "alien-compile: one always-on background process, declared in alien.yaml",
  usage: "alien-compile [COMMAND] [FILE…]",
  bare: "Without a command, `render`. Without a file, alien.yaml in this directory.",
  commands: "Commands",
  flags: "Flags",
  examples: "Examples",
  usageTitle: "Usage",
  more: "`alien-compile COMMAND --help` says more about one.",
} as const;

/** The first alien.yaml, as `init` writes it. */
export const firstStack = `# yaml-language-server: $schema=./alien.schema.json
# One always-on background process. Editors complete and check this file from the schema beside it.

# Name of the stack: it starts the names of everything that is created.
stack: my-stack

# Where it may run. With one platform, \`--platform\` can be left out.
# supportedPlatforms: [kubernetes]

resources:
  # The id of the daemon.
  agent:
    type: daemon
    code:
      type: image
      # A public image that stays up without arguments. Put your own here.
      image: docker.io/fluent/fluent-bit:3.1.9

    # Variables are text: quote numbers.
    environment:
      LOG_LEVEL: info
      # A secret is declared below and only referred to here.
      # API_TOKEN: { secret: api-token }

    # What the daemon links, it finds as ALIEN_<ID>_BINDING.
    # links: [credentials]

# Where values of secrets come from; never the values themselves.
# secrets:
#   api-token: { env: API_TOKEN }

# Settings that only one platform has.
# platforms:
#   kubernetes:
#     namespace: my-namespace
`;

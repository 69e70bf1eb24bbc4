import { allOf, didYouMean, error, quote, warning } from "./entry.ts";

const container =
  "a daemon is one process that nobody connects to; use a Container for long-running services with ports";
const worker = "a daemon has no request, trigger or timeout model; use a Worker for work that is called or triggered";
const sizing = "a daemon is exactly one process; use a Container where sizing or scaling is needed";
const volume = "a daemon has no persistent storage of its own; declare a `storage` or `kv` resource and link it";
const fixed = "a daemon runs its image as it is; build what it should run into the image";

/** The fields people look for on a daemon, and what to use instead. */
const elsewhere: Readonly<Record<string, string>> = {
  ports: container,
  port: container,
  expose: container,
  ingress: container,
  public: container,
  publicUrl: container,
  publicEndpoints: container,
  healthCheck: container,
  triggers: worker,
  trigger: worker,
  schedule: worker,
  timeout: worker,
  concurrency: worker,
  cpu: sizing,
  memory: sizing,
  resources: `${sizing}, or set requests for all daemons in \`platforms.kubernetes.pod.resources\``,
  replicas: sizing,
  minReplicas: sizing,
  maxReplicas: sizing,
  autoscaling: sizing,
  volumes: volume,
  volume,
  persistentStorage: volume,
  storage: volume,
  command: fixed,
  args: fixed,
  entrypoint: fixed,
  image: "an image stands under `code`: `code: { type: image, image: … }`",
  build: "build and push an image, and write `code: { type: image, image: … }`",
};

export const isSurfaceField = (field: string): boolean => Object.hasOwn(elsewhere, field);

const sizes: Readonly<Record<string, string>> = {
  minimum: "this number has to be at least",
  maximum: "this number can be at most",
  minItems: "the number of entries in this list has to be at least",
};

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
  array: "a list",
  object: "a mapping",
  null: "nothing",
};

/** What YAML makes of a word without quotes. */
const scalarWords: Readonly<Record<string, string>> = { number: "a number", boolean: "a boolean", null: "null" };

/** Band 2: what the schema refuses. */
export const shape = {
  "unknown-field": error<{ field: string; owner: string; known: readonly string[]; suggestion: string | undefined }>(
    "AL2001",
    {
      message: ({ field, owner }) => `${owner} has no field ${quote(field)}`,
      label: didYouMean,
      help: ({ known, suggestion }) =>
        suggestion === undefined && known.length > 0 ? `known: ${known.join(", ")}` : undefined,
      about: "Unknown fields are refused, because a misspelt one would otherwise be ignored without a word.",
    },
  ),
  "missing-field": error<{ field: string; owner: string }>("AL2002", {
    message: ({ field, owner }) => `${owner} needs the field ${quote(field)}`,
    about: "A field without which the rest has no meaning is missing.",
  }),
  "wrong-type": error<{ expected: readonly string[]; found: string }>("AL2003", {
    message: ({ expected, found }) =>
      `expected ${expected.map(type => typeWords[type] ?? type).join(" or ")}, found ${typeWords[found] ?? found}`,
    about: "The value has another type than the field takes.",
  }),
  "not-a-choice": error<{
    field: string;
    /** Whether the field is a list, and this one of its entries. */
    isEntry: boolean;
    value: string;
    choices: readonly string[];
    suggestion: string | undefined;
  }>("AL2004", {
    message: ({ field, isEntry, value }) =>
      `${quote(value)} is not a valid ${isEntry ? "entry of " : ""}${quote(field)}`,
    label: didYouMean,
    help: ({ choices }) => `one of ${choices.join(", ")}`,
    about: "The field takes one of a closed set of words.",
  }),
  "text-needed": error<{ source: string; found: string; quoted: string }>("AL2005", {
    message: ({ source, found }) =>
      source === ""
        ? "this has to be a string, and there is no value"
        : `this has to be a string, and YAML reads ${quote(source)} as ${scalarWords[found] ?? found}`,
    label: ({ quoted }) => `write ${quoted}`,
    about:
      "Environment values and names are strings. Unquoted, `1.10` is the number 1.1, `yes` may be a boolean and an empty value is null; quotes keep what was written.",
  }),
  "bad-format": error<{ value: string; rule: string }>("AL2006", {
    message: ({ value, rule }) =>
      value === "" ? `this is empty, and has to be ${rule}` : `${quote(value)} is not ${rule}`,
    about: "The value does not have the form that the field demands.",
  }),
  "bad-size": error<{ keyword: string; limit: number }>("AL2007", {
    message: ({ keyword, limit }) => `${sizes[keyword] ?? "this has a limit of"} ${limit}`,
    about: "The value is too long, too short, too large or too small.",
  }),
  "repeated-item": error<{ value: string }>("AL2008", {
    message: ({ value }) => `${quote(value)} stands twice in this list`,
    about: "Each entry of this list may be given once.",
  }),
  "bad-id": error<{ id: string }>("AL2009", {
    message: ({ id }) => `${quote(id)} is not a valid id`,
    help: () => "use letters, digits, `-` and `_`, at most 64 of them",
    about: "Ids name environment variables, containers and Kubernetes objects, so their characters are limited.",
  }),
  "daemon-surface": error<{ field: string; daemon: string }>("AL2010", {
    message: ({ field }) => `a daemon has no ${quote(field)}`,
    help: ({ field }) => elsewhere[field],
    about:
      "A daemon is one always-on process: it has no ports, ingress, triggers, scaling, sizing or storage. Those belong to Container and Worker. Fields of those kinds are refused rather than ignored.",
  }),
  "secret-sources": error<{ secret: string }>("AL2011", {
    message: ({ secret }) => `the secret ${quote(secret)} names both \`env\` and \`file\``,
    help: () => "keep one: each is the place its value is read from",
    about: "A secret's value is read from one environment variable or one file; `kubernetes` may be given beside it.",
  }),
  "ambiguous-binding": error<{ id: string }>("AL2012", {
    message: ({ id }) => `${quote(id)} has both \`binding\` and \`bindings\``,
    help: () => "keep one: `binding` serves every platform, `bindings` names one per platform",
    about: "`binding` is one for all platforms, `bindings` one per platform. With both, it is unclear which counts.",
  }),
  "secret-without-source": error<{ secret: string }>("AL2013", {
    message: ({ secret }) => `the secret ${quote(secret)} does not say where its value comes from`,
    help: () => "add `env: <VARIABLE>`, `file: <path>` or `kubernetes: { name, key }`",
    about: "A secret names the place of its value: an environment variable, a file, or a key of a Kubernetes Secret.",
  }),
  "stack-json-shape": error<{ what: string; expected: string }>("AL2020", {
    message: ({ what, expected }) => `${what} of this stack.json is not ${expected}`,
    about:
      "A `stack.json` holds `id` and `resources`, each resource an object with `config`, `lifecycle` and `dependencies`.",
  }),
  "stack-json-no-effect": warning<{ fields: readonly string[]; owner: string }>("AL2021", {
    message: ({ fields, owner }) =>
      `${allOf(fields)} of ${owner} ${fields.length === 1 ? "has" : "have"} no effect here`,
    help: () => "it is kept, and written out again by `compile --emit stack`",
    about:
      "The platform's stack knows fields that have no meaning for a daemon on Local or Kubernetes. They are carried along untouched, and named so that nobody relies on them.",
  }),
  "stack-json-command": error<{ daemon: string }>("AL2022", {
    message: ({ daemon }) => `the daemon ${quote(daemon)} sets \`command\`, which would change what runs`,
    help: () => "build the command into the image",
    about:
      "`command` replaces the image's entrypoint. It cannot be expressed here, and leaving it out would run another program.",
  }),
  "stack-json-inexpressible": warning<{ what: string }>("AL2023", {
    message: ({ what }) => `${what} cannot be expressed in the platform's stack.json`,
    help: () => "it is left out of the exported file",
    about: "The platform's stack has no place for secrets' sources, bindings, commands settings or platform settings.",
  }),
} as const;

import { didYouMean, error, quote, warning } from "./entry.ts";

interface Unknown {
  readonly id: string;
  readonly suggestion: string | undefined;
}

const imageRules = {
  space: "it holds white space",
  registry: "the registry is not a host name with an optional port",
  path: "the path takes lower-case letters, digits, and single `.`, `_` or `-` between them",
  tag: "a tag takes up to 128 letters, digits, `.`, `_` and `-`",
  digest: "a digest is an algorithm, a colon and hex digits, such as `sha256:` and 64 of them",
  length: "it is longer than 255 characters",
  scheme: "it starts with a URL scheme",
};

/** The part of an image reference that is wrong. */
export type ImagePart = keyof typeof imageRules;

const declareUnder =
  (section: string) =>
  ({ suggestion }: Unknown): string =>
    suggestion === undefined
      ? `declare it under ${quote(section)}`
      : `declare it under ${quote(section)}, or correct the name`;

/** Band 3: names and references. */
export const names = {
  "unknown-link": error<Unknown & { daemon: string }>("AL3001", {
    message: ({ daemon, id }) => `${quote(daemon)} links to ${quote(id)}, which is not declared`,
    label: didYouMean,
    help: declareUnder("resources"),
    about: "A link hands a resource's binding to the daemon. The resource has to be declared in the same stack.",
  }),
  "link-not-linkable": error<{ daemon: string; id: string; kind: string }>("AL3002", {
    message: ({ daemon, id, kind }) => `${quote(daemon)} links to ${quote(id)}, and a ${kind} cannot be linked`,
    help: () => "a daemon has no address and no binding; link a storage, kv, queue or vault that both use",
    about: "Nothing can connect to a daemon, so there is nothing a link to it could hand over.",
  }),
  "link-to-itself": error<{ daemon: string }>("AL3003", {
    message: ({ daemon }) => `${quote(daemon)} links to itself`,
    help: () => "remove the link",
    about: "A link hands over another resource's binding; a daemon has none.",
  }),
  "repeated-link": error<{ id: string }>("AL3004", {
    message: ({ id }) => `${quote(id)} is linked twice`,
    help: () => "remove one of the two",
    about: "A second link to the same resource has no effect.",
  }),
  "unknown-profile": error<Unknown & { daemon: string }>("AL3005", {
    message: ({ daemon, id }) => `${quote(daemon)} uses the permission profile ${quote(id)}, which is not declared`,
    label: didYouMean,
    help: declareUnder("permissions.profiles"),
    about: "A profile says what its daemons are granted. An undeclared one would grant nothing without a word.",
  }),
  "unknown-secret": error<Unknown>("AL3006", {
    message: ({ id }) => `the secret ${quote(id)} is not declared`,
    label: didYouMean,
    help: declareUnder("secrets"),
    about: "`{ secret: name }` refers to an entry of `secrets`, which says where the value comes from.",
  }),
  "unknown-permission-set": error<Unknown & { known: readonly string[] }>("AL3007", {
    message: ({ id }) => `there is no permission set ${quote(id)}`,
    label: didYouMean,
    help: ({ known, suggestion }) =>
      suggestion === undefined && known.length > 0 ? `known: ${known.join(", ")}` : undefined,
    about: "Permission sets are named `<kind>/<what>`, for example `vault/data-read`.",
  }),
  "unknown-scope": error<Unknown>("AL3008", {
    message: ({ id }) => `the scope ${quote(id)} is neither \`*\` nor a declared resource`,
    label: didYouMean,
    help: declareUnder("resources"),
    about: "In a profile, each scope is `*` for all resources, or the id of one.",
  }),
  "permission-set-elsewhere": error<{ id: string; scope: string; kind: string }>("AL3009", {
    message: ({ id, scope, kind }) => `${quote(id)} says nothing about ${quote(scope)}, which is a ${kind}`,
    help: ({ kind }) => `sets of a ${kind} start with ${quote(`${kind}/`)}`,
    about: "A permission set of one kind cannot be granted on a resource of another kind.",
  }),
  "bad-variable-name": error<{ name: string }>("AL3010", {
    message: ({ name }) => `${quote(name)} is not a name that every shell and runtime accepts for a variable`,
    help: () => "use letters, digits and `_`, and start with a letter or `_`",
    about: "Environment variable names that hold other characters cannot be read by most programs.",
  }),
  "reserved-variable": error<{ name: string }>("AL3011", {
    message: ({ name }) => `${quote(name)} is set by the platform and cannot be given`,
    help: () => "choose another name; link a resource to get its binding",
    about:
      "The platform sets these variables itself. A value of your own would be overwritten or would break the daemon's contract.",
  }),
  "variable-collision": error<{ id: string; other: string; variable: string }>("AL3012", {
    message: ({ id, other, variable }) =>
      `the links ${quote(other)} and ${quote(id)} both become the variable ${quote(variable)}`,
    help: () => "rename one of the two resources",
    about:
      "A link's variable is `ALIEN_<ID>_BINDING`, the id in upper case with `-` as `_`. Ids that differ only in those collide.",
  }),
  "bad-image": error<{ image: string; part: ImagePart }>("AL3013", {
    message: ({ image, part }) => `${quote(image)} is not an image reference: ${imageRules[part]}`,
    help: () => "the form is `registry.example/path/name:tag` or `…@sha256:<64 hex digits>`",
    about: "An image is `[registry[:port]/]path[:tag][@digest]`; the path is lower case.",
  }),
  "image-not-pinned": warning<{ image: string; tag: string }>("AL3014", {
    message: ({ image, tag }) =>
      tag === ""
        ? `${quote(image)} has no tag, so it means \`:latest\``
        : `${quote(image)} uses the moving tag ${quote(tag)}`,
    help: () => "name a version or a digest, so that a restart cannot change what runs",
    about: "A moving tag makes a restart start another program than the one that was tried, and rollback impossible.",
  }),
  "unexpanded-variable": warning<{ text: string }>("AL3015", {
    message: ({ text }) => `${quote(text)} is passed on as it stands; nothing expands it`,
    help: () => "write the value, or declare a secret with `env:` for a value from the environment",
    about: "`alien.yaml` has no templates: `${X}` reaches the daemon literally.",
  }),
  "plain-secret": warning<{ name: string }>("AL3016", {
    secret: true,
    message: ({ name }) => `the value of ${quote(name)} looks like a secret and stands here in plain text`,
    help: () => "declare it under `secrets` and write `{ secret: <name> }`",
    about:
      "What stands in `alien.yaml` is in the repository, in the manifests and in the Deployment. Secrets are referenced, never written.",
  }),
  "unused-profile": warning<{ id: string }>("AL3017", {
    message: ({ id }) => `no daemon uses the permission profile ${quote(id)}`,
    about: "A profile without a daemon creates nothing. Most often the daemon's `permissions` line is missing.",
  }),
  "unused-secret": warning<{ id: string }>("AL3018", {
    message: ({ id }) => `nothing refers to the secret ${quote(id)}`,
    about: "A secret without a reference is never read.",
  }),
  "unused-resource": warning<{ id: string; kind: string }>("AL3019", {
    message: ({ id, kind }) => `no daemon links the ${kind} ${quote(id)}`,
    help: () => "add it to a daemon's `links`, or remove it",
    about: "A resource without a link reaches no daemon. Most often the link is missing.",
  }),
  "vault-key-collision": error<{ key: string; other: string; name: string }>("AL3020", {
    message: ({ key, other, name }) =>
      `the vault keys ${quote(other)} and ${quote(key)} are both stored as ${quote(name)}`,
    help: () => "rename one of the two",
    about:
      "A vault key is stored under its lower-case name with `_` as `-`. Keys that differ only in those share one place.",
  }),
  "no-daemon": warning<object>("AL3021", {
    message: () => "this stack declares no daemon",
    help: () => "add a resource with `type: daemon`",
    about: "Without a daemon there is nothing to run.",
  }),
  "unknown-account-profile": error<Unknown>("AL3022", {
    message: ({ id }) => `\`serviceAccounts\` names the permission profile ${quote(id)}, which is not declared`,
    label: didYouMean,
    help: declareUnder("permissions.profiles"),
    about:
      "A ServiceAccount is made for each profile that a daemon uses; its annotations are given under the profile's name.",
  }),
  "unused-commands": warning<object>("AL3023", {
    message: () => "`commands` is configured, and no daemon has `commandsEnabled: true`",
    about: "The connection to a manager reaches only daemons that opt in.",
  }),
  "unknown-override": error<Unknown & { known: readonly string[] }>("AL3024", {
    message: ({ id }) => `\`--image\` names the daemon ${quote(id)}, which is not declared`,
    help: args =>
      didYouMean(args) ?? (args.known.length === 0 ? undefined : `declared: ${args.known.map(quote).join(", ")}`),
    about: "`--image daemon=reference` replaces the image of a declared daemon.",
  }),
} as const;

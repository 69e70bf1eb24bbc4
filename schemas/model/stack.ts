import { isTarget, permissionSets, platforms } from "../../src/ir/index.ts";
import { patterns } from "../../src/schema/patterns.ts";
import { daemon } from "./daemon.ts";
import type { ObjectNode, UnionNode } from "./nodes.ts";
import { platformSettings } from "./platforms.ts";
import { linkableResources, secretReference, untoldFields } from "./resources.ts";

const permissions: ObjectNode = {
  node: "object",
  name: "Permissions",
  owner: "`permissions`",
  description: "What daemons are granted.",
  examples: [{ profiles: { execution: { credentials: ["vault/data-read"] } } }],
  fields: {
    profiles: {
      node: "map",
      description: "Permission profiles by name. A daemon names one in `permissions`.",
      default: {},
      keys: patterns.id.pattern,
      examples: [{ execution: { credentials: ["vault/data-read"] } }],
      values: {
        node: "map",
        description: "Scopes: a resource's id, or `*` for all resources.",
        offered: ["*"],
        examples: [{ credentials: ["vault/data-read"] }],
        values: {
          node: "list",
          description: "Permission sets granted in this scope.",
          examples: [["vault/data-read"]],
          unique: true,
          items: {
            node: "text",
            description: "A permission set, `<kind>/<what>`.",
            examples: [...permissionSets],
          },
        },
      },
    },
  },
  required: [],
};

const secret: ObjectNode = {
  node: "object",
  name: "Secret",
  owner: "a secret",
  description: "Where the secret's value comes from; never the value itself.",
  examples: [{ env: "DB_PASSWORD" }],
  fields: {
    env: {
      node: "text",
      description: "Environment variable that holds the value where alien-compile runs.",
      pattern: patterns.variable.pattern,
      examples: ["DB_PASSWORD"],
    },
    file: {
      node: "text",
      description: "File that holds the value where alien-compile runs, relative to this file.",
      pattern: patterns.filled.pattern,
      examples: ["./db-password.txt"],
    },
    kubernetes: {
      node: "object",
      name: "KubernetesSecretSource",
      owner: "`kubernetes`",
      description: "A Secret that exists in the namespace.",
      examples: [{ name: "db", key: "password" }],
      fields: {
        name: {
          node: "text",
          description: "Name of the Secret.",
          pattern: patterns.objectName.pattern,
          examples: ["db"],
        },
        key: {
          node: "text",
          description: "Key in the Secret.",
          pattern: patterns.secretKey.pattern,
          examples: ["password"],
        },
      },
      required: ["name", "key"],
    },
  },
  required: [],
  exclusive: ["env", "file"],
  filled: true,
};

const commands: ObjectNode = {
  node: "object",
  name: "Commands",
  owner: "`commands`",
  description: "The manager that daemons with `commandsEnabled` poll.",
  examples: [
    { managerUrl: "https://manager.example.com/v1", deploymentId: "dep_acme", token: { secret: "commands-token" } },
  ],
  fields: {
    managerUrl: {
      node: "text",
      description: "URL of the manager, with its version.",
      pattern: patterns.url.pattern,
      examples: ["https://manager.example.com/v1"],
    },
    deploymentId: {
      node: "text",
      description: "The deployment that the daemons are, to the manager.",
      pattern: patterns.filled.pattern,
      examples: ["dep_acme"],
    },
    token: {
      ...secretReference,
      description: "The receiver's token, as a reference to a secret. It goes into the daemon.",
    },
  },
  required: [],
};

const resource: UnionNode = {
  node: "union",
  name: "Resource",
  owner: "a resource",
  description: "A daemon, or something that daemons link.",
  examples: [{ type: "daemon", code: { type: "image", image: "ghcr.io/acme/connector:v1" } }],
  tag: "type",
  tagDescription: "Kind of the resource.",
  variants: { daemon, ...linkableResources },
  speaks: "variant",
  untold: untoldFields(),
};

const firstDaemon = {
  "${1:connector}": { type: "daemon", code: { type: "image", image: "${2:ghcr.io/acme/connector:v1}" } },
};

/** The whole of `alien.yaml`. */
export const stack: ObjectNode = {
  node: "object",
  name: "Stack",
  owner: "a stack",
  description: "A stack: daemons and what they link, for Local and Kubernetes.",
  snippets: [
    {
      label: "a stack",
      description: "A stack with one daemon.",
      body: { stack: "${3:acme}", resources: firstDaemon },
    },
  ],
  fields: {
    stack: {
      node: "text",
      description: "Name of the stack: 1 to 64 letters, digits, `-` and `_`.",
      pattern: patterns.id.pattern,
      examples: ["acme"],
    },
    supportedPlatforms: {
      node: "list",
      description:
        "Where the stack may be deployed. Daemons run on `local` and `kubernetes`; `aws`, `gcp` and `azure` are refused.",
      default: ["local", "kubernetes"],
      examples: [["kubernetes"]],
      unique: true,
      minItems: 1,
      items: {
        node: "text",
        description: "A platform.",
        choices: platforms,
        choiceDescriptions: platforms.map(platform =>
          isTarget(platform) ? "Daemons run here." : "Known, and refused when the stack has a daemon.",
        ),
        examples: ["kubernetes"],
      },
    },
    permissions,
    secrets: {
      node: "map",
      description: "Secrets by name, with the places their values come from.",
      default: {},
      keys: patterns.id.pattern,
      examples: [{ "db-password": { env: "DB_PASSWORD" } }],
      values: secret,
    },
    resources: {
      node: "map",
      description: "Daemons and what they link, by id.",
      keys: patterns.id.pattern,
      snippets: [{ label: "a daemon", description: daemon.description, body: firstDaemon }],
      values: resource,
    },
    commands,
    platforms: platformSettings,
  },
  required: ["stack", "resources"],
};

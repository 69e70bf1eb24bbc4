import { patterns } from "../../src/schema/patterns.ts";
import type { ObjectNode, UnionNode } from "./nodes.ts";
import { secretable, secretSnippet } from "./resources.ts";

const toolchain: UnionNode = {
  node: "union",
  name: "Toolchain",
  owner: "a toolchain",
  description: "What builds the source.",
  examples: [{ type: "docker" }],
  tag: "type",
  tagDescription: "Kind of toolchain.",
  variants: {
    rust: {
      node: "object",
      name: "RustToolchain",
      owner: "a rust toolchain",
      description: "Cargo.",
      fields: {
        binaryName: {
          node: "text",
          description: "Name of the binary.",
          pattern: patterns.filled.pattern,
          examples: ["connector"],
        },
      },
      required: ["binaryName"],
    },
    typescript: {
      node: "object",
      name: "TypescriptToolchain",
      owner: "a typescript toolchain",
      description: "A package with TypeScript sources.",
      fields: {
        binaryName: {
          node: "text",
          description: "Name of the binary; by default the package's name.",
          pattern: patterns.filled.pattern,
          examples: ["connector"],
        },
      },
      required: [],
    },
    docker: {
      node: "object",
      name: "DockerToolchain",
      owner: "a docker toolchain",
      description: "A Dockerfile.",
      fields: {
        dockerfile: {
          node: "text",
          description: "The Dockerfile, relative to `src`.",
          default: "Dockerfile",
          examples: ["Dockerfile"],
        },
        buildArgs: {
          node: "map",
          description: "Build arguments.",
          examples: [{ VERSION: "1" }],
          values: { node: "text", description: "Value of the argument.", examples: ["1"] },
        },
        target: { node: "text", description: "Stage of the Dockerfile.", examples: ["runtime"] },
      },
      required: [],
    },
  },
};

const code: UnionNode = {
  node: "union",
  name: "Code",
  owner: "`code`",
  description: "What the daemon runs.",
  examples: [{ type: "image", image: "ghcr.io/acme/connector:v1" }],
  tag: "type",
  tagDescription: "`image` runs an existing image. `source` is reserved: neither Local nor Kubernetes runs it.",
  variants: {
    image: {
      node: "object",
      name: "ImageCode",
      owner: "`code` with an image",
      description: "An existing container image.",
      fields: {
        image: {
          node: "text",
          description: "Container image reference.",
          pattern: patterns.filled.pattern,
          examples: ["ghcr.io/acme/connector:v1"],
        },
      },
      required: ["image"],
    },
    source: {
      node: "object",
      name: "SourceCode",
      owner: "`code` from source",
      description: "Built from source. Reserved: neither Local nor Kubernetes runs source daemons today; use an image.",
      fields: {
        src: {
          node: "text",
          description: "Source directory.",
          pattern: patterns.filled.pattern,
          examples: ["./connector"],
        },
        toolchain,
      },
      required: ["src", "toolchain"],
    },
  },
};

export const daemon: ObjectNode = {
  node: "object",
  name: "DaemonResource",
  owner: "a daemon",
  description: "One always-on background process: no ports, ingress, triggers, scaling or storage of its own.",
  fields: {
    code,
    environment: {
      node: "map",
      description: "Environment variables: text, or a reference to a secret.",
      default: {},
      examples: [{ LOG_LEVEL: "info" }],
      values: secretable({
        node: "text",
        description: 'Value of the variable. Quote numbers: `"8080"`.',
        snippets: [secretSnippet],
      }),
    },
    links: {
      node: "list",
      description: "Resources whose bindings the daemon gets as `ALIEN_<ID>_BINDING`.",
      default: [],
      examples: [["credentials"]],
      items: {
        node: "text",
        description: "Id of a declared resource.",
        pattern: patterns.id.pattern,
      },
    },
    permissions: {
      node: "text",
      description: "Permission profile from `permissions.profiles`. Without it the daemon is granted nothing.",
      pattern: patterns.id.pattern,
      examples: ["execution"],
    },
    commandsEnabled: {
      node: "boolean",
      description: "When true, the daemon polls the manager for commands and runs its registered handlers.",
      default: false,
      examples: [true],
    },
  },
  required: ["code"],
};

import { patterns } from "../../src/schema/patterns.ts";
import type { ObjectNode } from "./nodes.ts";

const kubernetes: ObjectNode = {
  node: "object",
  name: "KubernetesSettings",
  owner: "`platforms.kubernetes`",
  description: "Settings for Kubernetes.",
  examples: [{ namespace: "acme" }],
  fields: {
    namespace: {
      node: "text",
      description: "Namespace to deploy to; `--namespace` wins over it.",
      pattern: patterns.namespace.pattern,
      examples: ["acme"],
    },
    imagePullSecrets: {
      node: "list",
      description: "Secrets with the credentials of private registries. They have to exist in the namespace.",
      default: [],
      examples: [["ghcr"]],
      unique: true,
      items: {
        node: "text",
        description: "Name of a Secret.",
        pattern: patterns.objectName.pattern,
      },
    },
    networkPolicy: {
      node: "boolean",
      description: "Deny all incoming connections to the daemons, which have none.",
      default: true,
      examples: [false],
    },
    serviceAccounts: {
      node: "map",
      description: "ServiceAccounts of permission profiles, for the identity a cloud gives them.",
      default: {},
      keys: patterns.id.pattern,
      examples: [
        { execution: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/connector" } } },
      ],
      values: {
        node: "object",
        name: "ServiceAccountSettings",
        owner: "a service account",
        description: "Settings of the profile's ServiceAccount.",
        fields: {
          annotations: {
            node: "map",
            description: "Annotations, for example those of workload identity.",
            keys: patterns.annotation.pattern,
            default: {},
            examples: [{ "iam.gke.io/gcp-service-account": "connector@acme.iam.gserviceaccount.com" }],
            values: { node: "text", description: "Value of the annotation." },
          },
        },
        required: [],
      },
    },
    pod: {
      node: "object",
      name: "PodSettings",
      owner: "`pod`",
      description: "Overrides of the defaults for every daemon's pod.",
      default: {},
      examples: [{ terminationGracePeriodSeconds: 60 }],
      fields: {
        resources: {
          node: "object",
          name: "PodResources",
          owner: "`resources`",
          description:
            "Requests and limits of the container; replaces the default requests of 100m CPU and 128Mi memory.",
          examples: [{ requests: { cpu: "200m", memory: "256Mi" } }],
          fields: {
            requests: {
              node: "map",
              description: "What is set aside for the daemon.",
              examples: [{ cpu: "200m", memory: "256Mi" }],
              values: {
                node: "text",
                description: "A quantity, as text.",
                pattern: patterns.filled.pattern,
                examples: ["200m"],
              },
            },
            limits: {
              node: "map",
              description: "What the daemon may use at most.",
              examples: [{ memory: "512Mi" }],
              values: {
                node: "text",
                description: "A quantity, as text.",
                pattern: patterns.filled.pattern,
                examples: ["512Mi"],
              },
            },
          },
          required: [],
        },
        nodeSelector: {
          node: "map",
          description: "Labels of the nodes that may run the daemons.",
          keys: patterns.annotation.pattern,
          examples: [{ "kubernetes.io/arch": "amd64" }],
          values: { node: "text", description: "Value of the label.", examples: ["amd64"] },
        },
        tolerations: {
          node: "list",
          description: "Taints that the daemons tolerate, as in a Pod.",
          items: {
            node: "free",
            description: "A toleration, as in a Pod.",
            snippets: [
              {
                label: "a toleration",
                description: "A taint by its key.",
                body: { key: "${1:dedicated}", operator: "Exists" },
              },
            ],
          },
        },
        securityContext: {
          node: "free",
          description: "The pod's securityContext, merged over the default `seccompProfile: RuntimeDefault`.",
          examples: [{ runAsNonRoot: true }],
        },
        containerSecurityContext: {
          node: "free",
          description: "The container's securityContext, merged over the default `allowPrivilegeEscalation: false`.",
          examples: [{ readOnlyRootFilesystem: true }],
        },
        terminationGracePeriodSeconds: {
          node: "integer",
          description: "Seconds between SIGTERM and SIGKILL.",
          minimum: 0,
          maximum: 86_400,
          default: 30,
          examples: [60],
        },
      },
      required: [],
    },
  },
  required: [],
};

const local: ObjectNode = {
  node: "object",
  name: "LocalSettings",
  owner: "`platforms.local`",
  description: "Settings for Local: a Docker engine.",
  examples: [{ network: "backend" }],
  fields: {
    network: {
      node: "text",
      description: "An existing network to join instead of the shared network `alien`.",
      pattern: patterns.filled.pattern,
      examples: ["backend"],
    },
  },
  required: [],
};

export const platformSettings: ObjectNode = {
  node: "object",
  name: "PlatformSettings",
  owner: "`platforms`",
  description: "Settings that only one platform has.",
  examples: [{ kubernetes: { namespace: "acme" } }],
  fields: { kubernetes, local },
  required: [],
};

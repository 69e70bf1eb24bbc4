/** One field of a binding; every one is text unless said otherwise. */
export interface ServiceField {
  readonly type: "text" | "number";
  readonly required: boolean;
  readonly description: string;
  /** Of a number; ports by default. */
  readonly maximum?: number;
  readonly choices?: readonly string[];
}

export interface Kind {
  readonly title: string;
  readonly description: string;
  /** The services a binding of this kind can name, with their fields. */
  readonly services: Readonly<Record<string, Readonly<Record<string, ServiceField>>>>;
  readonly permissionSets: readonly string[];
}

const text = (description: string): ServiceField => ({ type: "text", required: true, description });
const optional = (description: string): ServiceField => ({ type: "text", required: false, description });
const number = (description: string): ServiceField => ({ type: "number", required: true, description });

const dataSets = ["data-read", "data-write", "heartbeat", "management", "provision"];

const inCluster = {
  name: text("Name of the workload."),
  namespace: text("Namespace it runs in."),
  serviceName: text("Name of its Service."),
  servicePort: number("Port of its Service."),
  publicUrl: optional("URL it has from outside, if any."),
};

const postgresLogin = {
  port: number("Port, usually 5432."),
  database: text("Name of the database."),
  username: text("Name of the user."),
};

/** Everything a daemon can link: the one table of kinds, services and permission sets. */
export const linkableKinds = {
  vault: {
    title: "Vault",
    description: "Secrets the daemon reads while it runs.",
    services: {
      "parameter-store": { vaultPrefix: text("Prefix of the parameters.") },
      "secret-manager": { vaultPrefix: text("Prefix of the secrets.") },
      "key-vault": { vaultName: text("Name of the Key Vault.") },
      "kubernetes-secret": {
        namespace: text("Namespace of the Secrets."),
        vaultPrefix: text("Prefix of the Secrets' names."),
      },
      "local-vault": { vaultName: text("Name of the vault."), dataDir: text("Directory that holds it.") },
    },
    permissionSets: dataSets,
  },
  storage: {
    title: "Storage",
    description: "Objects: files by name.",
    services: {
      s3: { bucketName: text("Name of the bucket.") },
      gcs: { bucketName: text("Name of the bucket.") },
      blob: { accountName: text("Storage account."), containerName: text("Container in the account.") },
      "local-storage": { storagePath: text("Directory, as a `file://` URL.") },
    },
    permissionSets: dataSets,
  },
  kv: {
    title: "Key-value store",
    description: "Values by key.",
    services: {
      dynamodb: {
        tableName: text("Name of the table."),
        region: text("Region of the table."),
        endpointUrl: optional("Another endpoint than the region's own."),
      },
      firestore: {
        projectId: text("Project."),
        databaseId: text("Database in the project."),
        collectionName: text("Collection in the database."),
      },
      tablestorage: {
        resourceGroupName: text("Resource group."),
        accountName: text("Storage account."),
        tableName: text("Table in the account."),
      },
      redis: {
        connectionUrl: text("URL, for example `redis://cache:6379`."),
        keyPrefix: optional("Prefix of every key."),
        database: { type: "number", required: false, maximum: 255, description: "Number of the database, 0 to 255." },
      },
      "local-kv": { dataDir: text("Directory that holds it."), keyPrefix: optional("Prefix of every key.") },
    },
    permissionSets: dataSets,
  },
  queue: {
    title: "Queue",
    description: "Messages in order.",
    services: {
      sqs: { queueUrl: text("URL of the queue.") },
      pubsub: { topic: text("Topic to publish to."), subscription: text("Subscription to receive from.") },
      servicebus: { namespace: text("Service Bus namespace."), queueName: text("Queue in the namespace.") },
      "local-queue": { queuePath: text("Directory that holds it.") },
    },
    permissionSets: dataSets,
  },
  container: {
    title: "Container",
    description: "A long-running service with ports, run elsewhere.",
    services: {
      horizon: {
        containerName: text("Name of the container."),
        internalUrl: text("URL inside the network."),
        publicUrl: optional("URL it has from outside, if any."),
      },
      kubernetes: inCluster,
      local: {
        containerName: text("Name of the container."),
        internalUrl: text("URL inside the network."),
        publicUrl: optional("URL it has from outside, if any."),
      },
    },
    permissionSets: ["heartbeat", "management", "provision"],
  },
  worker: {
    title: "Worker",
    description: "Work that is called or triggered, run elsewhere.",
    services: {
      lambda: {
        workerName: text("Name of the function."),
        region: text("Region of the function."),
        url: optional("Function URL, if any."),
      },
      cloudrun: {
        projectId: text("Project."),
        serviceName: text("Cloud Run service."),
        location: text("Location of the service."),
        privateUrl: text("URL inside the network."),
        publicUrl: optional("URL it has from outside, if any."),
      },
      containerapp: {
        subscriptionId: text("Subscription."),
        resourceGroupName: text("Resource group."),
        containerAppName: text("Container App."),
        privateUrl: text("URL inside the network."),
        publicUrl: optional("URL it has from outside, if any."),
      },
      kubernetes: inCluster,
      local: { workerUrl: text("URL of the worker.") },
    },
    permissionSets: ["dispatch-command", "execute", "heartbeat", "invoke", "management", "provision"],
  },
  "artifact-registry": {
    title: "Artifact registry",
    description: "A registry of images.",
    services: {
      ecr: {
        repositoryPrefix: text("Prefix of the repositories."),
        pullRoleArn: optional("Role that may pull."),
        pushRoleArn: optional("Role that may push."),
      },
      acr: {
        registryName: text("Name of the registry."),
        resourceGroupName: text("Resource group."),
        repositoryPrefix: optional("Prefix of the repositories."),
      },
      gar: {
        repositoryName: text("Name of the repository."),
        pullServiceAccountEmail: optional("Account that may pull."),
        pushServiceAccountEmail: optional("Account that may push."),
      },
      local: { registryUrl: text("URL of the registry."), dataDir: text("Directory that holds it.") },
    },
    permissionSets: ["heartbeat", "management", "provision", "pull", "push"],
  },
  postgres: {
    title: "Postgres",
    description: "A PostgreSQL database.",
    services: {
      aurora: {
        endpoint: text("Endpoint of the cluster."),
        ...postgresLogin,
        passwordSecretArn: text("Secret with the password."),
      },
      "cloud-sql": {
        host: text("Host of the instance."),
        ...postgresLogin,
        passwordSecretName: text("Secret with the password."),
        serverCaCertificates: optional("Certificates of the server."),
      },
      "flexible-server": {
        host: text("Host of the server."),
        ...postgresLogin,
        passwordSecretUri: text("Secret with the password."),
      },
      external: {
        host: text("Host of the server."),
        ...postgresLogin,
        password: text("The password; give it as `{ secret: name }`."),
        sslMode: {
          type: "text",
          required: false,
          description: "How the server's certificate is checked.",
          choices: ["verify-full", "disable"],
        },
      },
      "local-postgres": {
        host: text("Host of the server."),
        ...postgresLogin,
        password: text("The password; give it as `{ secret: name }`."),
      },
    },
    permissionSets: [],
  },
} as const satisfies Record<string, Kind>;

export type LinkableKind = keyof typeof linkableKinds;

export const isLinkable = (kind: string): kind is LinkableKind => Object.hasOwn(linkableKinds, kind);

/** Permission sets of kinds that a stack here cannot declare; the platform's stacks may name them. */
const otherPermissionSets = [
  "build/execute",
  "build/logs-and-artifacts",
  "build/heartbeat",
  "build/management",
  "build/provision",
  "daemon/heartbeat",
  "daemon/management",
  "daemon/provision",
  "service-account/impersonate",
];

/** Every permission-set id, `<kind>/<what>`. */
export const permissionSets: ReadonlySet<string> = new Set([
  ...Object.entries(linkableKinds).flatMap(([kind, { permissionSets: sets }]) => sets.map(set => `${kind}/${set}`)),
  ...otherPermissionSets,
]);

// Made by `npm run build:schema` from schemas/model. Do not edit.
/**
 * A daemon, or something that daemons link.
 */
export type Resource =
  | DaemonResource
  | VaultResource
  | StorageResource
  | KvResource
  | QueueResource
  | ContainerResource
  | WorkerResource
  | ArtifactRegistryResource
  | PostgresResource;
/**
 * What the daemon runs.
 */
export type Code = ImageCode | SourceCode;
/**
 * What builds the source.
 */
export type Toolchain = RustToolchain | TypescriptToolchain | DockerToolchain;
/**
 * Where the vault is. The same on every platform.
 */
export type VaultBinding =
  | VaultParameterStoreBinding
  | VaultSecretManagerBinding
  | VaultKeyVaultBinding
  | VaultKubernetesSecretBinding
  | VaultLocalVaultBinding;
/**
 * Where the storage is. The same on every platform.
 */
export type StorageBinding = StorageS3Binding | StorageGcsBinding | StorageBlobBinding | StorageLocalStorageBinding;
/**
 * Where the key-value store is. The same on every platform.
 */
export type KvBinding =
  KvDynamodbBinding | KvFirestoreBinding | KvTablestorageBinding | KvRedisBinding | KvLocalKvBinding;
/**
 * Where the queue is. The same on every platform.
 */
export type QueueBinding = QueueSqsBinding | QueuePubsubBinding | QueueServicebusBinding | QueueLocalQueueBinding;
/**
 * Where the container is. The same on every platform.
 */
export type ContainerBinding = ContainerHorizonBinding | ContainerKubernetesBinding | ContainerLocalBinding;
/**
 * Where the worker is. The same on every platform.
 */
export type WorkerBinding =
  | WorkerLambdaBinding
  | WorkerCloudrunBinding
  | WorkerContainerappBinding
  | WorkerKubernetesBinding
  | WorkerLocalBinding;
/**
 * Where the artifact registry is. The same on every platform.
 */
export type ArtifactRegistryBinding =
  ArtifactRegistryEcrBinding | ArtifactRegistryAcrBinding | ArtifactRegistryGarBinding | ArtifactRegistryLocalBinding;
/**
 * Where the postgres is. The same on every platform.
 */
export type PostgresBinding =
  | PostgresAuroraBinding
  | PostgresCloudSqlBinding
  | PostgresFlexibleServerBinding
  | PostgresExternalBinding
  | PostgresLocalPostgresBinding;

/**
 * A stack: daemons and what they link, for Local and Kubernetes.
 */
export interface Document {
  /**
   * Name of the stack: 1 to 64 letters, digits, `-` and `_`.
   */
  stack: string;
  /**
   * Where the stack may be deployed. Daemons run on `local` and `kubernetes`; `aws`, `gcp` and `azure` are refused.
   *
   * @minItems 1
   *
   * Items: A platform.
   */
  supportedPlatforms?: ("local" | "kubernetes" | "aws" | "gcp" | "azure")[];
  permissions?: Permissions;
  /**
   * Secrets by name, with the places their values come from.
   */
  secrets?: {
    [k: string]: Secret;
  };
  /**
   * Daemons and what they link, by id.
   */
  resources: {
    [k: string]: Resource;
  };
  commands?: Commands;
  platforms?: PlatformSettings;
}
/**
 * What daemons are granted.
 */
export interface Permissions {
  /**
   * Permission profiles by name. A daemon names one in `permissions`.
   */
  profiles?: {
    /**
     * Scopes: a resource's id, or `*` for all resources.
     */
    [k: string]: {
      /**
       * Permission sets granted in this scope.
       *
       * Items: A permission set, `<kind>/<what>`.
       */
      "*"?: string[];
      /**
       * Permission sets granted in this scope.
       *
       * Items: A permission set, `<kind>/<what>`.
       */
      [k: string]: string[] | undefined;
    };
  };
}
/**
 * Where the secret's value comes from; never the value itself.
 */
export interface Secret {
  /**
   * Environment variable that holds the value where alien-compile runs.
   */
  env?: string;
  /**
   * File that holds the value where alien-compile runs, relative to this file.
   */
  file?: string;
  kubernetes?: KubernetesSecretSource;
}
/**
 * A Secret that exists in the namespace.
 */
export interface KubernetesSecretSource {
  /**
   * Name of the Secret.
   */
  name: string;
  /**
   * Key in the Secret.
   */
  key: string;
}
/**
 * One always-on background process: no ports, ingress, triggers, scaling or storage of its own.
 */
export interface DaemonResource {
  /**
   * Kind of the resource.
   */
  type: "daemon";
  code: Code;
  /**
   * Environment variables: text, or a reference to a secret.
   */
  environment?: {
    /**
     * Value of the variable. Quote numbers: `"8080"`.
     */
    [k: string]: string | SecretReference;
  };
  /**
   * Resources whose bindings the daemon gets as `ALIEN_<ID>_BINDING`.
   *
   * Items: Id of a declared resource.
   */
  links?: string[];
  /**
   * Permission profile from `permissions.profiles`. Without it the daemon is granted nothing.
   */
  permissions?: string;
  /**
   * When true, the daemon polls the manager for commands and runs its registered handlers.
   */
  commandsEnabled?: boolean;
}
/**
 * An existing container image.
 */
export interface ImageCode {
  /**
   * `image` runs an existing image. `source` is reserved: neither Local nor Kubernetes runs it.
   */
  type: "image";
  /**
   * Container image reference.
   */
  image: string;
}
/**
 * Built from source. Reserved: neither Local nor Kubernetes runs source daemons today; use an image.
 */
export interface SourceCode {
  /**
   * `image` runs an existing image. `source` is reserved: neither Local nor Kubernetes runs it.
   */
  type: "source";
  /**
   * Source directory.
   */
  src: string;
  toolchain: Toolchain;
}
/**
 * Cargo.
 */
export interface RustToolchain {
  /**
   * Kind of toolchain.
   */
  type: "rust";
  /**
   * Name of the binary.
   */
  binaryName: string;
}
/**
 * A package with TypeScript sources.
 */
export interface TypescriptToolchain {
  /**
   * Kind of toolchain.
   */
  type: "typescript";
  /**
   * Name of the binary; by default the package's name.
   */
  binaryName?: string;
}
/**
 * A Dockerfile.
 */
export interface DockerToolchain {
  /**
   * Kind of toolchain.
   */
  type: "docker";
  /**
   * The Dockerfile, relative to `src`.
   */
  dockerfile?: string;
  /**
   * Build arguments.
   */
  buildArgs?: {
    /**
     * Value of the argument.
     */
    [k: string]: string;
  };
  /**
   * Stage of the Dockerfile.
   */
  target?: string;
}
/**
 * A reference to a secret declared under `secrets`.
 */
export interface SecretReference {
  /**
   * Name of the secret.
   */
  secret: string;
}
/**
 * Secrets the daemon reads while it runs.
 */
export interface VaultResource {
  /**
   * Kind of the resource.
   */
  type: "vault";
  /**
   * What the vault holds. On Kubernetes, the daemon is allowed to read exactly these.
   *
   * Items: Name of an entry.
   */
  keys?: string[];
  binding?: VaultBinding;
  bindings?: VaultBindings;
}
/**
 * Vault as parameter-store.
 */
export interface VaultParameterStoreBinding {
  /**
   * What serves the vault.
   */
  service: "parameter-store";
  /**
   * Prefix of the parameters.
   */
  vaultPrefix: string | SecretReference;
}
/**
 * Vault as secret-manager.
 */
export interface VaultSecretManagerBinding {
  /**
   * What serves the vault.
   */
  service: "secret-manager";
  /**
   * Prefix of the secrets.
   */
  vaultPrefix: string | SecretReference;
}
/**
 * Vault as key-vault.
 */
export interface VaultKeyVaultBinding {
  /**
   * What serves the vault.
   */
  service: "key-vault";
  /**
   * Name of the Key Vault.
   */
  vaultName: string | SecretReference;
}
/**
 * Vault as kubernetes-secret.
 */
export interface VaultKubernetesSecretBinding {
  /**
   * What serves the vault.
   */
  service: "kubernetes-secret";
  /**
   * Namespace of the Secrets.
   */
  namespace: string | SecretReference;
  /**
   * Prefix of the Secrets' names.
   */
  vaultPrefix: string | SecretReference;
}
/**
 * Vault as local-vault.
 */
export interface VaultLocalVaultBinding {
  /**
   * What serves the vault.
   */
  service: "local-vault";
  /**
   * Name of the vault.
   */
  vaultName: string | SecretReference;
  /**
   * Directory that holds it.
   */
  dataDir: string | SecretReference;
}
/**
 * Where the vault is. One per platform.
 */
export interface VaultBindings {
  local?: VaultBinding;
  kubernetes?: VaultBinding;
}
/**
 * Objects: files by name.
 */
export interface StorageResource {
  /**
   * Kind of the resource.
   */
  type: "storage";
  binding?: StorageBinding;
  bindings?: StorageBindings;
}
/**
 * Storage as s3.
 */
export interface StorageS3Binding {
  /**
   * What serves the storage.
   */
  service: "s3";
  /**
   * Name of the bucket.
   */
  bucketName: string | SecretReference;
}
/**
 * Storage as gcs.
 */
export interface StorageGcsBinding {
  /**
   * What serves the storage.
   */
  service: "gcs";
  /**
   * Name of the bucket.
   */
  bucketName: string | SecretReference;
}
/**
 * Storage as blob.
 */
export interface StorageBlobBinding {
  /**
   * What serves the storage.
   */
  service: "blob";
  /**
   * Storage account.
   */
  accountName: string | SecretReference;
  /**
   * Container in the account.
   */
  containerName: string | SecretReference;
}
/**
 * Storage as local-storage.
 */
export interface StorageLocalStorageBinding {
  /**
   * What serves the storage.
   */
  service: "local-storage";
  /**
   * Directory, as a `file://` URL.
   */
  storagePath: string | SecretReference;
}
/**
 * Where the storage is. One per platform.
 */
export interface StorageBindings {
  local?: StorageBinding;
  kubernetes?: StorageBinding;
}
/**
 * Values by key.
 */
export interface KvResource {
  /**
   * Kind of the resource.
   */
  type: "kv";
  binding?: KvBinding;
  bindings?: KvBindings;
}
/**
 * Key-value store as dynamodb.
 */
export interface KvDynamodbBinding {
  /**
   * What serves the key-value store.
   */
  service: "dynamodb";
  /**
   * Name of the table.
   */
  tableName: string | SecretReference;
  /**
   * Region of the table.
   */
  region: string | SecretReference;
  /**
   * Another endpoint than the region's own.
   */
  endpointUrl?: string | SecretReference;
}
/**
 * Key-value store as firestore.
 */
export interface KvFirestoreBinding {
  /**
   * What serves the key-value store.
   */
  service: "firestore";
  /**
   * Project.
   */
  projectId: string | SecretReference;
  /**
   * Database in the project.
   */
  databaseId: string | SecretReference;
  /**
   * Collection in the database.
   */
  collectionName: string | SecretReference;
}
/**
 * Key-value store as tablestorage.
 */
export interface KvTablestorageBinding {
  /**
   * What serves the key-value store.
   */
  service: "tablestorage";
  /**
   * Resource group.
   */
  resourceGroupName: string | SecretReference;
  /**
   * Storage account.
   */
  accountName: string | SecretReference;
  /**
   * Table in the account.
   */
  tableName: string | SecretReference;
}
/**
 * Key-value store as redis.
 */
export interface KvRedisBinding {
  /**
   * What serves the key-value store.
   */
  service: "redis";
  /**
   * URL, for example `redis://cache:6379`.
   */
  connectionUrl: string | SecretReference;
  /**
   * Prefix of every key.
   */
  keyPrefix?: string | SecretReference;
  /**
   * Number of the database, 0 to 255.
   */
  database?: number;
}
/**
 * Key-value store as local-kv.
 */
export interface KvLocalKvBinding {
  /**
   * What serves the key-value store.
   */
  service: "local-kv";
  /**
   * Directory that holds it.
   */
  dataDir: string | SecretReference;
  /**
   * Prefix of every key.
   */
  keyPrefix?: string | SecretReference;
}
/**
 * Where the key-value store is. One per platform.
 */
export interface KvBindings {
  local?: KvBinding;
  kubernetes?: KvBinding;
}
/**
 * Messages in order.
 */
export interface QueueResource {
  /**
   * Kind of the resource.
   */
  type: "queue";
  binding?: QueueBinding;
  bindings?: QueueBindings;
}
/**
 * Queue as sqs.
 */
export interface QueueSqsBinding {
  /**
   * What serves the queue.
   */
  service: "sqs";
  /**
   * URL of the queue.
   */
  queueUrl: string | SecretReference;
}
/**
 * Queue as pubsub.
 */
export interface QueuePubsubBinding {
  /**
   * What serves the queue.
   */
  service: "pubsub";
  /**
   * Topic to publish to.
   */
  topic: string | SecretReference;
  /**
   * Subscription to receive from.
   */
  subscription: string | SecretReference;
}
/**
 * Queue as servicebus.
 */
export interface QueueServicebusBinding {
  /**
   * What serves the queue.
   */
  service: "servicebus";
  /**
   * Service Bus namespace.
   */
  namespace: string | SecretReference;
  /**
   * Queue in the namespace.
   */
  queueName: string | SecretReference;
}
/**
 * Queue as local-queue.
 */
export interface QueueLocalQueueBinding {
  /**
   * What serves the queue.
   */
  service: "local-queue";
  /**
   * Directory that holds it.
   */
  queuePath: string | SecretReference;
}
/**
 * Where the queue is. One per platform.
 */
export interface QueueBindings {
  local?: QueueBinding;
  kubernetes?: QueueBinding;
}
/**
 * A long-running service with ports, run elsewhere.
 */
export interface ContainerResource {
  /**
   * Kind of the resource.
   */
  type: "container";
  binding?: ContainerBinding;
  bindings?: ContainerBindings;
}
/**
 * Container as horizon.
 */
export interface ContainerHorizonBinding {
  /**
   * What serves the container.
   */
  service: "horizon";
  /**
   * Name of the container.
   */
  containerName: string | SecretReference;
  /**
   * URL inside the network.
   */
  internalUrl: string | SecretReference;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Container as kubernetes.
 */
export interface ContainerKubernetesBinding {
  /**
   * What serves the container.
   */
  service: "kubernetes";
  /**
   * Name of the workload.
   */
  name: string | SecretReference;
  /**
   * Namespace it runs in.
   */
  namespace: string | SecretReference;
  /**
   * Name of its Service.
   */
  serviceName: string | SecretReference;
  /**
   * Port of its Service.
   */
  servicePort: number;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Container as local.
 */
export interface ContainerLocalBinding {
  /**
   * What serves the container.
   */
  service: "local";
  /**
   * Name of the container.
   */
  containerName: string | SecretReference;
  /**
   * URL inside the network.
   */
  internalUrl: string | SecretReference;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Where the container is. One per platform.
 */
export interface ContainerBindings {
  local?: ContainerBinding;
  kubernetes?: ContainerBinding;
}
/**
 * Work that is called or triggered, run elsewhere.
 */
export interface WorkerResource {
  /**
   * Kind of the resource.
   */
  type: "worker";
  binding?: WorkerBinding;
  bindings?: WorkerBindings;
}
/**
 * Worker as lambda.
 */
export interface WorkerLambdaBinding {
  /**
   * What serves the worker.
   */
  service: "lambda";
  /**
   * Name of the function.
   */
  workerName: string | SecretReference;
  /**
   * Region of the function.
   */
  region: string | SecretReference;
  /**
   * Function URL, if any.
   */
  url?: string | SecretReference;
}
/**
 * Worker as cloudrun.
 */
export interface WorkerCloudrunBinding {
  /**
   * What serves the worker.
   */
  service: "cloudrun";
  /**
   * Project.
   */
  projectId: string | SecretReference;
  /**
   * Cloud Run service.
   */
  serviceName: string | SecretReference;
  /**
   * Location of the service.
   */
  location: string | SecretReference;
  /**
   * URL inside the network.
   */
  privateUrl: string | SecretReference;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Worker as containerapp.
 */
export interface WorkerContainerappBinding {
  /**
   * What serves the worker.
   */
  service: "containerapp";
  /**
   * Subscription.
   */
  subscriptionId: string | SecretReference;
  /**
   * Resource group.
   */
  resourceGroupName: string | SecretReference;
  /**
   * Container App.
   */
  containerAppName: string | SecretReference;
  /**
   * URL inside the network.
   */
  privateUrl: string | SecretReference;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Worker as kubernetes.
 */
export interface WorkerKubernetesBinding {
  /**
   * What serves the worker.
   */
  service: "kubernetes";
  /**
   * Name of the workload.
   */
  name: string | SecretReference;
  /**
   * Namespace it runs in.
   */
  namespace: string | SecretReference;
  /**
   * Name of its Service.
   */
  serviceName: string | SecretReference;
  /**
   * Port of its Service.
   */
  servicePort: number;
  /**
   * URL it has from outside, if any.
   */
  publicUrl?: string | SecretReference;
}
/**
 * Worker as local.
 */
export interface WorkerLocalBinding {
  /**
   * What serves the worker.
   */
  service: "local";
  /**
   * URL of the worker.
   */
  workerUrl: string | SecretReference;
}
/**
 * Where the worker is. One per platform.
 */
export interface WorkerBindings {
  local?: WorkerBinding;
  kubernetes?: WorkerBinding;
}
/**
 * A registry of images.
 */
export interface ArtifactRegistryResource {
  /**
   * Kind of the resource.
   */
  type: "artifact-registry";
  binding?: ArtifactRegistryBinding;
  bindings?: ArtifactRegistryBindings;
}
/**
 * Artifact registry as ecr.
 */
export interface ArtifactRegistryEcrBinding {
  /**
   * What serves the artifact registry.
   */
  service: "ecr";
  /**
   * Prefix of the repositories.
   */
  repositoryPrefix: string | SecretReference;
  /**
   * Role that may pull.
   */
  pullRoleArn?: string | SecretReference;
  /**
   * Role that may push.
   */
  pushRoleArn?: string | SecretReference;
}
/**
 * Artifact registry as acr.
 */
export interface ArtifactRegistryAcrBinding {
  /**
   * What serves the artifact registry.
   */
  service: "acr";
  /**
   * Name of the registry.
   */
  registryName: string | SecretReference;
  /**
   * Resource group.
   */
  resourceGroupName: string | SecretReference;
  /**
   * Prefix of the repositories.
   */
  repositoryPrefix?: string | SecretReference;
}
/**
 * Artifact registry as gar.
 */
export interface ArtifactRegistryGarBinding {
  /**
   * What serves the artifact registry.
   */
  service: "gar";
  /**
   * Name of the repository.
   */
  repositoryName: string | SecretReference;
  /**
   * Account that may pull.
   */
  pullServiceAccountEmail?: string | SecretReference;
  /**
   * Account that may push.
   */
  pushServiceAccountEmail?: string | SecretReference;
}
/**
 * Artifact registry as local.
 */
export interface ArtifactRegistryLocalBinding {
  /**
   * What serves the artifact registry.
   */
  service: "local";
  /**
   * URL of the registry.
   */
  registryUrl: string | SecretReference;
  /**
   * Directory that holds it.
   */
  dataDir: string | SecretReference;
}
/**
 * Where the artifact registry is. One per platform.
 */
export interface ArtifactRegistryBindings {
  local?: ArtifactRegistryBinding;
  kubernetes?: ArtifactRegistryBinding;
}
/**
 * A PostgreSQL database.
 */
export interface PostgresResource {
  /**
   * Kind of the resource.
   */
  type: "postgres";
  binding?: PostgresBinding;
  bindings?: PostgresBindings;
}
/**
 * Postgres as aurora.
 */
export interface PostgresAuroraBinding {
  /**
   * What serves the postgres.
   */
  service: "aurora";
  /**
   * Endpoint of the cluster.
   */
  endpoint: string | SecretReference;
  /**
   * Port, usually 5432.
   */
  port: number;
  /**
   * Name of the database.
   */
  database: string | SecretReference;
  /**
   * Name of the user.
   */
  username: string | SecretReference;
  /**
   * Secret with the password.
   */
  passwordSecretArn: string | SecretReference;
}
/**
 * Postgres as cloud-sql.
 */
export interface PostgresCloudSqlBinding {
  /**
   * What serves the postgres.
   */
  service: "cloud-sql";
  /**
   * Host of the instance.
   */
  host: string | SecretReference;
  /**
   * Port, usually 5432.
   */
  port: number;
  /**
   * Name of the database.
   */
  database: string | SecretReference;
  /**
   * Name of the user.
   */
  username: string | SecretReference;
  /**
   * Secret with the password.
   */
  passwordSecretName: string | SecretReference;
  /**
   * Certificates of the server.
   */
  serverCaCertificates?: string | SecretReference;
}
/**
 * Postgres as flexible-server.
 */
export interface PostgresFlexibleServerBinding {
  /**
   * What serves the postgres.
   */
  service: "flexible-server";
  /**
   * Host of the server.
   */
  host: string | SecretReference;
  /**
   * Port, usually 5432.
   */
  port: number;
  /**
   * Name of the database.
   */
  database: string | SecretReference;
  /**
   * Name of the user.
   */
  username: string | SecretReference;
  /**
   * Secret with the password.
   */
  passwordSecretUri: string | SecretReference;
}
/**
 * Postgres as external.
 */
export interface PostgresExternalBinding {
  /**
   * What serves the postgres.
   */
  service: "external";
  /**
   * Host of the server.
   */
  host: string | SecretReference;
  /**
   * Port, usually 5432.
   */
  port: number;
  /**
   * Name of the database.
   */
  database: string | SecretReference;
  /**
   * Name of the user.
   */
  username: string | SecretReference;
  /**
   * The password; give it as `{ secret: name }`.
   */
  password: string | SecretReference;
  /**
   * How the server's certificate is checked.
   */
  sslMode?: "verify-full" | "disable";
}
/**
 * Postgres as local-postgres.
 */
export interface PostgresLocalPostgresBinding {
  /**
   * What serves the postgres.
   */
  service: "local-postgres";
  /**
   * Host of the server.
   */
  host: string | SecretReference;
  /**
   * Port, usually 5432.
   */
  port: number;
  /**
   * Name of the database.
   */
  database: string | SecretReference;
  /**
   * Name of the user.
   */
  username: string | SecretReference;
  /**
   * The password; give it as `{ secret: name }`.
   */
  password: string | SecretReference;
}
/**
 * Where the postgres is. One per platform.
 */
export interface PostgresBindings {
  local?: PostgresBinding;
  kubernetes?: PostgresBinding;
}
/**
 * The manager that daemons with `commandsEnabled` poll.
 */
export interface Commands {
  /**
   * URL of the manager, with its version.
   */
  managerUrl?: string;
  /**
   * The deployment that the daemons are, to the manager.
   */
  deploymentId?: string;
  token?: SecretReference;
}
/**
 * Settings that only one platform has.
 */
export interface PlatformSettings {
  kubernetes?: KubernetesSettings;
  local?: LocalSettings;
}
/**
 * Settings for Kubernetes.
 */
export interface KubernetesSettings {
  /**
   * Namespace to deploy to; `--namespace` wins over it.
   */
  namespace?: string;
  /**
   * Secrets with the credentials of private registries. They have to exist in the namespace.
   *
   * Items: Name of a Secret.
   */
  imagePullSecrets?: string[];
  /**
   * Deny all incoming connections to the daemons, which have none.
   */
  networkPolicy?: boolean;
  /**
   * ServiceAccounts of permission profiles, for the identity a cloud gives them.
   */
  serviceAccounts?: {
    [k: string]: ServiceAccountSettings;
  };
  pod?: PodSettings;
}
/**
 * Settings of the profile's ServiceAccount.
 */
export interface ServiceAccountSettings {
  /**
   * Annotations, for example those of workload identity.
   */
  annotations?: {
    /**
     * Value of the annotation.
     */
    [k: string]: string;
  };
}
/**
 * Overrides of the defaults for every daemon's pod.
 */
export interface PodSettings {
  resources?: PodResources;
  /**
   * Labels of the nodes that may run the daemons.
   */
  nodeSelector?: {
    /**
     * Value of the label.
     */
    [k: string]: string;
  };
  /**
   * Taints that the daemons tolerate, as in a Pod.
   *
   * Items: A toleration, as in a Pod.
   */
  tolerations?: {}[];
  /**
   * The pod's securityContext, merged over the default `seccompProfile: RuntimeDefault`.
   */
  securityContext?: {};
  /**
   * The container's securityContext, merged over the default `allowPrivilegeEscalation: false`.
   */
  containerSecurityContext?: {};
  /**
   * Seconds between SIGTERM and SIGKILL.
   */
  terminationGracePeriodSeconds?: number;
}
/**
 * Requests and limits of the container; replaces the default requests of 100m CPU and 128Mi memory.
 */
export interface PodResources {
  /**
   * What is set aside for the daemon.
   */
  requests?: {
    /**
     * A quantity, as text.
     */
    [k: string]: string;
  };
  /**
   * What the daemon may use at most.
   */
  limits?: {
    /**
     * A quantity, as text.
     */
    [k: string]: string;
  };
}
/**
 * Settings for Local: a Docker engine.
 */
export interface LocalSettings {
  /**
   * An existing network to join instead of the shared network `alien`.
   */
  network?: string;
}

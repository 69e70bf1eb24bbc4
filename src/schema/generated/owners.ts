// Made by `npm run build:schema` from schemas/model. Do not edit.
export type Owner =
  | { readonly owner: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly owner: string; readonly tag: string; readonly variants: Readonly<Record<string, string>> };
export const owners: Readonly<Record<string, Owner>> = {
  "Permissions": {
    "owner": "`permissions`",
    "fields": {
      "profiles": ""
    }
  },
  "KubernetesSecretSource": {
    "owner": "`kubernetes`",
    "fields": {
      "name": "",
      "key": ""
    }
  },
  "Secret": {
    "owner": "a secret",
    "fields": {
      "env": "",
      "file": "",
      "kubernetes": "KubernetesSecretSource"
    }
  },
  "ImageCode": {
    "owner": "`code` with an image",
    "fields": {
      "type": "",
      "image": ""
    }
  },
  "RustToolchain": {
    "owner": "a rust toolchain",
    "fields": {
      "type": "",
      "binaryName": ""
    }
  },
  "TypescriptToolchain": {
    "owner": "a typescript toolchain",
    "fields": {
      "type": "",
      "binaryName": ""
    }
  },
  "DockerToolchain": {
    "owner": "a docker toolchain",
    "fields": {
      "type": "",
      "dockerfile": "",
      "buildArgs": "",
      "target": ""
    }
  },
  "Toolchain": {
    "owner": "a toolchain",
    "tag": "type",
    "variants": {
      "rust": "RustToolchain",
      "typescript": "TypescriptToolchain",
      "docker": "DockerToolchain"
    }
  },
  "SourceCode": {
    "owner": "`code` from source",
    "fields": {
      "type": "",
      "src": "",
      "toolchain": "Toolchain"
    }
  },
  "Code": {
    "owner": "`code`",
    "tag": "type",
    "variants": {
      "image": "ImageCode",
      "source": "SourceCode"
    }
  },
  "secretReference": {
    "owner": "a reference to a secret",
    "fields": {
      "secret": ""
    }
  },
  "DaemonResource": {
    "owner": "a daemon",
    "fields": {
      "type": "",
      "code": "Code",
      "environment": "*secretReference",
      "links": "",
      "permissions": "",
      "commandsEnabled": ""
    }
  },
  "VaultParameterStoreBinding": {
    "owner": "a parameter-store binding",
    "fields": {
      "service": "",
      "vaultPrefix": "secretReference"
    }
  },
  "VaultSecretManagerBinding": {
    "owner": "a secret-manager binding",
    "fields": {
      "service": "",
      "vaultPrefix": "secretReference"
    }
  },
  "VaultKeyVaultBinding": {
    "owner": "a key-vault binding",
    "fields": {
      "service": "",
      "vaultName": "secretReference"
    }
  },
  "VaultKubernetesSecretBinding": {
    "owner": "a kubernetes-secret binding",
    "fields": {
      "service": "",
      "namespace": "secretReference",
      "vaultPrefix": "secretReference"
    }
  },
  "VaultLocalVaultBinding": {
    "owner": "a local-vault binding",
    "fields": {
      "service": "",
      "vaultName": "secretReference",
      "dataDir": "secretReference"
    }
  },
  "VaultBinding": {
    "owner": "a binding of a vault",
    "tag": "service",
    "variants": {
      "parameter-store": "VaultParameterStoreBinding",
      "secret-manager": "VaultSecretManagerBinding",
      "key-vault": "VaultKeyVaultBinding",
      "kubernetes-secret": "VaultKubernetesSecretBinding",
      "local-vault": "VaultLocalVaultBinding"
    }
  },
  "VaultBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "VaultBinding",
      "kubernetes": "VaultBinding"
    }
  },
  "VaultResource": {
    "owner": "a vault",
    "fields": {
      "type": "",
      "keys": "",
      "binding": "VaultBinding",
      "bindings": "VaultBindings"
    }
  },
  "StorageS3Binding": {
    "owner": "a s3 binding",
    "fields": {
      "service": "",
      "bucketName": "secretReference"
    }
  },
  "StorageGcsBinding": {
    "owner": "a gcs binding",
    "fields": {
      "service": "",
      "bucketName": "secretReference"
    }
  },
  "StorageBlobBinding": {
    "owner": "a blob binding",
    "fields": {
      "service": "",
      "accountName": "secretReference",
      "containerName": "secretReference"
    }
  },
  "StorageLocalStorageBinding": {
    "owner": "a local-storage binding",
    "fields": {
      "service": "",
      "storagePath": "secretReference"
    }
  },
  "StorageBinding": {
    "owner": "a binding of a storage",
    "tag": "service",
    "variants": {
      "s3": "StorageS3Binding",
      "gcs": "StorageGcsBinding",
      "blob": "StorageBlobBinding",
      "local-storage": "StorageLocalStorageBinding"
    }
  },
  "StorageBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "StorageBinding",
      "kubernetes": "StorageBinding"
    }
  },
  "StorageResource": {
    "owner": "a storage",
    "fields": {
      "type": "",
      "binding": "StorageBinding",
      "bindings": "StorageBindings"
    }
  },
  "KvDynamodbBinding": {
    "owner": "a dynamodb binding",
    "fields": {
      "service": "",
      "tableName": "secretReference",
      "region": "secretReference",
      "endpointUrl": "secretReference"
    }
  },
  "KvFirestoreBinding": {
    "owner": "a firestore binding",
    "fields": {
      "service": "",
      "projectId": "secretReference",
      "databaseId": "secretReference",
      "collectionName": "secretReference"
    }
  },
  "KvTablestorageBinding": {
    "owner": "a tablestorage binding",
    "fields": {
      "service": "",
      "resourceGroupName": "secretReference",
      "accountName": "secretReference",
      "tableName": "secretReference"
    }
  },
  "KvRedisBinding": {
    "owner": "a redis binding",
    "fields": {
      "service": "",
      "connectionUrl": "secretReference",
      "keyPrefix": "secretReference",
      "database": ""
    }
  },
  "KvLocalKvBinding": {
    "owner": "a local-kv binding",
    "fields": {
      "service": "",
      "dataDir": "secretReference",
      "keyPrefix": "secretReference"
    }
  },
  "KvBinding": {
    "owner": "a binding of a kv",
    "tag": "service",
    "variants": {
      "dynamodb": "KvDynamodbBinding",
      "firestore": "KvFirestoreBinding",
      "tablestorage": "KvTablestorageBinding",
      "redis": "KvRedisBinding",
      "local-kv": "KvLocalKvBinding"
    }
  },
  "KvBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "KvBinding",
      "kubernetes": "KvBinding"
    }
  },
  "KvResource": {
    "owner": "a kv",
    "fields": {
      "type": "",
      "binding": "KvBinding",
      "bindings": "KvBindings"
    }
  },
  "QueueSqsBinding": {
    "owner": "a sqs binding",
    "fields": {
      "service": "",
      "queueUrl": "secretReference"
    }
  },
  "QueuePubsubBinding": {
    "owner": "a pubsub binding",
    "fields": {
      "service": "",
      "topic": "secretReference",
      "subscription": "secretReference"
    }
  },
  "QueueServicebusBinding": {
    "owner": "a servicebus binding",
    "fields": {
      "service": "",
      "namespace": "secretReference",
      "queueName": "secretReference"
    }
  },
  "QueueLocalQueueBinding": {
    "owner": "a local-queue binding",
    "fields": {
      "service": "",
      "queuePath": "secretReference"
    }
  },
  "QueueBinding": {
    "owner": "a binding of a queue",
    "tag": "service",
    "variants": {
      "sqs": "QueueSqsBinding",
      "pubsub": "QueuePubsubBinding",
      "servicebus": "QueueServicebusBinding",
      "local-queue": "QueueLocalQueueBinding"
    }
  },
  "QueueBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "QueueBinding",
      "kubernetes": "QueueBinding"
    }
  },
  "QueueResource": {
    "owner": "a queue",
    "fields": {
      "type": "",
      "binding": "QueueBinding",
      "bindings": "QueueBindings"
    }
  },
  "ContainerHorizonBinding": {
    "owner": "a horizon binding",
    "fields": {
      "service": "",
      "containerName": "secretReference",
      "internalUrl": "secretReference",
      "publicUrl": "secretReference"
    }
  },
  "ContainerKubernetesBinding": {
    "owner": "a kubernetes binding",
    "fields": {
      "service": "",
      "name": "secretReference",
      "namespace": "secretReference",
      "serviceName": "secretReference",
      "servicePort": "",
      "publicUrl": "secretReference"
    }
  },
  "ContainerLocalBinding": {
    "owner": "a local binding",
    "fields": {
      "service": "",
      "containerName": "secretReference",
      "internalUrl": "secretReference",
      "publicUrl": "secretReference"
    }
  },
  "ContainerBinding": {
    "owner": "a binding of a container",
    "tag": "service",
    "variants": {
      "horizon": "ContainerHorizonBinding",
      "kubernetes": "ContainerKubernetesBinding",
      "local": "ContainerLocalBinding"
    }
  },
  "ContainerBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "ContainerBinding",
      "kubernetes": "ContainerBinding"
    }
  },
  "ContainerResource": {
    "owner": "a container",
    "fields": {
      "type": "",
      "binding": "ContainerBinding",
      "bindings": "ContainerBindings"
    }
  },
  "WorkerLambdaBinding": {
    "owner": "a lambda binding",
    "fields": {
      "service": "",
      "workerName": "secretReference",
      "region": "secretReference",
      "url": "secretReference"
    }
  },
  "WorkerCloudrunBinding": {
    "owner": "a cloudrun binding",
    "fields": {
      "service": "",
      "projectId": "secretReference",
      "serviceName": "secretReference",
      "location": "secretReference",
      "privateUrl": "secretReference",
      "publicUrl": "secretReference"
    }
  },
  "WorkerContainerappBinding": {
    "owner": "a containerapp binding",
    "fields": {
      "service": "",
      "subscriptionId": "secretReference",
      "resourceGroupName": "secretReference",
      "containerAppName": "secretReference",
      "privateUrl": "secretReference",
      "publicUrl": "secretReference"
    }
  },
  "WorkerKubernetesBinding": {
    "owner": "a kubernetes binding",
    "fields": {
      "service": "",
      "name": "secretReference",
      "namespace": "secretReference",
      "serviceName": "secretReference",
      "servicePort": "",
      "publicUrl": "secretReference"
    }
  },
  "WorkerLocalBinding": {
    "owner": "a local binding",
    "fields": {
      "service": "",
      "workerUrl": "secretReference"
    }
  },
  "WorkerBinding": {
    "owner": "a binding of a worker",
    "tag": "service",
    "variants": {
      "lambda": "WorkerLambdaBinding",
      "cloudrun": "WorkerCloudrunBinding",
      "containerapp": "WorkerContainerappBinding",
      "kubernetes": "WorkerKubernetesBinding",
      "local": "WorkerLocalBinding"
    }
  },
  "WorkerBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "WorkerBinding",
      "kubernetes": "WorkerBinding"
    }
  },
  "WorkerResource": {
    "owner": "a worker",
    "fields": {
      "type": "",
      "binding": "WorkerBinding",
      "bindings": "WorkerBindings"
    }
  },
  "ArtifactRegistryEcrBinding": {
    "owner": "an ecr binding",
    "fields": {
      "service": "",
      "repositoryPrefix": "secretReference",
      "pullRoleArn": "secretReference",
      "pushRoleArn": "secretReference"
    }
  },
  "ArtifactRegistryAcrBinding": {
    "owner": "an acr binding",
    "fields": {
      "service": "",
      "registryName": "secretReference",
      "resourceGroupName": "secretReference",
      "repositoryPrefix": "secretReference"
    }
  },
  "ArtifactRegistryGarBinding": {
    "owner": "a gar binding",
    "fields": {
      "service": "",
      "repositoryName": "secretReference",
      "pullServiceAccountEmail": "secretReference",
      "pushServiceAccountEmail": "secretReference"
    }
  },
  "ArtifactRegistryLocalBinding": {
    "owner": "a local binding",
    "fields": {
      "service": "",
      "registryUrl": "secretReference",
      "dataDir": "secretReference"
    }
  },
  "ArtifactRegistryBinding": {
    "owner": "a binding of a artifact-registry",
    "tag": "service",
    "variants": {
      "ecr": "ArtifactRegistryEcrBinding",
      "acr": "ArtifactRegistryAcrBinding",
      "gar": "ArtifactRegistryGarBinding",
      "local": "ArtifactRegistryLocalBinding"
    }
  },
  "ArtifactRegistryBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "ArtifactRegistryBinding",
      "kubernetes": "ArtifactRegistryBinding"
    }
  },
  "ArtifactRegistryResource": {
    "owner": "an artifact-registry",
    "fields": {
      "type": "",
      "binding": "ArtifactRegistryBinding",
      "bindings": "ArtifactRegistryBindings"
    }
  },
  "PostgresAuroraBinding": {
    "owner": "an aurora binding",
    "fields": {
      "service": "",
      "endpoint": "secretReference",
      "port": "",
      "database": "secretReference",
      "username": "secretReference",
      "passwordSecretArn": "secretReference"
    }
  },
  "PostgresCloudSqlBinding": {
    "owner": "a cloud-sql binding",
    "fields": {
      "service": "",
      "host": "secretReference",
      "port": "",
      "database": "secretReference",
      "username": "secretReference",
      "passwordSecretName": "secretReference",
      "serverCaCertificates": "secretReference"
    }
  },
  "PostgresFlexibleServerBinding": {
    "owner": "a flexible-server binding",
    "fields": {
      "service": "",
      "host": "secretReference",
      "port": "",
      "database": "secretReference",
      "username": "secretReference",
      "passwordSecretUri": "secretReference"
    }
  },
  "PostgresExternalBinding": {
    "owner": "an external binding",
    "fields": {
      "service": "",
      "host": "secretReference",
      "port": "",
      "database": "secretReference",
      "username": "secretReference",
      "password": "secretReference",
      "sslMode": ""
    }
  },
  "PostgresLocalPostgresBinding": {
    "owner": "a local-postgres binding",
    "fields": {
      "service": "",
      "host": "secretReference",
      "port": "",
      "database": "secretReference",
      "username": "secretReference",
      "password": "secretReference"
    }
  },
  "PostgresBinding": {
    "owner": "a binding of a postgres",
    "tag": "service",
    "variants": {
      "aurora": "PostgresAuroraBinding",
      "cloud-sql": "PostgresCloudSqlBinding",
      "flexible-server": "PostgresFlexibleServerBinding",
      "external": "PostgresExternalBinding",
      "local-postgres": "PostgresLocalPostgresBinding"
    }
  },
  "PostgresBindings": {
    "owner": "`bindings`",
    "fields": {
      "local": "PostgresBinding",
      "kubernetes": "PostgresBinding"
    }
  },
  "PostgresResource": {
    "owner": "a postgres",
    "fields": {
      "type": "",
      "binding": "PostgresBinding",
      "bindings": "PostgresBindings"
    }
  },
  "Resource": {
    "owner": "a resource",
    "tag": "type",
    "variants": {
      "daemon": "DaemonResource",
      "vault": "VaultResource",
      "storage": "StorageResource",
      "kv": "KvResource",
      "queue": "QueueResource",
      "container": "ContainerResource",
      "worker": "WorkerResource",
      "artifact-registry": "ArtifactRegistryResource",
      "postgres": "PostgresResource"
    }
  },
  "Commands": {
    "owner": "`commands`",
    "fields": {
      "managerUrl": "",
      "deploymentId": "",
      "token": "secretReference"
    }
  },
  "ServiceAccountSettings": {
    "owner": "a service account",
    "fields": {
      "annotations": ""
    }
  },
  "PodResources": {
    "owner": "`resources`",
    "fields": {
      "requests": "",
      "limits": ""
    }
  },
  "PodSettings": {
    "owner": "`pod`",
    "fields": {
      "resources": "PodResources",
      "nodeSelector": "",
      "tolerations": "",
      "securityContext": "",
      "containerSecurityContext": "",
      "terminationGracePeriodSeconds": ""
    }
  },
  "KubernetesSettings": {
    "owner": "`platforms.kubernetes`",
    "fields": {
      "namespace": "",
      "imagePullSecrets": "",
      "networkPolicy": "",
      "serviceAccounts": "*ServiceAccountSettings",
      "pod": "PodSettings"
    }
  },
  "LocalSettings": {
    "owner": "`platforms.local`",
    "fields": {
      "network": ""
    }
  },
  "PlatformSettings": {
    "owner": "`platforms`",
    "fields": {
      "kubernetes": "KubernetesSettings",
      "local": "LocalSettings"
    }
  },
  "Stack": {
    "owner": "a stack",
    "fields": {
      "stack": "",
      "supportedPlatforms": "",
      "permissions": "Permissions",
      "secrets": "*Secret",
      "resources": "*Resource",
      "commands": "Commands",
      "platforms": "PlatformSettings"
    }
  }
};

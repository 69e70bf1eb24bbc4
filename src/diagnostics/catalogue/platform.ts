import { allOf, error, oneOf, quote, warning } from "./entry.ts";

const titles: Readonly<Record<string, string>> = {
  local: "Local",
  kubernetes: "Kubernetes",
  aws: "AWS",
  gcp: "GCP",
  azure: "Azure",
};
const title = (platform: string): string => titles[platform] ?? platform;

const titleList = (platforms: readonly string[]): string => platforms.map(title).join(" and ");

/** Band 4: what a platform cannot do. */
export const platform = {
  "cloud-platform": error<{ platform: string; daemons: readonly string[] }>("AL4001", {
    message: ({ platform, daemons }) => `${title(platform)} does not run daemons, and this stack has ${allOf(daemons)}`,
    help: () => "daemons run on `local` and `kubernetes`; a Kubernetes cluster in that cloud is `kubernetes`",
    about:
      "There is no daemon controller for AWS, GCP or Azure. A daemon is refused there before any provider is called; it never silently becomes a Worker or a Container.",
  }),
  "source-daemon": error<{ daemon: string }>("AL4002", {
    message: ({ daemon }) =>
      `${quote(daemon)} is built from source, and neither Local nor Kubernetes runs source daemons`,
    help: () => "build and push an image, and write `code: { type: image, image: … }`",
    about: "`code.type: source` exists in the schema, but no controller builds it. Both platforms run images.",
  }),
  "missing-binding": error<{ id: string; kind: string; platforms: readonly string[]; services: readonly string[] }>(
    "AL4003",
    {
      message: ({ id, kind, platforms }) =>
        `the ${kind} ${quote(id)} has no binding for ${titleList(platforms)}, and ${platforms.length === 1 ? "none is" : "neither is"} brought by the platform`,
      help: ({ id, platforms, services }) =>
        `say where it is: ${quote(`bindings: { ${platforms[0]}: { service: … } }`)} on ${quote(id)}; services: ${services.join(", ")}`,
      about:
        "A link needs a binding: where the resource is. Local has embedded storage, kv, queue and vault; Kubernetes has an embedded vault only. Everything else is brought by you.",
    },
  ),
  "secret-source": error<{ secret: string; platform: string }>("AL4004", {
    message: ({ secret, platform }) => `the secret ${quote(secret)} has no source that ${title(platform)} can read`,
    help: () => "add `env: <VARIABLE>` or `file: <path>`",
    about: "A value that lives only in a Kubernetes Secret cannot be read on Local.",
  }),
  "commands-incomplete": error<{ daemons: readonly string[]; missing: readonly string[] }>("AL4005", {
    message: ({ daemons, missing }) =>
      `${allOf(daemons)} ${daemons.length === 1 ? "has" : "have"} commands enabled, and ${allOf(missing.map(field => `commands.${field}`))} ${missing.length === 1 ? "is" : "are"} missing`,
    help: () => "say under `commands` which manager it polls, as which deployment, and with which token",
    about:
      "A daemon with `commandsEnabled` polls a manager. It needs the manager's URL, the deployment's id and a token.",
  }),
  "grant-impossible": error<{ set: string; scope: string; platform: string }>("AL4006", {
    message: ({ set, scope, platform }) => `${title(platform)} cannot grant ${quote(set)} on ${quote(scope)} narrowly`,
    help: () =>
      "creating Secrets cannot be limited by name; write vault values from outside the daemon and grant `vault/data-read`",
    about:
      "Kubernetes RBAC cannot limit `create` by name: the grant would open every Secret of the namespace, so it is refused.",
  }),
  "grant-needs-keys": error<{ vault: string; set: string }>("AL4007", {
    message: ({ vault, set }) => `${quote(set)} on ${quote(vault)} needs the vault's \`keys\` on Kubernetes`,
    help: ({ vault }) =>
      `list them: ${quote(`keys: [API_KEY]`)} on ${quote(vault)}; without names the grant would open every Secret`,
    about: "Each key of the vault is one Secret. The Role names exactly those, so the keys have to be declared.",
  }),
  "grant-elsewhere": warning<{ set: string; profile: string; platform: string }>("AL4008", {
    message: ({ set, platform }) => `${title(platform)} cannot give ${quote(set)} itself`,
    help: ({ platform, profile }) =>
      platform === "kubernetes"
        ? `give the ServiceAccount an identity that has it: \`platforms.kubernetes.serviceAccounts.${profile}.annotations\``
        : "the daemon needs credentials of its own, for example through `environment` and a secret",
    about:
      "Rights on cloud services are given by the cloud. On Kubernetes a ServiceAccount with the cloud's annotation carries them; on Local nothing does.",
  }),
  "vault-without-grant": warning<{ daemon: string; vault: string; profile: string | undefined }>("AL4009", {
    message: ({ daemon, vault }) => `${quote(daemon)} links the vault ${quote(vault)} but is not granted to read it`,
    help: ({ vault, profile }) =>
      profile === undefined
        ? "give the daemon a `permissions` profile that grants `vault/data-read`"
        : `add ${quote(`${vault}: [vault/data-read]`)} to the profile ${quote(profile)}`,
    about: "The binding says where the vault is; reading it also takes a grant.",
  }),
  "localhost-url": warning<{ text: string; platforms: readonly string[] }>("AL4010", {
    message: ({ text }) => `${quote(text)} points at the daemon's own container`,
    help: ({ platforms }) =>
      [
        ...(platforms.includes("local") ? ["for a service on the host, use `host.docker.internal`"] : []),
        ...(platforms.includes("kubernetes") ? ["in a cluster, use the name of its Service"] : []),
      ].join("; "),
    about: "Inside a container, `localhost` is the container itself, not the machine it runs on.",
  }),
  "platform-not-supported": error<{ platform: string; supported: readonly string[] }>("AL4011", {
    message: ({ platform }) => `this stack does not support ${quote(platform)}`,
    help: ({ supported, platform }) =>
      `add ${quote(platform)} to \`supportedPlatforms\`, or choose ${oneOf(supported)}`,
    about: "`supportedPlatforms` says where a stack may be deployed.",
  }),
  "grant-other-namespace": warning<{ vault: string; namespace: string; own: string; secrets: readonly string[] }>(
    "AL4012",
    {
      message: ({ vault, namespace, own }) =>
        `the vault ${quote(vault)} lives in the namespace ${quote(namespace)}, and grants are made in ${quote(own)} only`,
      help: ({ namespace, secrets }) =>
        `in ${quote(namespace)}, allow \`get\` on the Secrets ${secrets.map(quote).join(", ")}`,
      about:
        "Objects are created in the deployment's namespace only. What is needed in another one has to be granted there.",
    },
  ),
  "grant-without-effect": warning<{ set: string }>("AL4013", {
    message: ({ set }) => `${quote(set)} has no effect for a daemon`,
    help: () => "it concerns those who deploy; a daemon needs the `data-…` sets",
    about: "Sets such as `provision`, `management` and `heartbeat` are meant for the platform's own controllers.",
  }),
  "service-out-of-place": warning<{ service: string; id: string; platform: string }>("AL4014", {
    message: ({ service, id, platform }) =>
      `the binding of ${quote(id)} is ${quote(service)}, which a daemon on ${title(platform)} does not reach`,
    help: ({ platform }) => `give another one: ${quote(`bindings: { ${platform}: { service: … } }`)}`,
    about:
      "A `local-…` service is a directory that only Local mounts; on Kubernetes it would be empty, and lost with the pod. Services of a cluster are not reachable from a Docker engine.",
  }),
} as const;

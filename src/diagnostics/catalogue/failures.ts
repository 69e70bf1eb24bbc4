import { duration, type Entry, error, quote } from "./entry.ts";

/** Every failure says how to look further: a command. */
interface Look {
  readonly look: string;
}

export const failure = <A>(
  code: `AL${number}`,
  entry: Omit<Entry<A>, "code" | "severity" | "help"> & Pick<Required<Entry<A>>, "help">,
) =>
  error<A & Look>(code, {
    ...entry,
    help: args => `${entry.help(args)}; to look further: ${quote(args.look)}`,
  });

interface ImageArgs {
  readonly daemon: string;
  readonly image: string;
}

/** A problem that could have passed, and for how long it did not, in milliseconds. */
interface LastingArgs {
  readonly daemon: string;
  readonly said: string;
  readonly lasted: number | undefined;
}

export const lasting = (lasted: number | undefined): string => (lasted === undefined ? "" : ` for ${duration(lasted)}`);

export const after = (said: string): string => (said === "" ? "" : `: ${said}`);

/** What exit codes mean by convention. */
const exitCodes: Readonly<Record<number, string>> = {
  126: "the shell could not execute the command",
  127: "the shell did not find the command",
  132: "an illegal instruction: the image may be built for another processor",
  134: "it aborted itself",
  137: "it was killed",
  139: "it violated memory protection",
  143: "it was asked to stop",
};

/** Band 62: why a daemon does not run. */
export const failures = {
  "image-missing": failure<ImageArgs>("AL6201", {
    message: ({ daemon, image }) => `${quote(daemon)} cannot start: the image ${quote(image)} does not exist`,
    label: () => "the registry does not have it",
    help: () => "push it first, or correct its name, tag or digest",
    about:
      "The registry answered that it has no such image. That does not pass by itself, so nothing waits for it. Most often the tag was not pushed yet, or the name has a typing error.",
  }),
  "image-denied": failure<ImageArgs & { pullSecrets: readonly string[] }>("AL6202", {
    message: ({ daemon, image }) =>
      `${quote(daemon)} cannot start: the registry does not let the cluster pull ${quote(image)}`,
    label: () => "access is denied, or it does not exist",
    help: ({ pullSecrets }) =>
      pullSecrets.length === 0
        ? "name a Secret with the registry's credentials in `platforms.kubernetes.imagePullSecrets`, or correct the image's name"
        : `check that ${pullSecrets.map(quote).join(", ")} in \`platforms.kubernetes.imagePullSecrets\` exists and may pull it, or correct the image's name`,
    about:
      "The registry refused the cluster's credentials, or there were none. Registries often say the same of an image that does not exist, so that strangers cannot find out what does.",
  }),
  "image-name-invalid": failure<ImageArgs>("AL6203", {
    message: ({ daemon, image }) => `${quote(daemon)} cannot start: ${quote(image)} is not a name of an image`,
    help: () => "an image is `registry/name:tag`, the name in lower case",
    about: "The container runtime could not read the name of the image.",
  }),
  "image-not-present": failure<ImageArgs>("AL6204", {
    message: ({ daemon, image }) =>
      `${quote(daemon)} cannot start: the node does not have the image ${quote(image)}, and may not pull it`,
    help: () => "something in the cluster sets the pull policy to `Never`; load the image onto its nodes",
    about:
      "The pull policy `Never` is not set by alien-compile: an admission webhook or another manager put it there. With it, a node runs only the images it already has.",
  }),
  "image-wrong-platform": failure<ImageArgs>("AL6205", {
    message: ({ daemon, image }) =>
      `${quote(daemon)} cannot start: the image ${quote(image)} is not built for the node's processor`,
    help: () => "build it for the platforms of the cluster's nodes, for example `linux/amd64` and `linux/arm64`",
    about: "The image exists, but holds nothing that the node's operating system and processor can run.",
  }),
  "image-pull-failing": failure<ImageArgs & LastingArgs>("AL6206", {
    message: ({ daemon, image, said, lasted }) =>
      `${quote(daemon)} cannot start: pulling ${quote(image)} has failed${lasting(lasted)}${after(said)}`,
    help: () => "check that the registry can be reached from the cluster's nodes",
    about:
      "The registry could not be reached, or failed itself. That often passes, so it is given some time before the rollout is called failed.",
  }),
  "daemon-secret-missing": failure<{ daemon: string; secret: string; namespace: string; own: boolean }>("AL6207", {
    message: ({ daemon, secret, namespace }) =>
      `${quote(daemon)} cannot start: the Secret ${quote(secret)} is not in the namespace ${quote(namespace)}`,
    help: ({ own }) =>
      own
        ? "alien-compile had created it, and somebody deleted it; apply again"
        : "create it in that namespace, or correct its name",
    about:
      "A container is not created before every Secret that its environment refers to exists. It was gone when the pod started.",
  }),
  "daemon-secret-key-missing": failure<{
    daemon: string;
    secret: string;
    key: string;
    namespace: string;
    own: boolean;
  }>("AL6208", {
    message: ({ daemon, secret, key, namespace }) =>
      `${quote(daemon)} cannot start: the Secret ${quote(secret)} in the namespace ${quote(namespace)} has no key ${quote(key)}`,
    help: ({ own }) =>
      own ? "somebody changed a Secret that alien-compile created; apply again" : "add the key, or correct its name",
    about: "A container is not created before every key that its environment refers to is in its Secret.",
  }),
  "container-cannot-start": failure<LastingArgs>("AL6209", {
    message: ({ daemon, said }) => `${quote(daemon)} cannot start${after(said)}`,
    help: ({ said }) =>
      /exec format error/i.test(said)
        ? "build the image for the processor of the cluster's nodes"
        : /run as root|runAsNonRoot|non-numeric user/i.test(said)
          ? "give the image a numeric user other than 0, or change `platforms.kubernetes.pod.containerSecurityContext`"
          : "check the image's entrypoint: whether the file exists in it and may be executed",
    about:
      "The container runtime could not start the image's command: the file is missing or not executable, its user is not allowed, or it is built for another processor.",
  }),
  "crash-loop": failure<{ daemon: string; exitCode: number; signal: number | undefined; lasted: number | undefined }>(
    "AL6210",
    {
      message: ({ daemon, exitCode, signal }) =>
        `${quote(daemon)} keeps ending with exit code ${exitCode}${exitCodes[exitCode] ? `: ${exitCodes[exitCode]}` : signal ? `: signal ${signal}` : ""}`,
      help: () => "its last lines say why; correct the daemon or its environment",
      about:
        "The process started, ended with an error, was restarted, and ended again. The code and the last lines of its log come from the process itself.",
    },
  ),
  "daemon-exits": failure<{ daemon: string; onHost?: true }>("AL6211", {
    message: ({ daemon }) => `${quote(daemon)} keeps ending without an error, and a daemon has to stay up`,
    help: ({ onHost }) =>
      `let the process run in the foreground until it is asked to stop; for work that ends, use ${onHost ? "a timer of the host" : "a Job"}`,
    about:
      "A daemon is an always-on process. One that ends, even with exit code 0, is restarted for ever. A common reason is a program that puts itself into the background.",
  }),
  "out-of-memory": failure<{ daemon: string; limit: string | undefined }>("AL6212", {
    message: ({ daemon, limit }) =>
      limit === undefined
        ? `${quote(daemon)} keeps being killed because it uses more memory than it may`
        : `${quote(daemon)} keeps being killed because it uses more than ${limit} of memory`,
    help: ({ limit }) =>
      limit === undefined
        ? "the namespace or the node limits it: set `platforms.kubernetes.pod.resources.limits.memory`, or let it use less"
        : "raise the limit, or let it use less",
    about:
      "The kernel killed the process when its container reached the limit of memory. Without a limit in `alien.yaml`, one of the namespace applies, or the node itself was out of memory.",
  }),
  "pod-refused": failure<{ daemon: string; said: string }>("AL6213", {
    message: ({ daemon, said }) => `the cluster refuses the pod of ${quote(daemon)}${after(said)}`,
    help: ({ said }) =>
      /quota|LimitRange|maximum|minimum|must specify/i.test(said)
        ? "ask for less in `platforms.kubernetes.pod.resources`, or have the namespace's limits changed"
        : "change `platforms.kubernetes.pod` to what the cluster's policies allow, or have them changed",
    about:
      "A quota, a limit range or an admission policy of the cluster forbids the pod. Nothing was started; the same pod will be refused again.",
  }),
  "account-missing": failure<{ daemon: string; account: string; namespace: string; lasted: number | undefined }>(
    "AL6214",
    {
      message: ({ daemon, account, namespace, lasted }) =>
        `${quote(daemon)} cannot start: the ServiceAccount ${quote(account)} is not in the namespace ${quote(namespace)}${lasted === undefined ? "" : `, after ${duration(lasted)}`}`,
      help: () => "alien-compile creates it for the daemon's profile; find out what deletes it, and apply again",
      about:
        "A pod is refused while its ServiceAccount does not exist. It is created before the pod, so something else took it away.",
    },
  ),
  "not-schedulable": failure<LastingArgs>("AL6215", {
    message: ({ daemon, said, lasted }) => `no node has taken ${quote(daemon)}${lasting(lasted)}${after(said)}`,
    help: ({ said }) =>
      /taint/i.test(said)
        ? "add what the nodes ask for to `platforms.kubernetes.pod.tolerations`, or free a node"
        : /affinity|selector/i.test(said)
          ? "correct `platforms.kubernetes.pod.nodeSelector`, or label a node"
          : "ask for less in `platforms.kubernetes.pod.resources.requests`, or add a node",
    about:
      "The scheduler found no node that fits the pod: too little is free, or its labels or taints do not match. A new node may change that, so it is given some time.",
  }),
  "rollout-stuck": failure<LastingArgs>("AL6216", {
    message: ({ daemon, said, lasted }) => `${quote(daemon)} has not become ready${lasting(lasted)}${after(said)}`,
    help: () => "the cluster's own words say what it is about; look at its nodes, network and storage",
    about:
      "The cluster reports a problem with the pod that is not the daemon's own. Such problems often pass, so they are given some time.",
  }),
  "rollout-silent": failure<{ daemon: string; silence: number; detail: string | undefined; onHost?: true }>("AL6217", {
    message: ({ daemon, silence, detail }) =>
      `nothing has happened to ${quote(daemon)} for ${duration(silence)}, and it is not ready${after(detail ?? "")}`,
    help: ({ onHost }) =>
      onHost
        ? "look whether the engine works, and what the daemon's health check waits for"
        : "look whether the cluster's controllers and nodes work; a large image may need a longer time",
    about:
      "Neither the state of the daemon changed nor did its platform report anything about it. Waiting longer rarely helps.",
  }),
  "rollout-timeout": failure<{ daemon: string; timeout: number; detail: string | undefined }>("AL6218", {
    message: ({ daemon, timeout, detail }) =>
      `${quote(daemon)} was not ready after ${duration(timeout)}${after(detail ?? "")}`,
    help: () => "give it longer with `--timeout`, or look into what it was waiting for",
    about: "The time for the whole rollout is over. The message says what the daemon was waiting for at the end.",
  }),
  "daemon-scaled-down": failure<{ daemon: string }>("AL6219", {
    message: ({ daemon }) => `somebody scaled the Deployment of ${quote(daemon)} while it was rolled out`,
    help: () =>
      "a daemon is exactly one process: take it out of the autoscaler or script that scales it, and apply again",
    about:
      "The number of replicas was changed from outside. A daemon runs exactly once, so the rollout does not go on with another number.",
  }),
  "daemon-paused": failure<{ daemon: string }>("AL6220", {
    message: ({ daemon }) => `the rollout of ${quote(daemon)} is paused in the cluster`,
    help: () => "resume it with `kubectl rollout resume`, and apply again",
    about: "Somebody paused the Deployment, so the cluster does not start what was applied.",
  }),
} as const;

import { didYouMean, error, oneOf, quote, systemProblems } from "./entry.ts";

interface AtServer {
  /** The address of the API server, without credentials. */
  readonly server: string;
}

interface Forbidden extends AtServer {
  readonly user: string | undefined;
  readonly verb: string;
  /** In the plural, with its API group where it has one: `deployments.apps`. */
  readonly resource: string;
  /** Undefined where the whole cluster is meant. */
  readonly namespace: string | undefined;
}

interface UnknownContext {
  /** Empty where the kubeconfig has no current context. */
  readonly name: string;
  readonly known: readonly string[];
  readonly suggestion: string | undefined;
}

/** What the system says when there is no answer, by its code. */
export const noAnswer: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was cut off",
  EPIPE: "the connection was cut off",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved at the moment",
  ETIMEDOUT: "it does not answer in time",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  EPROTO: "it does not speak TLS",
  NotApi: "what answers is not a Kubernetes API server",
};

export const certificateProblems: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not a known one",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not a known one",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not a known one",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not a known one",
  CERT_SIGNATURE_FAILURE: "its signature is wrong",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  CERT_REVOKED: "it was revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
};

const credentialProblems: Readonly<Record<string, string>> = {
  "not-json": "what the program that fetches them prints is not JSON",
  "no-credential": "what the program that fetches them prints holds neither a token nor a certificate with its key",
  late: "the program that fetches them does not end",
  silent: "the program that fetches them fails without a word",
};

const kubeconfigProblems: Readonly<Record<string, string>> = {
  ...systemProblems,
  syntax: "it is not YAML",
  shape: "it is not a kubeconfig",
  "no-contexts": "it has no contexts",
  "no-server": "its context leads to no cluster with an address",
  "bad-server": "the address of its cluster is not a URL",
};

/** Band 60: reaching an engine, and being allowed to use it. */
export const connecting = {
  "no-cluster": error<{ tried: readonly string[]; variable?: string }>("AL6001", {
    message: ({ tried, variable }) =>
      variable === undefined
        ? `no cluster is given, neither by ${tried.slice(0, -1).map(quote).join(", ")} nor by ${quote(tried.at(-1) ?? "")}`
        : `${quote(variable)} names no file that exists: ${oneOf(tried)}`,
    help: () => "name the cluster's kubeconfig: `--kubeconfig <file>`",
    about:
      "A cluster is looked for in this order: the flag `--kubeconfig`, the files that `KUBECONFIG` names, `~/.kube/config`, and the service account of the pod this runs in.",
  }),
  "bad-kubeconfig": error<{ file: string; problem: string; line?: number; context?: string }>("AL6002", {
    message: ({ file, problem, line, context }) =>
      `the kubeconfig ${quote(file)} cannot be used${context ? ` with the context ${quote(context)}` : ""}: ${kubeconfigProblems[problem] ?? problem}${line === undefined ? "" : ` (line ${line})`}`,
    help: ({ problem }) =>
      problem === "ENOENT" ? undefined : "`kubectl config view` shows what it says, without its credentials",
    about:
      "The file says where the cluster is and who we are there. What is in it is never printed, because it holds credentials.",
  }),
  "unknown-context": error<UnknownContext>("AL6003", {
    message: ({ name }) =>
      name === "" ? "the kubeconfig has no current context" : `the kubeconfig has no context ${quote(name)}`,
    help: args =>
      didYouMean(args) ??
      `choose one with \`--context\`: ${oneOf(args.known.slice(0, 10))}${args.known.length > 10 ? ", and more" : ""}`,
    about:
      "A context of the kubeconfig names a cluster, a user and a namespace. Without `--context`, its current one is used.",
  }),
  "cluster-unreachable": error<AtServer & { problem: string }>("AL6004", {
    message: ({ server, problem }) =>
      `the cluster at ${quote(server)} cannot be reached: ${noAnswer[problem] ?? problem}`,
    help: () => "see whether `kubectl version` reaches it; `--context` chooses another cluster",
    about:
      "No answer came from the API server, although it was asked several times. Nothing was changed by the last request.",
  }),
  "certificate-not-trusted": error<AtServer & { problem: string }>("AL6005", {
    message: ({ server, problem }) =>
      `the certificate of ${quote(server)} is not trusted: ${certificateProblems[problem] ?? problem}`,
    help: () => "the cluster's entry in the kubeconfig needs its `certificate-authority-data`",
    about:
      "The certificate shows that the server is the one that the kubeconfig means. The authority that signed it stands in the kubeconfig.",
  }),
  "not-authenticated": error<AtServer & { problem: string | undefined }>("AL6006", {
    message: ({ server, problem }) =>
      problem === undefined
        ? `the cluster at ${quote(server)} does not know who we are`
        : `there are no credentials for the cluster at ${quote(server)}: ${credentialProblems[problem] ?? problem}`,
    help: () => "log in to the cluster again, and see whether `kubectl auth whoami` answers",
    about:
      "The credentials in the kubeconfig are missing, have expired, or the program that should fetch them failed. What it says is shown.",
  }),
  forbidden: error<Forbidden>("AL6007", {
    message: ({ server, user, verb, resource, namespace }) =>
      `${user === undefined ? "this user" : quote(user)} may not ${verb} ${quote(resource)} ${namespace === undefined ? "in the whole cluster" : `in the namespace ${quote(namespace)}`} of ${quote(server)}`,
    help: ({ verb, resource, namespace }) =>
      `somebody with more rights has to grant it; \`kubectl auth can-i ${verb} ${resource}${namespace === undefined ? "" : ` --namespace ${namespace}`}\` tells when it is`,
    about: "The cluster knows who we are, and its rules (RBAC) do not allow what is needed.",
  }),
  "cluster-failing": error<AtServer & { status: number; problem: string }>("AL6008", {
    message: ({ server, status, problem }) =>
      `the cluster at ${quote(server)} keeps failing with ${status}${problem === "" ? "" : `: ${problem}`}`,
    help: ({ status }) =>
      status === 429 ? "it has too much to do: try again later" : "its own logs say why; try again when it works",
    about: "The API server answered with an error of its own, also after several attempts.",
  }),
  "request-refused": error<
    AtServer & { status: number; verb: string | undefined; resource: string | undefined; problem: string }
  >("AL6009", {
    message: ({ server, status, verb, resource, problem }) =>
      `the cluster at ${quote(server)} refuses ${verb === undefined ? "a request" : `to ${[verb, ...(resource === undefined ? [] : [quote(resource)])].join(" ")}`} with ${status}${problem === "" ? "" : `: ${problem}`}`,
    about:
      "The API server refused a request for a reason of its own, which is shown: an admission webhook or a policy, for example.",
  }),
  interrupted: error<{ verb: string; wrote: boolean }>("AL6010", {
    message: ({ verb }) => `${quote(verb)} was interrupted`,
    help: ({ verb, wrote }) =>
      wrote
        ? `what is done is recorded: run ${quote(`alien-compile ${verb}`)} again, and it goes on from there`
        : undefined,
    about:
      "The process was asked to end. What is applied is recorded before it is applied, so that the next run goes on from there.",
  }),
} as const;

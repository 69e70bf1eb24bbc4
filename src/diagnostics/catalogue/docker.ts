import { certificateProblems, noAnswer } from "./connecting.ts";
import { didYouMean, error, oneOf, quote, systemProblems } from "./entry.ts";

interface AtEngine {
  /** The address of the engine, without credentials. */
  readonly address: string;
}

interface UnknownContext {
  readonly name: string;
  /** What names it: the flag, a variable or `config.json`. */
  readonly by: string;
  readonly known: readonly string[];
  readonly suggestion: string | undefined;
}

interface BadHost {
  /** What says where the engine is: `DOCKER_HOST`, or the name of a context. */
  readonly by: string;
  readonly problem: "address" | "path" | "scheme";
  readonly scheme?: string;
}

/** What the system says of a socket, or what answers there, by its code. */
const engineProblems: Readonly<Record<string, string>> = {
  ...noAnswer,
  ENOENT: "there is no such socket",
  EACCES: "its socket may not be used by this user",
  ENOTSOCK: "it is not a socket",
  NotEngine: "what answers is not a Docker engine",
  NeedsTls: "it speaks TLS only",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "it asks for a certificate of ours",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "it does not take our certificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "it does not take our certificate",
};

const whyNot = (problem: string): string =>
  certificateProblems[problem] === undefined
    ? (engineProblems[problem] ?? problem)
    : `its certificate is not trusted: ${certificateProblems[problem]}`;

const tlsHelp =
  "the certificates `ca.pem`, `cert.pem` and `key.pem` are taken from `DOCKER_CERT_PATH`, or from the Docker context";

/** What to do about an engine that is not reached. */
const engineHelp: Readonly<Record<string, string>> = {
  ENOENT: "start Docker, or say where it listens: `DOCKER_HOST`, or `--context` with a Docker context",
  ECONNREFUSED: "start Docker, or say where it listens: `DOCKER_HOST`, or `--context` with a Docker context",
  EACCES: "this user has to be in the group `docker`: `sudo usermod --append --groups docker $USER`, and log in again",
  NeedsTls: "set `DOCKER_TLS_VERIFY=1`, and `DOCKER_CERT_PATH` to the directory with its certificates",
};

const hostProblems = {
  address: "it is not an address",
  path: "an address over the network has no path",
} as const;

const contextProblems: Readonly<Record<string, string>> = {
  ...systemProblems,
  syntax: "it is not JSON",
  shape: "it does not say where its engine is",
};

/** Band 63, from 6301: reaching a Docker engine. */
export const docker = {
  "engine-unreachable": error<AtEngine & { problem: string }>("AL6301", {
    message: ({ address, problem }) => `the Docker engine at ${quote(address)} cannot be reached: ${whyNot(problem)}`,
    help: ({ problem }) =>
      engineHelp[problem] ??
      (/CERT|SIGNED|UNABLE_TO|SSL/.test(problem) ? tlsHelp : "see whether `docker version` reaches it"),
    about:
      "No Docker engine answered at the address that `--context`, `DOCKER_HOST` or the current Docker context gives, or at the default socket. Nothing was changed by the last request.",
  }),
  "engine-too-old": error<AtEngine & { version: string }>("AL6302", {
    message: ({ address, version }) =>
      `the Docker engine at ${quote(address)} speaks version ${version} of its API, and 1.41 is needed`,
    help: () => "update it to Docker 20.10 or newer",
    about:
      "Daemons on Local need what engines know since Docker 20.10, such as the name `host.docker.internal` for the machine itself.",
  }),
  "engine-failing": error<AtEngine & { status: number; problem: string }>("AL6303", {
    message: ({ address, status, problem }) =>
      `the Docker engine at ${quote(address)} fails with ${status}${problem === "" ? "" : `: ${problem}`}`,
    help: () => "its own log says more: `journalctl --unit docker`, for example",
    about: "The engine answered with an error of its own. What it says is shown.",
  }),
  "engine-refuses": error<AtEngine & { status: number; problem: string }>("AL6304", {
    message: ({ address, status, problem }) =>
      `the Docker engine at ${quote(address)} refuses a request with ${status}${problem === "" ? "" : `: ${problem}`}`,
    about:
      "The engine refused a request for a reason of its own, which is shown: an authorization plug-in, for example, or a container that somebody else removed meanwhile.",
  }),
  "unknown-docker-context": error<UnknownContext>("AL6305", {
    message: ({ name, by }) => `there is no Docker context ${quote(name)}, which ${quote(by)} names`,
    help: args =>
      didYouMean(args) ??
      `choose one with \`--context\`: ${oneOf(args.known.slice(0, 10))}${args.known.length > 10 ? ", and more" : ""}`,
    about:
      "A Docker context says where an engine is; `docker context ls` lists them. The flag `--context` chooses one, else `DOCKER_HOST` counts, else `DOCKER_CONTEXT`, else what `docker context use` chose.",
  }),
  "docker-context-damaged": error<{ file: string; problem: string }>("AL6306", {
    message: ({ file, problem }) =>
      `${quote(file)} cannot be used to find the Docker engine: ${contextProblems[problem] ?? problem}`,
    help: () => "`docker context inspect` shows a context; `DOCKER_HOST` says where the engine is without one",
    about:
      "Docker keeps its contexts, and the certificates that belong to them, in files below `~/.docker`, or where `DOCKER_CONFIG` says.",
  }),
  "bad-docker-host": error<BadHost>("AL6307", {
    message: ({ by, problem, scheme = "" }) =>
      `the address of the Docker engine in ${quote(by)} cannot be used: ${problem === "scheme" ? `nothing is known of ${quote(`${scheme}://`)}` : hostProblems[problem]}`,
    help: () => "write `unix:///var/run/docker.sock`, for example, or `tcp://host:2376` with TLS",
    about: "Where the Docker engine is stands in `DOCKER_HOST` or in a Docker context.",
  }),
  "docker-host-over-ssh": error<{ by: string; host: string; port?: string }>("AL6308", {
    message: ({ by, host }) =>
      `${quote(by)} leads to the Docker engine of ${quote(host)} over SSH, which is not supported`,
    help: ({ host, port }) =>
      `bring its socket here, \`ssh -nNT${port ? ` -p ${port}` : ""} -L /tmp/docker.sock:/var/run/docker.sock ${host}\`, and set \`DOCKER_HOST=unix:///tmp/docker.sock\``,
    about:
      "An engine is reached through a socket, or over the network with TLS. SSH can bring the socket of another machine here.",
  }),
} as const;

import { type Diagnostic, finding, type Staged, suggest } from "../../../diagnostics/index.ts";
import type { ConnectOptions } from "../open-options.ts";
import {
  type Certificates,
  configDirectory,
  contextNames,
  currentContext,
  type Damage,
  defaultHost,
  isDamage,
  readCertificates,
  readContext,
} from "./contexts.ts";

/** Where an engine listens, and how it is spoken to there. */
export interface Endpoint {
  /** For people, without credentials. */
  readonly address: string;
  readonly listens: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Missing where nothing is encrypted. */
  readonly tls?: Tls;
}

export interface Tls extends Certificates {
  readonly rejectUnauthorized: boolean;
}

/** What says where the engine is. */
interface Said {
  readonly host: string;
  /** The flag, variable or context that says so. */
  readonly by: string;
  readonly tls: Tls | undefined;
}

/** Finds the engine that is meant, as the Docker CLI would. Sends nothing. */
export function findEngine(options: ConnectOptions): Staged<Endpoint | undefined> {
  const said = whatIsSaid(options);
  if ("code" in said) return { value: undefined, diagnostics: [said] };
  const endpoint = endpointOf(said);
  return "code" in endpoint ? { value: undefined, diagnostics: [endpoint] } : { value: endpoint, diagnostics: [] };
}

/** The flag, `DOCKER_HOST`, `DOCKER_CONTEXT` and the context that was chosen, in this order. */
function whatIsSaid({ context: asked, environment }: ConnectOptions): Said | Diagnostic {
  const { DOCKER_HOST, DOCKER_CONTEXT } = environment;
  const directory = configDirectory(environment);
  if (asked === undefined && DOCKER_HOST) return byVariables(environment);
  const named = asked ?? (DOCKER_CONTEXT || undefined);
  const chosen = named ?? (directory === undefined ? undefined : currentContext(directory));
  if (isDamage(chosen)) return damaged(chosen);
  if (chosen === undefined || chosen === "default") return byVariables(environment);
  const by = asked !== undefined ? "--context" : named !== undefined ? "DOCKER_CONTEXT" : "config.json";
  return byContext(chosen, { directory, by });
}

function byContext(
  name: string,
  { directory, by }: { readonly directory: string | undefined; readonly by: string },
): Said | Diagnostic {
  const context = directory === undefined ? undefined : readContext(directory, name);
  if (isDamage(context)) return damaged(context);
  if (context === undefined) {
    const known = ["default", ...(directory === undefined ? [] : contextNames(directory))];
    return finding("unknown-docker-context", { argument: by }, { name, by, known, suggestion: suggest(name, known) });
  }
  const { host, certificates, skipVerification } = context;
  const isSecure = skipVerification || Object.keys(certificates).length > 0;
  const tls = isSecure ? { ...certificates, rejectUnauthorized: !skipVerification } : undefined;
  return { host, by: name, tls };
}

/** Without `DOCKER_HOST` the engine of this machine. */
function byVariables(environment: ConnectOptions["environment"]): Said | Diagnostic {
  const { DOCKER_HOST: host = "", DOCKER_TLS, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = environment;
  const by = "DOCKER_HOST";
  if (host === "") return { host: defaultHost, by, tls: undefined };
  const directory = DOCKER_CERT_PATH || configDirectory(environment);
  const isSecure = Boolean(DOCKER_TLS || DOCKER_TLS_VERIFY) || host.startsWith("https:");
  if (!isSecure || !/^(?:tcp|https):|^[^:/]+:\d+$/.test(host)) return { host, by, tls: undefined };
  const certificates = directory === undefined ? {} : readCertificates(directory);
  if (isDamage(certificates)) return damaged(certificates);
  return { host, by, tls: { ...certificates, rejectUnauthorized: !DOCKER_TLS || Boolean(DOCKER_TLS_VERIFY) } };
}

const damaged = ({ file, problem }: Damage): Diagnostic =>
  finding("docker-context-damaged", { file }, { file, problem });

/** The port of an engine, without and with TLS. */
const [plainPort, securePort] = [2375, 2376];

function endpointOf({ host, by, tls }: Said): Endpoint | Diagnostic {
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(host) ?? [];
  const at = { argument: by };
  switch (scheme) {
    case "unix":
    case "npipe": {
      const socketPath = rest || defaultHost.replace(/^\w+:\/\//, "");
      return { address: `${scheme}://${socketPath}`, listens: { socketPath } };
    }
    case "tcp":
    case "http":
    case "https":
      return overNetwork({ host, by, tls: tls ?? (scheme === "https" ? { rejectUnauthorized: true } : undefined) });
    case "ssh":
      return finding("docker-host-over-ssh", at, { by, ...overSsh(host) });
    default:
      return finding("bad-docker-host", at, { by, problem: "scheme", scheme });
  }
}

function overNetwork({ host, by, tls }: Said): Endpoint | Diagnostic {
  const address = host.replace(/^(?:[a-z]+:\/\/)?/, "http://");
  if (!URL.canParse(address)) return finding("bad-docker-host", { argument: by }, { by, problem: "address" });
  const { hostname, port, pathname } = new URL(address);
  if (pathname !== "/") return finding("bad-docker-host", { argument: by }, { by, problem: "path" });
  // Of an address that was to be an `http` one, 80 is not repeated.
  const isStandard = port === "" && /:80\/?$/.test(host);
  const number = isStandard ? 80 : Number(port) || (tls === undefined ? plainPort : securePort);
  return {
    address: `tcp://${hostname}:${number}`,
    listens: { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: number },
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Without the password, if somebody put one there. */
function overSsh(address: string): { readonly host: string; readonly port?: string } {
  if (!URL.canParse(address)) return { host: "" };
  const { username, hostname, port } = new URL(address);
  return { host: username === "" ? hostname : `${username}@${hostname}`, ...(port === "" ? {} : { port }) };
}

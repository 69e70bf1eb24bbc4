import { type Diagnostic, finding, value } from "../../../diagnostics/index.ts";
import { type ApiError, isCertificate } from "./error.ts";

/** What was asked of the server, as far as the caller knows. */
export interface Asked {
  readonly server: string;
  readonly verb?: string;
  /** In the plural: `deployments`. */
  readonly resource?: string;
  readonly namespace?: string;
  /** Where the document says the namespace. */
  readonly namespacePath?: string | undefined;
}

/** What an error of the server, or its silence, means to the user. */
export function apiFinding(error: ApiError, asked: Asked): Diagnostic {
  const server = addressOf(asked.server);
  const { status, message } = error;
  if (error.reason === "NoCredentials") {
    return finding("not-authenticated", nowhere, { server, problem: credentialProblem(error) });
  }
  if (status === 0) return noAnswer(error, server);
  if (status === 401 || isAnonymous(error))
    return finding("not-authenticated", nowhere, { server, problem: undefined });
  if (status === 403 && rule.test(message)) return finding("forbidden", nowhere, forbiddenArgs(error, asked, server));
  if (status === 404 && noNamespace.test(message)) return namespaceMissing(asked);
  if (status === 429 || status >= 500) {
    return finding("cluster-failing", nowhere, { server, status, problem: firstLine(message) });
  }
  const { verb, resource } = asked;
  return finding("request-refused", nowhere, { server, status, verb, resource, problem: firstLine(message) });
}

const nowhere = { argument: "" };

/** What is said to those who may not look at namespaces, but write in one that is not there. */
const noNamespace = /^namespaces "[^"]*" not found$/;

export function namespaceMissing({ namespace = "", namespacePath }: Pick<Asked, "namespace" | "namespacePath">) {
  const at = namespacePath === undefined ? { argument: "--namespace" } : value(namespacePath);
  return finding("namespace-missing", at, { namespace });
}

/** The server's address without what may be secret in it. */
export function addressOf(server: string): string {
  if (!URL.canParse(server)) return server;
  const { protocol, host, pathname } = new URL(server);
  return `${protocol}//${host}${pathname.replace(/\/$/, "")}`;
}

function noAnswer(error: ApiError, server: string): Diagnostic {
  const problem = error.reason === "" ? firstLine(error.message) : error.reason;
  return isCertificate(error)
    ? finding("certificate-not-trusted", nowhere, { server, problem })
    : finding("cluster-unreachable", nowhere, { server, problem });
}

/** What the program that fetches credentials says. What it printed as its answer may hold them, and is not quoted. */
function credentialProblem({ message, cause }: ApiError): string {
  return cause instanceof SyntaxError ? "not-json" : firstLine(message) || "silent";
}

/** Without credentials the server takes us for nobody, and says 403 instead of 401. */
const isAnonymous = ({ status, message }: ApiError): boolean =>
  status === 403 && /User "system:anonymous" cannot /.test(message);

/** `User "x" cannot list resource "pods" in API group "" in the namespace "y"`. */
const rule = /cannot (\w+) (?:resource|path) "([^"]*)"/;

function forbiddenArgs({ message }: ApiError, asked: Asked, server: string) {
  const [, verb = asked.verb ?? "", resource = asked.resource ?? ""] = rule.exec(message) ?? [];
  const group = quoted(message, "in API group");
  return {
    server,
    user: quoted(message, "User"),
    verb,
    resource: group ? `${resource}.${group}` : resource,
    namespace: message.includes("at the cluster scope")
      ? undefined
      : (quoted(message, "in the namespace") ?? asked.namespace),
  };
}

const quoted = (message: string, before: string): string | undefined =>
  new RegExp(`${before} "([^"]*)"`).exec(message)?.[1];

const firstLine = (message: string): string => (message.trim().split(/\r?\n/)[0] ?? "").slice(0, 300);

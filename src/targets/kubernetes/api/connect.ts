import { type Diagnostic, finding, type Staged, suggest } from "../../../diagnostics/index.ts";
import { type Connection, connect } from "../client.ts";
import { type LoadedConfig, loadConfig, loadInCluster } from "./kubeconfig.ts";

export interface ConnectOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
  readonly environment: {
    readonly KUBECONFIG?: string | undefined;
    readonly KUBERNETES_SERVICE_HOST?: string | undefined;
    readonly HOME?: string | undefined;
    readonly USERPROFILE?: string | undefined;
  };
  /** `--context`. */
  readonly context?: string;
  exists(path: string): boolean;
  /** The path to open for the one that was given; by default the same. */
  resolve?(path: string): string;
  /** Between the files of `KUBECONFIG`. */
  readonly pathDelimiter: string;
}

export interface Connected {
  readonly connection: Connection;
  /** The namespace of the context. */
  readonly namespace: string | undefined;
  readonly context: string;
  readonly server: string;
}

/** The most connections at a time; calls wait their turn. */
const sockets = 16;

/** Finds the cluster that is meant and opens a connection to it. Sends nothing. */
export function connectCluster(options: ConnectOptions): Staged<Connected | undefined> {
  const found = findConfig(options);
  if ("diagnostic" in found) return refuse(found.diagnostic);
  const { loaded, files } = found;
  const problem = emptyProblem(loaded, files) ?? contextProblem(loaded, options) ?? serverProblem(loaded, files);
  if (problem !== undefined) return refuse(problem);
  const { namespace, context, server = "" } = loaded;
  return { value: { connection: connect(loaded, { sockets }), namespace, context, server }, diagnostics: [] };
}

const refuse = (diagnostic: Diagnostic): Staged<undefined> => ({ value: undefined, diagnostics: [diagnostic] });

interface Found {
  readonly loaded: LoadedConfig;
  readonly files: readonly string[];
}

type Finding = { readonly diagnostic: Diagnostic };

const tokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** The first of the flag, `KUBECONFIG`, the file in the home directory and the pod's own account that is there. */
function findConfig(options: ConnectOptions): Found | Finding {
  const { kubeconfig, environment, exists, pathDelimiter, resolve = path => path } = options;
  const isThere = (file: string): boolean => exists(resolve(file));
  if (kubeconfig !== undefined) return load([kubeconfig], options);
  const named = environment.KUBECONFIG?.split(pathDelimiter).filter(file => file !== "") ?? [];
  if (named.length > 0) {
    const there = named.filter(isThere);
    return there.length > 0 ? load(there, options) : noCluster({ tried: named, variable: "KUBECONFIG" });
  }
  const home = environment.HOME ?? environment.USERPROFILE;
  const standard = `${home}/.kube/config`;
  if (home !== undefined && exists(standard)) return load([standard], options);
  const isPod = Boolean(environment.KUBERNETES_SERVICE_HOST);
  if (isPod && exists(tokenFile)) return { loaded: loadInCluster(), files: [tokenFile] };
  const tried = ["--kubeconfig", "KUBECONFIG", "~/.kube/config", isPod ? tokenFile : "KUBERNETES_SERVICE_HOST"];
  return noCluster({ tried });
}

const noCluster = (args: { readonly tried: readonly string[]; readonly variable?: string }): Finding => ({
  diagnostic: finding("no-cluster", { argument: "--kubeconfig" }, args),
});

function load(files: readonly string[], { context, resolve = path => path }: ConnectOptions): Found | Finding {
  try {
    const source = { files: files.map(resolve), ...(context === undefined ? {} : { context }) };
    return { loaded: loadConfig(source), files };
  } catch (cause) {
    if (!(cause instanceof Error) || !("file" in cause)) throw cause;
    const file = files.find(name => resolve(name) === cause.file) ?? String(cause.file);
    return { diagnostic: finding("bad-kubeconfig", { file }, { file, ...problemOf(cause.cause) }) };
  }
}

/** What is wrong with a file, in words that quote nothing of it: a reader's own message may hold credentials. */
function problemOf(cause: unknown): { readonly problem: string; readonly line?: number } {
  const { code, mark, name } = cause as { code?: unknown; mark?: { line?: unknown }; name?: unknown };
  if (name === "YAMLException") {
    return { problem: "syntax", ...(typeof mark?.line === "number" ? { line: mark.line + 1 } : {}) };
  }
  return { problem: typeof code === "string" && /^E[A-Z]+$/.test(code) ? code : "shape" };
}

function emptyProblem({ contexts }: LoadedConfig, files: readonly string[]): Diagnostic | undefined {
  if (contexts.length > 0) return undefined;
  const file = files.join(", ");
  return finding("bad-kubeconfig", { file }, { file, problem: "no-contexts" });
}

function contextProblem(
  { context, contexts }: LoadedConfig,
  { context: asked }: ConnectOptions,
): Diagnostic | undefined {
  if (contexts.includes(context)) return undefined;
  const at = { argument: asked === undefined ? "--kubeconfig" : "--context" };
  return finding("unknown-context", at, { name: context, known: contexts, suggestion: suggest(context, contexts) });
}

function serverProblem({ server, context }: LoadedConfig, files: readonly string[]): Diagnostic | undefined {
  const isUrl = server !== undefined && /^https?:/.test(server) && URL.canParse(server);
  if (isUrl) return undefined;
  const file = files.join(", ");
  return finding("bad-kubeconfig", { file }, { file, problem: server ? "bad-server" : "no-server", context });
}

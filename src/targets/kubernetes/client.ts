import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { ApiError, type StatusCause } from "./api-error.ts";

/** One call of the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** The server's clock, in milliseconds since 1970. */
  readonly date: number;
}

/** One connection to a cluster: authenticated calls, each tried once. `../kubernetes/calls.ts` tries again. */
export interface Connection {
  readonly server: string;
  /** Resolves with an answer below 400; rejects with an ApiError, or with the reason of the signal, which ends it. */
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
  /** The lines of an answer, as they come; on a socket of its own, which is closed when nobody reads on. */
  lines(request: ApiRequest, signal: AbortSignal): AsyncIterable<string>;
  close(): void;
}

export interface ConfigSource {
  /** Paths of kubeconfig files; the first to say something wins. */
  readonly files: readonly string[];
  readonly context?: string;
}

export interface LoadedConfig {
  readonly config: KubeConfig;
  readonly contexts: readonly string[];
  readonly context: string;
  /** The namespace that the context names. */
  readonly namespace: string | undefined;
  readonly server: string | undefined;
}

/** Reads and merges kubeconfig files. Throws what the reader says of a file it cannot read, with the file as `file`. */
export function loadConfig({ files, context }: ConfigSource): LoadedConfig {
  const [first, ...others] = files.map(loadFile);
  const config = first ?? new KubeConfig();
  for (const other of others) merge(config, other);
  return describe(config, context);
}

/** What a pod finds of its own cluster. */
export function loadInCluster(): LoadedConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  const context = config.getContextObject(config.getCurrentContext());
  return { ...describe(config, undefined), namespace: context?.namespace };
}

function loadFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (cause) {
    throw Object.assign(new Error(cause instanceof Error ? cause.message : String(cause), { cause }), { file });
  }
  return config;
}

/** What is there already wins, as it does for kubectl. */
function merge(config: KubeConfig, other: KubeConfig): void {
  const names = <T extends { readonly name: string }>(list: readonly T[]) => new Set(list.map(({ name }) => name));
  const [clusters, users, contexts] = [names(config.clusters), names(config.users), names(config.contexts)];
  config.clusters = [...config.clusters, ...other.clusters.filter(({ name }) => !clusters.has(name))];
  config.users = [...config.users, ...other.users.filter(({ name }) => !users.has(name))];
  config.contexts = [...config.contexts, ...other.contexts.filter(({ name }) => !contexts.has(name))];
  if (!config.getCurrentContext()) config.setCurrentContext(other.getCurrentContext());
}

function describe(config: KubeConfig, context: string | undefined): LoadedConfig {
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getCurrentContext() ?? "";
  return {
    config,
    contexts: config.getContexts().map(({ name }) => name),
    context: current,
    namespace: config.getContextObject(current)?.namespace,
    server: config.getCurrentCluster()?.server,
  };
}

/** Opens a connection. Nothing is sent before the first call. */
export function connect({ config, server = "" }: LoadedConfig, { sockets }: { readonly sockets: number }): Connection {
  const cluster = config.getCurrentCluster();
  // The library refuses plain HTTP, which `kubectl proxy` speaks, unless certificates are not looked at anyway.
  if (cluster !== null && server.startsWith("http:")) config.clusters = withoutTls(config, cluster.name);
  const Agent = server.startsWith("http:") ? HttpAgent : HttpsAgent;
  const calls = new Agent({ keepAlive: true, maxSockets: sockets });
  // Streams stay open: they must not take the sockets of calls.
  const streams = new Agent();
  const open = async (request: ApiRequest, signal: AbortSignal, agent: HttpAgent) => {
    const options = await optionsOf(config);
    return answer(new URL(server), request, { options: cluster?.proxyUrl ? options : { ...options, agent }, signal });
  };
  return {
    server,
    send: async (request, signal) => {
      const response = await open(request, signal, calls);
      const answered = await text(piecesOf(response, signal));
      const status = response.statusCode ?? 0;
      if (status >= 400) throw refusal(response, answered);
      return { status, body: parse(answered), date: Date.parse(response.headers.date ?? "") };
    },
    lines: async function* (request, signal) {
      const response = await open(request, signal, streams);
      const pieces = piecesOf(response, signal);
      if ((response.statusCode ?? 0) >= 400) throw refusal(response, await text(pieces));
      let rest = "";
      for await (const piece of pieces) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
      if (rest !== "") yield rest;
    },
    close: () => {
      calls.destroy();
      streams.destroy();
    },
  };
}

const withoutTls = (config: KubeConfig, name: string) =>
  config.clusters.map(cluster => (cluster.name === name ? { ...cluster, skipTLSVerify: true } : cluster));

/** Asks for them each time: credentials end. */
async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError(message, { status: 401, reason: "NoCredentials", cause });
  }
  return options;
}

function answer(
  server: URL,
  { method, path, query = {}, body, contentType }: ApiRequest,
  { options, signal }: { readonly options: RequestOptions; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
  const sentBody = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...options.headers,
    accept: "application/json",
    "user-agent": "alien-compile",
    ...(sentBody === undefined
      ? {}
      : { "content-type": contentType ?? "application/json", "content-length": Buffer.byteLength(sentBody) }),
  };
  const url = new URL(server.href.replace(/\/$/, "") + path + search);
  const send = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, { ...options, method, headers, signal }, resolve);
    sent.on("error", cause => reject(noAnswer(cause, signal)));
    sent.end(sentBody);
  });
}

async function* piecesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  response.setEncoding("utf8");
  try {
    yield* response;
  } catch (cause) {
    throw noAnswer(cause, signal);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** What the system says when there is no answer, or not all of one; the signal's reason where that ended it. */
function noAnswer(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return new ApiError(message ?? String(cause), { status: 0, reason: code ?? "", cause });
}

interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly StatusCause[]; readonly retryAfterSeconds?: number };
}

function refusal(response: IncomingMessage, answered: string): ApiError {
  const body = parse(answered);
  const { message, reason, details } = (typeof body === "object" && body !== null ? body : {}) as Status;
  const wait = Number(response.headers["retry-after"] ?? details?.retryAfterSeconds);
  return new ApiError(message ?? answered.slice(0, 200), {
    status: response.statusCode ?? 0,
    reason,
    causes: details?.causes,
    retryAfter: Number.isFinite(wait) ? wait * 1000 : undefined,
  });
}

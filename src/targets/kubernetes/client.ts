import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { Ends } from "./api/credentials.ts";
import { ApiError, type StatusCause } from "./api/error.ts";
import type { LoadedConfig } from "./api/kubeconfig.ts";

/** One call of the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** The form of the answer; JSON of the whole object by default. */
  readonly accept?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** The server's clock, in milliseconds since 1970. */
  readonly date: number;
}

/** One connection to a cluster: authenticated calls, each tried once. `api/retry.ts` tries again. */
export interface Connection {
  readonly server: string;
  /** Fetches credentials where a program does, which may ask somebody: calls have less time. */
  authenticate?(signal: AbortSignal): Promise<void>;
  /** Resolves with an answer below 400; rejects with an ApiError, or with the reason of the signal, which ends it. */
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
  /** The lines of an answer, as they come; on a socket of its own, which is closed when nobody reads on. */
  lines(request: ApiRequest, signal: AbortSignal): AsyncIterable<string>;
  close(): void;
}

/** Opens a connection. Nothing is sent before the first call. */
export function connect(loaded: LoadedConfig, { sockets }: { readonly sockets: number }): Connection {
  const { config, server = "" } = loaded;
  const cluster = config.getCurrentCluster();
  // The library refuses plain HTTP, which `kubectl proxy` speaks, unless certificates are not looked at anyway.
  if (cluster !== null && server.startsWith("http:")) config.clusters = withoutTls(config, cluster.name);
  const Agent = server.startsWith("http:") ? HttpAgent : HttpsAgent;
  const calls = new Agent({ keepAlive: true, maxSockets: sockets });
  // Streams stay open: they must not take the sockets of calls.
  const streams = new Agent();
  const closing = new AbortController();
  const closed = closing.signal;
  const open = async (request: ApiRequest, signal: AbortSignal, agent: HttpAgent) => {
    const options = await optionsOf(loaded, { signal, closed });
    return answer(new URL(server), request, { options: cluster?.proxyUrl ? options : { ...options, agent }, signal });
  };
  return {
    server,
    authenticate: async signal => void (await optionsOf(loaded, { signal, closed })),
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
      closing.abort();
      calls.destroy();
      streams.destroy();
    },
  };
}

const withoutTls = (config: LoadedConfig["config"], name: string) =>
  config.clusters.map(cluster => (cluster.name === name ? { ...cluster, skipTLSVerify: true } : cluster));

/** Asks for them each time: credentials end. */
async function optionsOf({ config, authenticates }: LoadedConfig, ends: Ends): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await authenticates.get(config.getCurrentUser()?.name ?? "")?.(options, ends);
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    ends.signal.throwIfAborted();
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError(message, { status: 401, reason: "NoCredentials", cause });
  }
  return options;
}

function answer(
  server: URL,
  { method, path, query = {}, body, contentType, accept = "application/json" }: ApiRequest,
  { options, signal }: { readonly options: RequestOptions; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
  const sentBody = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...options.headers,
    accept,
    "user-agent": "alien-compile",
    ...(sentBody === undefined
      ? {}
      : { "content-type": contentType ?? "application/json", "content-length": Buffer.byteLength(sentBody) }),
  };
  const url = new URL(server.href.replace(/\/$/, "") + path + search);
  const send = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const sent = prepare(() => send(url, { ...options, method, headers, signal }, resolve));
    sent.on("error", cause => reject(noAnswer(cause, signal)));
    sent.end(sentBody);
  });
}

/** What cannot be sent at all is a token that no header may hold, or a key that is none. */
function prepare(send: () => ClientRequest): ClientRequest {
  try {
    return send();
  } catch (cause) {
    throw new ApiError("", { status: 401, reason: "NoCredentials", cause });
  }
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
  readonly kind?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly details?: { readonly causes?: unknown; readonly retryAfterSeconds?: unknown } | null;
}

/** What the API server says with words of its own; anything else that has one of these is a proxy's page. */
const said = [404, 409, 410];

function refusal(response: IncomingMessage, answered: string): ApiError {
  const body = parse(answered);
  const { kind, message, reason, details } = (typeof body === "object" && body !== null ? body : {}) as Status;
  const status = response.statusCode ?? 0;
  if (kind !== "Status" && said.includes(status)) {
    return new ApiError("the answer is not one of the API", { status: 0, reason: "NotApi" });
  }
  const wait = Number(response.headers["retry-after"] ?? details?.retryAfterSeconds);
  return new ApiError(typeof message === "string" ? message : inWords(answered), {
    status,
    reason: typeof reason === "string" ? reason : "",
    causes: Array.isArray(details?.causes) ? (details.causes as readonly StatusCause[]) : [],
    retryAfter: Number.isFinite(wait) ? wait * 1000 : undefined,
  });
}

/** A page for people says nothing in its first line. */
const inWords = (answered: string): string => (/^\s*</.test(answered) ? "" : answered.slice(0, 200));

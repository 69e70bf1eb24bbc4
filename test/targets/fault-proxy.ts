import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { loadConfig } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { refused } from "./http-server.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

/** What is done to one request. */
export type Fault =
  /** The connection is reset before the request reaches the server. */
  | { readonly kind: "reset" }
  /** The request reaches the server, and its answer is lost. */
  | { readonly kind: "reset-after-forward"; readonly onForwarded?: () => void }
  /** Nothing, but the test is told when the whole answer was passed on. */
  | { readonly kind: "none"; readonly onAnswered: () => void }
  /** The request is forwarded after so long. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The request is forwarded when the test lets it. */
  | { readonly kind: "hold"; readonly until: Promise<unknown> }
  /** The request is answered by the proxy: with a Status of the API where no body is given. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection ends after so many bytes of the answer's body. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** A page for people. */
  | { readonly kind: "garbage" };

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** How often this method and path was asked for, from 1. */
  readonly count: number;
}

export type ChooseFault = (request: ProxiedRequest) => Fault | undefined;

export interface FaultProxy {
  readonly url: string;
  /** A kubeconfig file that names the proxy: it needs no credentials. */
  readonly kubeconfig: string;
  readonly log: readonly (ProxiedRequest & { readonly fault: Fault | undefined })[];
  setFault(choose: ChooseFault | undefined): void;
  close(): Promise<void>;
}

export interface FaultProxySetting {
  /** Path of the kubeconfig file that names the API server. */
  readonly kubeconfig: string;
  readonly fault?: ChooseFault;
}

/** Stands between a test and an API server, and does to each request what the test chooses. */
export async function startFaultProxy({ kubeconfig, fault }: FaultProxySetting): Promise<FaultProxy> {
  const forward = await createForward(kubeconfig);
  const log: (ProxiedRequest & { readonly fault: Fault | undefined })[] = [];
  const counts = new Map<string, number>();
  let choose = fault;
  const server = createServer(async (incoming, response) => {
    const { method = "", url = "" } = incoming;
    const name = `${method} ${url.split("?")[0]}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const chosen = choose?.({ method, url, count });
    log.push({ method, url, count, fault: chosen });
    const body = await buffer(incoming);
    misbehave(chosen, response, () => forward(incoming, body, response));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { file, remove } = writeKubeconfig(url);
  return {
    url,
    kubeconfig: file,
    log,
    setFault: next => {
      choose = next;
    },
    close: async () => {
      remove();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

type Forward = (incoming: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<IncomingMessage>;

/** Asks the API server, on a connection for each request: what is not reset by the test is not reset by chance. */
async function createForward(kubeconfig: string): Promise<Forward> {
  const { config, server = "" } = loadConfig({ files: [kubeconfig] });
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const agent = new Agent({ keepAlive: false });
  return (incoming, body, response) =>
    new Promise((resolve, reject) => {
      const { host: _host, connection: _connection, ...headers } = incoming.headers;
      const url = new URL(server + (incoming.url ?? ""));
      const sent = httpsRequest(url, {
        ...options,
        agent,
        method: incoming.method,
        headers: { ...headers, ...options.headers },
      });
      sent.on("response", resolve).on("error", reject).end(body);
      response.once("close", () => sent.destroy());
    });
}

/** Answers a request as the fault wants it; `forward` asks the server. */
export function misbehave(
  fault: Fault | undefined,
  response: ServerResponse,
  forward: () => Promise<IncomingMessage>,
): void {
  const lose = (): unknown => loseConnection(response.socket);
  const pass = (limit?: number): Promise<unknown> => forward().then(answer => passOn(answer, response, limit), lose);
  switch (fault?.kind) {
    case "reset":
      return void lose();
    case "reset-after-forward":
      return void forward().then(buffer).then(fault.onForwarded).finally(lose).catch(lose);
    case "none":
      return void pass().then(fault.onAnswered);
    case "delay":
      return void setTimeout(pass, fault.milliseconds);
    case "hold":
      return void fault.until.then(() => pass());
    case "status":
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      return void response.end(fault.body ?? JSON.stringify(refused(fault.status, "Injected")));
    case "garbage":
      return void response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>\n");
    default:
      return void pass(fault?.afterBytes);
  }
}

/** Sockets of the file system cannot be reset, only closed. */
function loseConnection(socket: Socket | null): void {
  if (socket?.remoteFamily === undefined) socket?.destroy();
  else socket.resetAndDestroy();
}

/** Piece by piece, as it comes. */
async function passOn(answer: IncomingMessage, response: ServerResponse, limit = Number.POSITIVE_INFINITY) {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers).flushHeaders();
  let left = limit;
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      await new Promise(resolve => response.write(piece.subarray(0, left), resolve));
      left -= piece.length;
      if (left <= 0) return response.socket?.destroy();
    }
    return response.end();
  } catch {
    // The API server was lost on the way, or nobody reads any more.
    return response.destroy();
  }
}

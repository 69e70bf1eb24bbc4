import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { writeKubeconfig } from "./kubeconfig.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The how-manyth request it is, from 1. */
  readonly count: number;
}

export interface TestServer {
  readonly url: string;
  /** A kubeconfig file that names it. */
  readonly kubeconfig: string;
  readonly asked: readonly Asked[];
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A plain HTTP server on this machine that answers as the test says. */
export async function startServer(answer: (asked: Asked, response: ServerResponse) => void): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", headers } = request;
    const body = await text(request);
    const one = { method, url: new URL(request.url ?? "", "http://test"), headers, body, count: asked.length + 1 };
    asked.push(one);
    answer(one, response);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { file, remove } = writeKubeconfig(url);
  return {
    url,
    kubeconfig: file,
    asked,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((cause, count) => (cause ? reject(cause) : resolve(count))),
      ),
    close: async () => {
      remove();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Answers with JSON, as the API server does. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** What the API server says when it refuses. */
export const refused = (code: number, reason = "", rest: object = {}): object => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  message: reason,
  reason,
  code,
  ...rest,
});

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type ChooseFault, misbehave, type ProxiedRequest } from "../targets/fault-proxy.ts";

export interface EngineProxy {
  /** For `DOCKER_HOST`. */
  readonly address: string;
  readonly log: readonly ProxiedRequest[];
  setFault(choose: ChooseFault | undefined): void;
  close(): Promise<void>;
}

/** What changes something of a stack. The network is everybody's: who makes it is a matter of who comes first. */
export const isEngineWrite = ({ method, url }: Pick<ProxiedRequest, "method" | "url">): boolean =>
  method !== "GET" && method !== "HEAD" && !url.includes("/networks/");

/** Stands between a test and a Docker engine, and does to each request what the test chooses. Streams are passed on as they come. */
export async function startEngineProxy(): Promise<EngineProxy> {
  const engine = engineOptions();
  const directory = mkdtempSync(join(tmpdir(), "alien-engine-"));
  const socketPath = join(directory, "docker.sock");
  const log: ProxiedRequest[] = [];
  let choose: ChooseFault | undefined;
  const server = createServer(async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const seen = { method, url, count: log.length + 1 };
    log.push(seen);
    const body = await buffer(incoming);
    misbehave(choose?.(seen), response, () => {
      const sent = httpRequest({ ...engine, method, path: url, headers, agent: false });
      response.once("close", () => sent.destroy());
      return new Promise<IncomingMessage>((resolve, reject) => {
        sent.on("response", resolve).on("error", reject).end(body);
      });
    });
  });
  // An engine does not end connections because nothing is asked for a while.
  server.keepAliveTimeout = 0;
  await new Promise<void>(resolve => server.listen(socketPath, resolve));
  return {
    address: `unix://${socketPath}`,
    log,
    setFault: next => {
      choose = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Where the engine of `DOCKER_HOST` is, or the one behind the default socket. */
function engineOptions(): RequestOptions {
  const { protocol, pathname, hostname, port } = new URL(process.env.DOCKER_HOST || "unix:///var/run/docker.sock");
  return protocol === "unix:" ? { socketPath: pathname } : { host: hostname, port };
}

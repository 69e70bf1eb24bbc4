import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface RegistryProxy {
  /** What images of it begin with. */
  readonly host: string;
  close(): Promise<void>;
}

/** A registry that shows what another one has to those who know a name and a password. The engine asks it without TLS. */
export async function startRegistryProxy(behind: string, username: string, password: string): Promise<RegistryProxy> {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const server = createServer((asked, answer) => {
    if (asked.headers.authorization !== expected) {
      const errors = [{ code: "UNAUTHORIZED", message: "authentication required" }];
      answer.writeHead(401, { "www-authenticate": 'Basic realm="test"', "content-type": "application/json" });
      answer.end(JSON.stringify({ errors }));
      return;
    }
    const { method = "GET", url = "/", headers } = asked;
    const passedOn = request(`http://${behind}${url}`, { method, headers: { ...headers, host: behind } }, found => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    passedOn.on("error", () => answer.writeHead(502).end());
    asked.pipe(passedOn);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

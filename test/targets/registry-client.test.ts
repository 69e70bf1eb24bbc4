import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { digestsOfTag } from "../../src/targets/kubernetes/registry-client.ts";
import { type Asked, json, startServer, type TestServer } from "./http-server.ts";

const [own, member] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];
const index = "application/vnd.oci.image.index.v1+json";
const manifest = "application/vnd.docker.distribution.manifest.v2+json";
let server: TestServer | undefined;
afterEach(() => server?.close());

async function ask(answer: (asked: Asked, response: ServerResponse) => void, milliseconds = 5000) {
  server = await startServer(answer);
  const registry = new URL(server.url).host;
  const found = await digestsOfTag({ registry, repository: "acme/app", tag: "v1" }, AbortSignal.timeout(milliseconds));
  return { found, asked: server.asked };
}

const tells = (response: ServerResponse, type = manifest): void =>
  void response.writeHead(200, { "content-type": type, "docker-content-digest": own }).end();

describe("a tag stands for", () => {
  test("its image", async () => {
    const { found, asked } = await ask((_, response) => tells(response));
    expect(found).toEqual([own]);
    expect(asked.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(["HEAD /v2/acme/app/manifests/v1"]);
    expect(asked[0]?.headers.accept).toContain(index);
  });

  test("a list, and each of its members", async () => {
    const { found } = await ask(({ method }, response) =>
      method === "HEAD"
        ? tells(response, `${index}; charset=utf-8`)
        : json(response, { manifests: [{ digest: member }] }),
    );
    expect(found).toEqual([own, member]);
  });

  test.each(["token", "access_token"])("an image that a %s for everybody shows", async name => {
    const { found, asked } = await ask(({ url, headers }, response) => {
      if (url.pathname === "/token") return json(response, { [name]: "t0" });
      if (headers.authorization === "Bearer t0") return tells(response);
      const realm = `Bearer realm="http://${headers.host}/token",service="s",scope="repository:acme/app:pull"`;
      response.writeHead(401, { "www-authenticate": realm }).end();
    });
    expect(found).toEqual([own]);
    expect(asked.map(({ url }) => url.pathname + url.search)).toContain(
      "/token?service=s&scope=repository%3Aacme%2Fapp%3Apull",
    );
  });
});

describe("nothing is told", () => {
  test.each<[string, (asked: Asked, response: ServerResponse) => void]>([
    [
      "by a registry that wants a password",
      (_, response) => void response.writeHead(401, { "www-authenticate": 'Basic realm="r"' }).end(),
    ],
    [
      "where the token is refused too",
      ({ headers }, response) =>
        void response.writeHead(401, { "www-authenticate": `Bearer realm="http://${headers.host}/token"` }).end(),
    ],
    ["of a tag that is not there", (_, response) => void response.writeHead(404).end()],
    ["without a digest", (_, response) => void response.writeHead(200).end()],
    [
      "in what is no JSON",
      (_, response) =>
        void response.writeHead(200, { "content-type": index, "docker-content-digest": own }).end("<html>"),
    ],
    ["by a connection that is cut", (_, response) => void response.destroy()],
  ])("%s", async (_, answer) => {
    expect((await ask(answer)).found).toBeUndefined();
  });

  test("in time", async () => {
    expect((await ask(() => undefined, 50)).found).toBeUndefined();
  });

  test("by nobody", async () => {
    const gone = await startServer(() => undefined);
    await gone.close();
    const image = { registry: new URL(gone.url).host, repository: "app", tag: "v1" };
    expect(await digestsOfTag(image, AbortSignal.timeout(5000))).toBeUndefined();
  });
});

import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hasRepository } from "../../../src/targets/local/api/registry-client.ts";
import { type Asked, json, startServer, type TestServer } from "../http-server.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map(server => server.close()));
});

const me = { username: "me", password: "word", serveraddress: "x" };
const basic = `Basic ${Buffer.from("me:word").toString("base64")}`;
const unknown = { errors: [{ code: "NAME_UNKNOWN", message: "repository name not known to registry" }] };

/** Whether a registry that answers so is understood to have a repository, and what it was asked. */
async function ask(answer: (asked: Asked, response: ServerResponse, host: string) => void, auth?: typeof me) {
  const server = await startServer((asked, response) => answer(asked, response, new URL(server.url).host));
  servers.push(server);
  const told = await hasRepository(`${new URL(server.url).host}/acme/agent:v1`, auth);
  return { told, asked: server.asked };
}

describe("whether a registry has a repository", () => {
  test("is what it says", async () => {
    const { told, asked } = await ask((_asked, response) => json(response, { name: "acme/agent", tags: ["v2"] }));
    expect(told).toBe(true);
    expect(asked.map(({ url }) => url.pathname)).toEqual(["/v2/acme/agent/tags/list"]);
    expect((await ask((_asked, response) => json(response, unknown, 404))).told).toBe(false);
  });

  test.each([
    ["it does not know the question", 404, "not found"],
    ["it refuses", 403, JSON.stringify(unknown)],
    ["it fails", 500, "oops"],
    ["it wants what we do not know", 401, ""],
  ])("is not known where %s", async (_title, status, body) => {
    const { told, asked } = await ask((_asked, response) => response.writeHead(status).end(body), me);
    expect(told).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  test("is not known where nobody answers", async () => {
    expect(await hasRepository("127.0.0.1:9/acme/agent:v1", undefined)).toBeUndefined();
  });

  test("is not asked of Docker Hub", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    expect(await hasRepository("acme/agent:v1", undefined)).toBeUndefined();
    expect(fetched).not.toHaveBeenCalled();
  });

  test("is asked with a name and a password where the registry wants them", async () => {
    const answer = ({ headers }: Asked, response: ServerResponse) => {
      if (headers.authorization === basic) return json(response, unknown, 404);
      json(response, {}, 401, { "www-authenticate": 'Basic realm="test"' });
    };
    const { told, asked } = await ask(answer, me);
    expect(told).toBe(false);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, basic]);
    expect((await ask(answer)).told).toBeUndefined();
  });

  const bearing =
    (realm: (host: string) => string) =>
    ({ url, headers }: Asked, response: ServerResponse, host: string) => {
      if (url.pathname === "/token") return json(response, { token: `for ${url.searchParams.get("scope")}` });
      if (headers.authorization === "Bearer for pull") return json(response, { tags: [] });
      const challenge = `Bearer realm="${realm(host)}",service="test",scope="pull"`;
      json(response, {}, 401, { "www-authenticate": challenge });
    };

  test("is asked with a token where the registry wants one", async () => {
    const { told, asked } = await ask(
      bearing(host => `http://${host}/token`),
      me,
    );
    expect(told).toBe(true);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, basic, "Bearer for pull"]);
    expect((await ask(bearing(host => `http://${host}/token`))).told).toBe(true);
  });

  test.each(["http://registry.acme.example/token", "nowhere", ""])(
    "is not asked with a token that is given out at %j",
    async realm => {
      const fetched = vi.spyOn(globalThis, "fetch");
      const { told, asked } = await ask(
        bearing(() => realm),
        me,
      );
      expect(told).toBeUndefined();
      expect(asked).toHaveLength(1);
      expect(fetched).toHaveBeenCalledTimes(1);
    },
  );
});

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { defaultTiming, type Timing } from "../../../src/targets/index.ts";
import { openEngine } from "../../../src/targets/local/api/client.ts";
import type { Engine } from "../../../src/targets/local/api/engine.ts";
import { realEffects } from "../effects.ts";
import { type Asked, json, startServer, type TestServer } from "../http-server.ts";
import { until } from "../until.ts";
import { certificates } from "./certificates.ts";

const info = {
  ID: "one",
  ServerVersion: "20.10.24",
  LoggingDriver: "local",
  OSType: "linux",
  Architecture: "aarch64",
  SystemTime: "2026-11-22T05:05:30.040790865Z",
};

type Answer = (asked: Asked, response: ServerResponse) => void;

/** What the engine at hand says; tests replace it. */
let answer: Answer;
let version: string;
let server: TestServer;

beforeEach(async () => {
  version = "1.41";
  answer = (_, response) => json(response, info);
  server = await startServer((asked, response) => {
    if (asked.url.pathname !== "/_ping") return answer(asked, response);
    response.writeHead(200, { "api-version": version }).end("OK");
  });
});
afterEach(() => server.close());

interface Setting {
  readonly timing?: Partial<Timing>;
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

function open({ timing, signal = new AbortController().signal, environment }: Setting = {}): Engine {
  const { value, diagnostics } = openEngine(
    { environment: { DOCKER_HOST: server.url.replace("http:", "tcp:"), ...environment } },
    { timing: { ...defaultTiming, ...timing }, signal, effects: realEffects },
  );
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  onTestFinished(() => value.close());
  return value;
}

const paths = (): readonly string[] => server.asked.map(({ method, url }) => `${method} ${url.pathname}`);
const asked = (): Asked | undefined => server.asked.at(-1);

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("the version of the API", () => {
  test.each([
    ["1.41", "1.41"],
    ["1.43", "1.43"],
    ["1.47", "1.47"],
    ["1.99", "1.47"],
    ["2.0", "1.47"],
  ])("is, with an engine of %s, %s, and agreed on once", async (theirs, agreed) => {
    version = theirs;
    const engine = open();
    await Promise.all([engine.info(), engine.info()]);
    await engine.info();
    expect(paths()).toEqual(["GET /_ping", ...Array.from({ length: 3 }, () => `GET /v${agreed}/info`)]);
  });

  test.each(["1.9", "1.40"])("%s is too old", async theirs => {
    version = theirs;
    await expect(open().info()).rejects.toMatchObject({ status: 400, code: "TooOld", message: theirs });
    expect(paths()).toEqual(["GET /_ping"]);
  });

  test("is asked for again where that failed", async () => {
    version = "";
    const engine = open();
    await expect(engine.info()).rejects.toMatchObject({ status: 0, code: "NotEngine" });
    version = "1.41";
    expect((await engine.info()).architecture).toBe("arm64");
  });
});

describe("what is said", () => {
  test("of the engine is in our words", async () => {
    expect(await open().info()).toEqual({
      id: "one",
      version: "20.10.24",
      logDriver: "local",
      operatingSystem: "linux",
      architecture: "arm64",
      time: Date.parse(info.SystemTime),
    });
  });

  test("of Podman, which makes up an id for each answer, tells its engines apart by where their data is", async () => {
    const podman = { ...info, BuildahVersion: "1.37.0", Name: "host", DockerRootDir: "/var/lib/containers/storage" };
    answer = (_, response) => json(response, { ...podman, ID: "made up" });
    expect((await open().info()).id).toBe("podman:host:/var/lib/containers/storage");
  });

  test.each([
    [404, JSON.stringify({ message: "no such thing\n" }), { status: 404, code: "", message: "no such thing" }],
    [500, JSON.stringify({ message: "broken" }), { status: 500, message: "broken" }],
    [502, "<html>", { status: 502, message: "" }],
    [404, "<html>", { status: 0, code: "NotEngine" }],
    [302, "", { status: 0, code: "NotEngine" }],
    [200, "<html>", { status: 0, code: "NotEngine" }],
    [200, "[]", { status: 0, code: "NotEngine" }],
    [200, "null", { status: 0, code: "NotEngine" }],
  ])("with %i and %s is an error", async (status, body, error) => {
    answer = (_, response) => response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end(body);
    await expect(open().info()).rejects.toMatchObject({ name: "EngineError", ...error });
    expect(paths()).toHaveLength(2);
  });

  test("and cut off is an error, in the middle of an answer and of a stream", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": 1000 }).write("{");
      setImmediate(() => response.destroy());
    };
    const cut = { name: "EngineError", status: 0, code: "ECONNRESET" };
    await expect(open().info()).rejects.toMatchObject(cut);
    await expect(all(open().logs("one", {}))).rejects.toMatchObject(cut);
  });

  test("about many is asked for over few connections, which are used again", async () => {
    const engine = open();
    await Promise.all(Array.from({ length: 60 }, () => engine.info()));
    expect(await server.connections()).toBeLessThanOrEqual(16);
  });

  test("is whole whatever the pieces it comes in, and the connection is kept only where there may be another", async () => {
    const engine = open();
    for (const connection of ["close", "keep-alive"]) {
      answer = async (_, response) => {
        response.writeHead(200, { connection });
        for (const letter of JSON.stringify(info)) response.write(letter);
        response.end();
      };
      for (const _ of [1, 2]) expect(await engine.info()).toMatchObject({ id: "one", architecture: "arm64" });
    }
    expect(await server.connections()).toBe(1);
  });

  test("ends with an interrupt also while it waits for its turn", async () => {
    answer = () => undefined;
    const interrupted = new AbortController();
    const engine = open({ signal: interrupted.signal });
    const all = Promise.allSettled(Array.from({ length: 30 }, () => engine.info()));
    await until(() => server.asked.length > 5);
    interrupted.abort(new Error("stop"));
    for (const one of await all) expect(one).toMatchObject({ status: "rejected", reason: { message: "stop" } });
  });

  test("is an error where nobody is there", async () => {
    const engine = open({ environment: { DOCKER_HOST: "tcp://127.0.0.1:1" } });
    await expect(engine.info()).rejects.toMatchObject({ status: 0, code: "ECONNREFUSED" });
    const socket = open({ environment: { DOCKER_HOST: "unix:///nowhere/docker.sock" } });
    await expect(socket.info()).rejects.toMatchObject({ status: 0, code: "ENOENT" });
  });

  test("does not depend on what the library would read from the environment", async () => {
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = "tcp://not an address";
    try {
      await open().startContainer("one");
      expect(process.env.DOCKER_HOST).toBe("tcp://not an address");
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    }
  });
});

describe("a deadline", () => {
  const timing = { call: 250 };
  const late = { name: "EngineError", status: 0, code: "ETIMEDOUT" };

  test("ends a call without an answer, or without the end of one", async () => {
    answer = () => undefined;
    await expect(open({ timing }).info()).rejects.toMatchObject(late);
    answer = (_, response) => void response.writeHead(200).write("{");
    await expect(open({ timing }).info()).rejects.toMatchObject(late);
    await until(async () => (await server.connections()) <= 2);
  });

  test("of a stream is that of its beginning", async () => {
    answer = () => undefined;
    await expect(all(open({ timing }).logs("one", {}))).rejects.toMatchObject(late);
    const ending = new AbortController();
    answer = (_, response) => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => response.write(eventLine("start")), 500);
    };
    for await (const { action } of open({ timing }).events([], ending.signal)) {
      expect(action).toBe("start");
      ending.abort();
    }
  });

  test("of a stop leaves the process its time", async () => {
    answer = (_, response) => void setTimeout(() => response.writeHead(204).end(), 500);
    await open({ timing }).stopContainer("one", 1);
    expect(asked()?.url.search).toBe("?t=1");
    await expect(open({ timing }).startContainer("one")).rejects.toMatchObject(late);
  });

  test("is none for a pull", async () => {
    answer = (_, response) => void setTimeout(() => response.writeHead(200).end(), 500);
    await open({ timing, environment: { HOME: "/nowhere" } }).pull("acme/agent:1", () => undefined);
  });
});

describe("the signal", () => {
  const reason = new Error("interrupted");

  test("ends a call and a stream, with its reason", async () => {
    const ending = new AbortController();
    answer = (_, response) => void response.writeHead(200).flushHeaders();
    const engine = open({ signal: ending.signal });
    const calls = [
      engine.info(),
      all(engine.logs("one", { follow: true })),
      all(engine.events([], new AbortController().signal)),
    ];
    const ended = Promise.allSettled(calls);
    await until(() => server.asked.length === 4);
    ending.abort(reason);
    expect(await ended).toEqual(calls.map(() => ({ status: "rejected", reason })));
    await expect(engine.info()).rejects.toBe(reason);
    await until(async () => (await server.connections()) === 0);
  });
});

const eventLine = (action: string, labels: object = {}): string =>
  `${JSON.stringify({ Type: "container", Action: action, Actor: { ID: "one", Attributes: labels } })}\n`;

describe("events", () => {
  test("are read whatever the pieces they come in, and end with an error when the engine does", async () => {
    const text = Buffer.from(eventLine("start", { name: "zwölf" }) + eventLine("health_status: healthy"));
    answer = async (_, response) => {
      response.writeHead(200);
      for (const byte of text) response.write(Buffer.of(byte));
      response.end();
    };
    const heard: unknown[] = [];
    const listening = (async () => {
      for await (const event of open().events(["a=b"], new AbortController().signal)) heard.push(event);
    })();
    await expect(listening).rejects.toMatchObject({ status: 0, code: "ECONNRESET" });
    expect(heard).toEqual([
      { action: "start", container: "one", labels: { name: "zwölf" } },
      { action: "health_status: healthy", container: "one", labels: {} },
    ]);
    expect(JSON.parse(asked()?.url.searchParams.get("filters") ?? "")).toEqual({ type: ["container"], label: ["a=b"] });
  });

  test("leave no connection when nobody listens any more", async () => {
    answer = (_, response) => void response.writeHead(200).write(eventLine("start"));
    const engine = open();
    for await (const _ of engine.events([], new AbortController().signal)) break;
    const ending = new AbortController();
    const listening = all(engine.events([], ending.signal));
    await until(() => server.asked.length === 3);
    ending.abort();
    await listening;
    // That of the first question is kept for further calls.
    await until(async () => (await server.connections()) === 1);
  });
});

describe("a registry", () => {
  const environment = {
    HOME: "/nowhere",
    DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "quay.io": { username: "me", password: "s3cret?>ü" } } }),
  };
  const sent = (): unknown => {
    const header = asked()?.headers["x-registry-auth"];
    return header === undefined ? undefined : JSON.parse(Buffer.from(String(header), "base64url").toString("utf8"));
  };
  const lines =
    (...all: readonly object[]): Answer =>
    (_, response) =>
      response.end(all.map(one => `${JSON.stringify(one)}\r\n`).join(""));

  test("is asked with the credentials for it, and with no others", async () => {
    answer = (_, response) => json(response, { Descriptor: { digest: "sha256:abc" } });
    const engine = open({ environment });
    expect(await engine.remoteDigest("quay.io/acme/agent:1")).toBe("sha256:abc");
    expect(sent()).toEqual({ username: "me", password: "s3cret?>ü", serveraddress: "quay.io" });
    await engine.remoteDigest("acme/agent:1");
    expect(sent()).toBeUndefined();
    answer = lines();
    await engine.pull("quay.io/acme/agent:1", () => undefined);
    expect(sent()).toMatchObject({ username: "me" });
  });

  test.each([
    ["busybox", "docker.io/library/busybox", "latest"],
    ["quay.io/acme/agent:1", "quay.io/acme/agent", "1"],
    ["127.0.0.1:5000/agent@sha256:abc", "127.0.0.1:5000/agent", "sha256:abc"],
  ])("gives of %s one image", async (reference, fromImage, tag) => {
    answer = lines();
    await open({ environment }).pull(reference, () => undefined);
    expect(Object.fromEntries(asked()?.url.searchParams ?? [])).toEqual({ fromImage, tag });
  });

  test("is told of as the engine tells of it", async () => {
    answer = lines(
      { status: "Pulling from acme/agent", id: "1" },
      { status: "Downloading", id: "a1", progressDetail: { current: 1, total: 2 }, progress: "[=> ]" },
      { status: "Pull complete", id: "a1", progressDetail: {} },
      { status: "Status: Downloaded newer image" },
    );
    const steps: unknown[] = [];
    await open({ environment }).pull("acme/agent:1", step => steps.push(step));
    expect(steps).toEqual([
      { status: "Pulling from acme/agent", layer: "1" },
      { status: "Downloading", layer: "a1", current: 1, total: 2 },
      { status: "Pull complete", layer: "a1" },
      { status: "Status: Downloaded newer image" },
    ]);
  });

  test.each([
    ["unauthorized: authentication required", 401],
    ["manifest unknown: manifest unknown", 404],
    ["unexpected EOF", 500],
  ])("that ends a pull with `%s` refused it", async (message, status) => {
    answer = lines({ status: "Downloading", id: "a1" }, { errorDetail: { message }, error: message });
    const pulling = open({ environment }).pull("127.0.0.1:1/acme/agent:1", () => undefined);
    await expect(pulling).rejects.toMatchObject({ message, status, credentials: { kind: "none" } });
  });
});

describe("a container", () => {
  const refuses =
    (status: number, message: string): Answer =>
    (_, response) =>
      json(response, { message }, status);

  test("that somebody else removes is waited for", async () => {
    const words = "removal of container one is already in progress";
    let looks = 0;
    const found = { Id: "one", Name: "/one", Created: "", Image: "", Config: {}, HostConfig: {}, State: {} };
    answer = ({ method }, response) => {
      if (method === "DELETE") return json(response, { message: words }, 409);
      if (++looks < 3) return json(response, found);
      json(response, { message: "No such container: one" }, 404);
    };
    await open().removeContainer("one");
    expect(looks).toBe(3);
    looks = Number.NEGATIVE_INFINITY;
    await expect(open({ timing: { call: 250 } }).removeContainer("one")).rejects.toMatchObject({ status: 409 });
  });

  test("is removed with what its image brought, and with nothing else", async () => {
    answer = (_, response) => response.writeHead(204).end();
    await open().removeContainer("one");
    expect(asked()?.url.search).toBe("?force=true&v=true");
    await open().removeContainer("one", { keepsVolumes: true });
    expect(asked()?.url.search).toBe("?force=true&v=false");
    answer = refuses(409, "You cannot remove a running container");
    await expect(open().removeContainer("one")).rejects.toMatchObject({ status: 409 });
  });

  test("that cannot be renamed at the moment is not taken for one that is not there", async () => {
    answer = refuses(404, "sandbox 8ab9b754 not found");
    await expect(open().renameContainer("one", "two")).rejects.toMatchObject({ status: 409 });
    answer = refuses(404, "No such container: one");
    await expect(open().renameContainer("one", "two")).rejects.toMatchObject({ status: 404 });
  });

  test("has its name as one part of an address", async () => {
    answer = refuses(404, "No such container");
    expect(await open().container("../volumes?x#y")).toBeUndefined();
    expect(asked()?.url.pathname).toBe("/v1.41/containers/..%2Fvolumes%3Fx%23y/json");
  });
});

describe("over TLS", () => {
  async function startTls(): Promise<{ readonly host: string; use(files: object): Readonly<Record<string, string>> }> {
    const { authority, server: cert, serverKey: key } = certificates;
    const options = { ca: authority, cert, key, requestCert: true, rejectUnauthorized: true };
    const tls = createTlsServer(options, ({ url }, response) => {
      if (url !== "/_ping") return json(response, info);
      response.writeHead(200, { "api-version": "1.41" }).end("OK");
    });
    await new Promise<void>(resolve => tls.listen(0, "127.0.0.1", resolve));
    const directory = mkdtempSync(join(tmpdir(), "alien-compile-tls-"));
    onTestFinished(() => {
      tls.closeAllConnections();
      tls.close();
      rmSync(directory, { recursive: true });
    });
    const host = `tcp://127.0.0.1:${(tls.address() as AddressInfo).port}`;
    const use = (files: object) => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `${name}.pem`), text);
      return { DOCKER_HOST: host, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: directory };
    };
    return { host, use };
  }
  const { authority, client, clientKey, stranger } = certificates;

  test("both sides show who they are", async () => {
    const { use } = await startTls();
    const engine = open({ environment: use({ ca: authority, cert: client, key: clientKey }) });
    expect((await engine.info()).id).toBe("one");
  });

  test("an engine that nobody vouches for is not spoken to", async () => {
    const { use } = await startTls();
    const environment = use({ ca: stranger, cert: client, key: clientKey });
    await expect(open({ environment }).info()).rejects.toMatchObject({
      status: 0,
      code: expect.stringMatching(/UNABLE|CERT/),
    });
    const unverified = { ...environment, DOCKER_TLS_VERIFY: "", DOCKER_TLS: "1" };
    expect((await open({ environment: unverified }).info()).id).toBe("one");
  });

  test("an engine that asks for a certificate gets none where there is none", async () => {
    const { use } = await startTls();
    const environment = use({ ca: authority });
    await expect(open({ environment }).info()).rejects.toMatchObject({
      status: 0,
      code: expect.stringMatching(/SSL|RESET/),
    });
  });

  test("a certificate that is none is an error of the call", async () => {
    const { use } = await startTls();
    const environment = use({ ca: authority, cert: "x", key: "y" });
    await expect(open({ environment }).info()).rejects.toMatchObject({ name: "EngineError", status: 0 });
  });

  test("an engine without it is not spoken to", async () => {
    const { use } = await startTls();
    const environment = { ...use({ ca: authority }), DOCKER_HOST: server.url.replace("http:", "tcp:") };
    await expect(open({ environment }).info()).rejects.toMatchObject({
      status: 0,
      code: expect.stringMatching(/SSL|EPROTO/),
    });
  });

  test("is what an engine may ask for in so many words", async () => {
    const words = "Client sent an HTTP request to an HTTPS server.\n";
    const strict = await startServer((_, response) => response.writeHead(400).end(words));
    onTestFinished(() => strict.close());
    const engine = open({ environment: { DOCKER_HOST: strict.url } });
    await expect(engine.info()).rejects.toMatchObject({ status: 0, code: "NeedsTls" });
  });
});

test("an engine that is closed keeps no process alive", async () => {
  answer = ({ url }, response) => {
    if (url.pathname.endsWith("/info")) return json(response, info);
    response.writeHead(200).flushHeaders();
  };
  const script = `
    const { openEngine } = await import(${JSON.stringify(new URL("../../../src/targets/local/api/client.ts", import.meta.url).href)});
    const { realEffects: effects } = await import(${JSON.stringify(new URL("../effects.ts", import.meta.url).href)});
    const { value: engine } = openEngine(
      { environment: process.env },
      { timing: { call: 60_000 }, signal: new AbortController().signal, effects },
    );
    await engine.info();
    const listening = Array.fromAsync(engine.events([], new AbortController().signal));
    setTimeout(() => engine.close(), 50);
    await listening.catch(cause => console.log(cause.code));`;
  const environment = { ...process.env, DOCKER_HOST: server.url };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    env: environment,
    timeout: 20_000,
  });
  expect(stdout).toBe("ECONNRESET\n");
}, 30_000);

import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { ApiError } from "../../src/targets/kubernetes/api/error.ts";
import { openCluster, type TestCluster, type TestClusterOptions } from "./clusters.ts";
import { createManualEffects } from "./effects.ts";
import { type Asked, json, refused, startServer } from "./http-server.ts";
import { until } from "./until.ts";

type Answer = (response: ServerResponse, asked: Asked) => void;

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "one", uid: "1" } };
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name: "lock" };
const hang: Answer = () => undefined;
const reset: Answer = response => response.socket?.resetAndDestroy();
const succeed: Answer = response => json(response, secret);
const refuse =
  (code: number, reason?: string, rest?: object, headers?: Record<string, string>): Answer =>
  response =>
    json(response, refused(code, reason, rest), code, headers);
const page: Answer = response => response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
/** Says that more comes, and ends. */
const cut: Answer = response => {
  response.writeHead(200, { "content-length": "100" }).write('{"kind":"Sec');
  setImmediate(() => response.destroy());
};

/** A cluster whose server answers in this order, the last one again and again. */
async function serve(answers: readonly Answer[], options?: TestClusterOptions) {
  const server = await startServer((asked, response) =>
    answers[Math.min(asked.count, answers.length) - 1]?.(response, asked),
  );
  const cluster = openCluster(server.kubeconfig, options);
  onTestFinished(async () => {
    cluster.close();
    await server.close();
  });
  return { server, cluster };
}

const get = (cluster: Pick<TestCluster, "get">) => cluster.get({ kind: "Secret", name: "one" });
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    value => ({ resolved: value }),
    cause => cause,
  );

describe("a call is tried again", () => {
  test.each<[string, Answer, string]>([
    ["a connection that is reset", reset, "ECONNRESET"],
    ["an answer that is cut", cut, "ECONNRESET"],
    ["an answer that is not JSON", page, "NotApi"],
    ["a login in JSON", response => json(response, { message: "login" }), "NotApi"],
    ["a refusal that stands for something else", response => json(response, { kind: "Status" }), "NotApi"],
    ["a proxy that knows no such page", response => response.writeHead(404).end("<html>"), "NotApi"],
    ["a conflict with something else", response => json(response, { message: "no" }, 409), "NotApi"],
    ["too many requests", refuse(429, "TooManyRequests"), "429"],
    ["the server's own trouble", refuse(500), "500"],
    ["a gateway without a server", refuse(503), "503"],
  ])("after %s", async (_, answer, problem) => {
    const { server, cluster } = await serve([answer, answer, succeed]);
    expect(await get(cluster)).toEqual(secret);
    expect(server.asked).toHaveLength(3);
    expect(cluster.progress).toEqual([1, 2].map(attempt => ({ kind: "retrying", problem, attempt })));
  });

  test("after nobody listened", async () => {
    const { server, cluster } = await serve([succeed]);
    await server.close();
    expect(await failure(get(cluster))).toMatchObject({ status: 0, reason: "ECONNREFUSED" });
    expect(cluster.progress).toHaveLength(5);
  });

  test("six times, and then the error is told", async () => {
    const { server, cluster } = await serve([refuse(500, "InternalError")]);
    expect(await failure(get(cluster))).toMatchObject({ status: 500, reason: "InternalError" });
    expect(server.asked).toHaveLength(6);
  });

  test("as often as asked for", async () => {
    const { server, cluster } = await serve([reset]);
    await failure(cluster.call({ method: "GET", path: "/version" }, { attempts: 2 }));
    expect(server.asked).toHaveLength(2);
  });

  test.each([400, 401, 403, 404, 410, 422])("but not after %d", async status => {
    const { server, cluster } = await serve([refuse(status), succeed]);
    expect(await failure(cluster.call({ method: "GET", path: "/version" }))).toMatchObject({ status });
    expect(server.asked).toHaveLength(1);
  });
});

describe("an apply that conflicts", () => {
  test("with another owner is not tried again", async () => {
    const causes = [{ reason: "FieldManagerConflict", message: "conflict with kubectl", field: ".data" }];
    const { server, cluster } = await serve([refuse(409, "Conflict", { details: { causes } }), succeed]);
    expect(await failure(cluster.apply(secret))).toMatchObject({ status: 409, causes });
    expect(server.asked).toHaveLength(1);
  });

  test("with another write is", async () => {
    const { server, cluster } = await serve([refuse(409, "Conflict"), succeed]);
    expect(await cluster.apply(secret)).toEqual({ object: secret, created: false });
    expect(server.asked).toHaveLength(2);
  });

  test("is told where it is no apply", async () => {
    const { server, cluster } = await serve([refuse(409, "Conflict"), succeed]);
    expect(await failure(cluster.remove(lease, { uid: "1" }))).toMatchObject({ status: 409 });
    expect(server.asked).toHaveLength(1);
  });
});

describe("the pause between two calls", () => {
  /** How long is slept after each of so many failures. */
  async function pauses(answer: Answer, count: number): Promise<readonly number[]> {
    const effects = createManualEffects();
    const { cluster } = await serve([answer], { effects, timing: { retry: 100, call: 20_000 } });
    const done = failure(get(cluster));
    const seen: number[] = [];
    while (seen.length < count) {
      await until(() => effects.sleepers().length === 1);
      const [left = 0] = effects.sleepers();
      seen.push(Math.round(left));
      effects.advance(left);
    }
    cluster.abort();
    await done;
    return seen;
  }

  test("doubles", async () => expect(await pauses(refuse(500), 5)).toEqual([100, 200, 400, 800, 1600]));
  test("is what the server wants", async () =>
    expect(await pauses(refuse(429, "", {}, { "retry-after": "7" }), 2)).toEqual([7_000, 7_000]));
  test("is what the answer wants", async () =>
    expect(await pauses(refuse(429, "", { details: { retryAfterSeconds: 3 } }), 1)).toEqual([3_000]));
  test("is not longer than a call may take", async () =>
    expect(await pauses(refuse(503, "", {}, { "retry-after": "3600" }), 1)).toEqual([20_000]));
  test("ignores a date", async () =>
    expect(await pauses(refuse(503, "", {}, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), 1)).toEqual([100]));
});

describe("a call without an answer", () => {
  test("ends in time, and is tried again", async () => {
    const { server, cluster } = await serve([hang, succeed], { timing: { call: 50 } });
    expect(await get(cluster)).toEqual(secret);
    expect(server.asked).toHaveLength(2);
    expect(cluster.progress).toEqual([{ kind: "retrying", problem: "ETIMEDOUT", attempt: 1 }]);
  });

  test("ends in time where the body stops", async () => {
    const stop: Answer = response => response.writeHead(200, { "content-length": "100" }).write("{");
    const { cluster } = await serve([stop, succeed], { timing: { call: 50 } });
    expect(await get(cluster)).toEqual(secret);
    expect(cluster.progress).toEqual([{ kind: "retrying", problem: "ETIMEDOUT", attempt: 1 }]);
  });
});

describe("an interrupt", () => {
  const reason = new Error("interrupted");
  const stop: Answer = response => response.writeHead(200, { "content-length": "100" }).write("{");

  test.each([
    ["before the answer", hang],
    ["within the answer", stop],
  ])("%s ends a call with its reason", async (_, answer) => {
    const { server, cluster } = await serve([answer]);
    const call = failure(get(cluster));
    await until(() => server.asked.length === 1);
    cluster.abort(reason);
    expect(await call).toBe(reason);
    await until(async () => (await server.connections()) === 0);
    expect(cluster.progress).toEqual([]);
  });

  test("ends the pause with its reason", async () => {
    const effects = createManualEffects();
    const { cluster } = await serve([reset], { effects });
    const call = failure(get(cluster));
    await until(() => effects.sleepers().length === 1);
    cluster.abort(reason);
    expect(await call).toBe(reason);
  });

  test("before the call sends nothing", async () => {
    const { server, cluster } = await serve([succeed]);
    cluster.abort(reason);
    expect(await failure(get(cluster))).toBe(reason);
    expect(server.asked).toEqual([]);
  });

  test("of a part ends that part only", async () => {
    const { server, cluster } = await serve([hang, succeed]);
    const part = new AbortController();
    const call = failure(get(cluster.until(part.signal)));
    await until(() => server.asked.length === 1);
    part.abort(reason);
    expect(await call).toBe(reason);
    expect(await get(cluster)).toEqual(secret);
  });
});

describe("the lines of an answer", () => {
  const request = { method: "GET", path: "/logs" } as const;
  const write =
    (...pieces: readonly (string | Buffer)[]): Answer =>
    async response => {
      for (const piece of pieces) await new Promise(resolve => response.write(piece, resolve));
    };
  const read = async (cluster: TestCluster, signal = cluster.signal) => {
    const lines: string[] = [];
    const done = (async () => {
      for await (const line of cluster.connection.lines(request, signal)) lines.push(line);
    })();
    return { lines, done: failure(done.then(() => "done")) };
  };

  test("come as they are sent, whole", async () => {
    const euro = Buffer.from("€\u2028");
    const seen = Promise.withResolvers<void>();
    const { cluster } = await serve([
      async (response, asked) => {
        await write("one\ntw", Buffer.concat([Buffer.from("o\n"), euro.subarray(0, 1)]))(response, asked);
        await seen.promise;
        await write(euro.subarray(1), "\n\nlast")(response, asked);
        response.end();
      },
    ]);
    const { lines, done } = await read(cluster);
    await until(() => lines.length === 2);
    seen.resolve();
    expect(await done).toEqual({ resolved: "done" });
    expect(lines).toEqual(["one", "two", "€\u2028", "", "last"]);
  });

  test("come before the answer ends, beside calls on one socket", async () => {
    const { server, cluster } = await serve([write("one\n"), succeed], { sockets: 1 });
    const { lines, done } = await read(cluster);
    await until(() => lines.length === 1);
    expect(await get(cluster)).toEqual(secret);
    cluster.abort("enough");
    expect(await done).toBe("enough");
    await until(async () => (await server.connections()) <= 1);
  });

  test("end with an ApiError where the connection is lost", async () => {
    const { cluster } = await serve([
      async (response, asked) => {
        await write("one\ntwo")(response, asked);
        response.socket?.resetAndDestroy();
      },
    ]);
    const { done } = await read(cluster);
    const cause = await done;
    expect(cause).toBeInstanceOf(ApiError);
    expect(cause).toMatchObject({ status: 0, reason: "ECONNRESET" });
  });

  test("are refused with what the server says", async () => {
    const { cluster } = await serve([refuse(403, "Forbidden")]);
    expect(await (await read(cluster)).done).toMatchObject({ status: 403, reason: "Forbidden" });
  });

  test("leave no connection when nobody reads on", async () => {
    const { server, cluster } = await serve([write("one\ntwo\n")]);
    for await (const line of cluster.connection.lines(request, cluster.signal)) {
      expect(line).toBe("one");
      break;
    }
    await until(async () => (await server.connections()) === 0);
  });
});

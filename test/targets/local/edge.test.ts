import { describe, expect, test } from "vitest";
import { DiagnosticError } from "../../../src/diagnostics/index.ts";
import { atTheEdge, eachAtTheEdge } from "../../../src/targets/local/api/edge.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";

const address = "unix:///var/run/docker.sock";

async function findings(cause: Error) {
  const fails = atTheEdge(address, () => Promise.reject(cause));
  const error: unknown = await fails.catch((thrown: unknown) => thrown);
  if (!(error instanceof DiagnosticError)) throw error;
  expect(error.cause).toBe(cause);
  return error.diagnostics;
}

async function* thenFails(cause: Error): AsyncGenerator<number> {
  yield 1;
  throw cause;
}

describe("at the edge", () => {
  test.each([
    [{ status: 0, code: "ENOENT" }, "engine-unreachable"],
    [{ status: 0, code: "NotEngine" }, "engine-unreachable"],
    [{ status: 0 }, "engine-unreachable"],
    [{ status: 400, code: "TooOld" }, "engine-too-old"],
    [{ status: 500 }, "engine-failing"],
    [{ status: 503 }, "engine-failing"],
    [{ status: 409 }, "engine-refuses"],
    [{ status: 403 }, "engine-refuses"],
  ])("an error with %j is one finding, %s", async (options, name) => {
    const found = await findings(new EngineError("words of the engine", options));
    expect(found.map(one => one.name)).toEqual([name]);
    expect(found[0]?.message).toContain(address);
  });

  test.each(["ENOENT", "EACCES", "ECONNREFUSED", "NeedsTls", "ERR_TLS_CERT_ALTNAME_INVALID", "ETIMEDOUT"])(
    "why it is not reached is said in words of ours, for %s",
    async code => {
      const [found] = await findings(new EngineError("raw", { status: 0, code }));
      expect(found?.message).not.toMatch(/raw|[A-Z]{4}/);
      expect(found?.help).toMatch(/DOCKER|docker/);
    },
  );

  test("what is no word of the engine is left as it is", async () => {
    const bug = new Error("a bug");
    await expect(findings(bug)).rejects.toBe(bug);
    const reason = new DiagnosticError([]);
    await expect(atTheEdge(address, () => Promise.reject(reason))).rejects.toBe(reason);
    expect(await atTheEdge(address, async () => 1)).toBe(1);
  });

  test("what came before is passed on", async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of eachAtTheEdge(address, thenFails(new EngineError("", { status: 500 })))) seen.push(item);
    })();
    await expect(reading).rejects.toBeInstanceOf(DiagnosticError);
    expect(seen).toEqual([1]);
  });
});

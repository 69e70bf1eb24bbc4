import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createAuthenticate } from "../../src/targets/kubernetes/api/credentials.ts";
import { loadConfig } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { connect } from "../../src/targets/kubernetes/client.ts";
import { until } from "./until.ts";

const directory = mkdtempSync(join(tmpdir(), "alien-compile-credentials-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A program that notes its process, waits to be let go, and prints a token. */
function slowProgram(name: string) {
  const [script, runs, gate] = ["program.mjs", "runs", "gate"].map(file => join(directory, `${name}-${file}`));
  if (script === undefined || runs === undefined || gate === undefined) throw new Error("no paths");
  const credential = { kind: "ExecCredential", status: { token: "abc" } };
  writeFileSync(
    script,
    `import { appendFileSync, existsSync } from "node:fs";
     appendFileSync(${JSON.stringify(runs)}, process.pid + "\\n");
     const timer = setInterval(() => {
       if (!existsSync(${JSON.stringify(gate)})) return;
       clearInterval(timer);
       console.log(${JSON.stringify(JSON.stringify(credential))});
     }, 20);`,
  );
  const exec = { command: process.execPath, args: [script] };
  return {
    exec,
    authenticate: createAuthenticate({ program: exec }),
    runs: () => (existsSync(runs) ? readFileSync(runs, "utf8").trim().split("\n").map(Number) : []),
    letGo: () => writeFileSync(gate, ""),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const never = new AbortController().signal;

describe("a program for credentials", () => {
  test("goes on when the first who asked has no time: the others, and the next, get what it prints", async () => {
    const { authenticate, runs, letGo } = slowProgram("shared");
    const hurried = new AbortController();
    const late = new Error("no time");
    const first = authenticate({}, { signal: hurried.signal, closed: never });
    const options: RequestOptions = {};
    const second = authenticate(options, { signal: never, closed: never });
    await until(() => runs().length === 1, 10_000);
    hurried.abort(late);
    await expect(first).rejects.toBe(late);
    letGo();
    await second;
    expect(options.headers).toEqual({ authorization: "Bearer abc" });
    await authenticate({}, { signal: never, closed: never });
    expect(runs()).toHaveLength(1);
  });

  test("is ended with the connection", async () => {
    const { exec, runs } = slowProgram("closed");
    const kubeconfig = join(directory, "config.json");
    const user = { exec: { ...exec, apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never" } };
    const config = {
      clusters: [{ name: "c", cluster: { server: "https://c.dev" } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const connection = connect(loadConfig({ files: [kubeconfig] }), { sockets: 1 });
    const asked = connection.authenticate?.(never);
    await until(() => runs().length === 1, 10_000);
    connection.close();
    await expect(asked).rejects.toMatchObject({ reason: "NoCredentials", message: "late" });
    await until(() => runs().every(pid => !isAlive(pid)), 10_000);
  });
});

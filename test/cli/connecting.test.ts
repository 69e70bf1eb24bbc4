import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMain } from "./run-main.ts";

/** A server that takes requests and never answers, or that is gone. */
let silent: Server;
let directory = "";
let asked: Promise<unknown>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "alien-compile-connecting-"));
  silent = createServer().listen(0, "127.0.0.1");
  asked = once(silent, "request");
  const gone = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(silent, "listening"), once(gone, "listening")]);
  write("silent.yaml", kubeconfig(portOf(silent)));
  write("gone.yaml", kubeconfig(portOf(gone)));
  gone.close();
  const entry = new URL("../../src/cli/entry.ts", import.meta.url).href;
  write("run.ts", `import { run } from ${JSON.stringify(entry)};\nif (await run("0")) process.exit();\n`);
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
  rmSync(directory, { recursive: true, force: true });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
const kubeconfig = (port: number): string => `current-context: c
clusters: [{ name: c, cluster: { server: "http://127.0.0.1:${port}" } }]
users: [{ name: c, user: { token: s3cr3t } }]
contexts: [{ name: c, context: { cluster: c, user: c } }]
`;
const status = ["status", "--stack", "acme", "--platform", "kubernetes", "--retry", "1ms"];

describe("a cluster that is not there ends with 4", () => {
  test.each([
    ["none is given", [], "AL6001"],
    ["the kubeconfig is missing", ["--kubeconfig", "nope.yaml"], "AL6002"],
    ["the context is unknown", ["--kubeconfig", "gone.yaml", "--context", "x"], "AL6003"],
    ["nobody listens", ["--kubeconfig", "gone.yaml"], "AL6004"],
  ])("%s", async (_, words, code) => {
    const { out, error, exitCode } = await runMain([...status, ...words], { directory });
    expect(error).toContain(`error[${code}]`);
    expect(out + error).not.toContain("s3cr3t");
    expect([out, exitCode]).toEqual(["", 4]);
  });
});

test("a signal ends a process that waits for an answer with 130, and with words", async () => {
  const words = [join(directory, "run.ts"), ...status, "--kubeconfig", "silent.yaml"];
  const child = spawn(process.execPath, words, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let error = "";
  child.stderr.on("data", chunk => {
    error += chunk;
  });
  const ended = once(child, "close");
  await asked;
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(error).toContain("error[AL6010]: `status` was interrupted");
  expect(error).not.toMatch(/^\s+at /m);
}, 30_000);

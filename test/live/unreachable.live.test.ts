import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { type Fault, startFaultProxy } from "../targets/fault-proxy.ts";
import { writeKubeconfig } from "../targets/kubeconfig.ts";
import { createWorkplace } from "./cli.ts";
import { passing } from "./faults.ts";
import { hasCluster, live } from "./namespace.ts";
import { stackOf } from "./stacks.ts";

const kubeconfig = process.env.KUBECONFIG ?? "";
const apiServer = hasCluster ? (loadConfig({ files: [kubeconfig] }).server ?? "") : "";
const toClose: (() => unknown)[] = [];
const workplace = createWorkplace({ "alien.yaml": stackOf() });

afterAll(async () => {
  workplace.remove();
  await Promise.all(toClose.map(close => close()));
});

/** A kubeconfig for an address, without credentials and without a known authority. */
function configFor(server: string): string {
  const { file, remove } = writeKubeconfig(server);
  toClose.push(remove);
  return file;
}

async function always(fault: Fault): Promise<string> {
  const proxy = await startFaultProxy({ kubeconfig, fault: () => fault });
  toClose.push(proxy.close);
  return proxy.kubeconfig;
}

/** The address of a port where something happens to each connection. */
async function listen(happens: Parameters<typeof createServer>[1]): Promise<{ address: string; close(): void }> {
  const server = createServer(happens);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const place = server.address();
  return { address: `127.0.0.1:${typeof place === "object" && place?.port}`, close: () => server.close() };
}

async function listening(protocol: string, happens: Parameters<typeof createServer>[1]): Promise<string> {
  const { address, close } = await listen(happens);
  toClose.push(close);
  return configFor(`${protocol}://${address}`);
}

async function nobody(): Promise<string> {
  const { address, close } = await listen(() => undefined);
  close();
  return configFor(`http://${address}`);
}

const login = passing["JSON that is no object of the API"];
const servers: readonly [title: string, says: RegExp, config: () => string | Promise<string>][] = [
  ["nobody listens", /AL6004.*connection is refused/, nobody],
  ["every answer is 503", /AL6008.*keeps failing with 503/, () => always(passing["503"])],
  ["everything is answered by a login", /AL6004.*not a Kubernetes API server/, () => always(login)],
  ["everything is a page", /AL6004.*not a Kubernetes API server/, () => always(passing["404 in HTML"])],
  ["connections are reset", /AL6004.*was cut off/, () => listening("http", socket => socket.resetAndDestroy())],
  ["the authority is not known", /AL6005.*is not trusted/, () => configFor(apiServer)],
  ["plain HTTP meets TLS", /AL6009.*with 400/, () => configFor(apiServer.replace("https:", "http:"))],
  ["TLS meets plain HTTP", /AL6004.*does not speak TLS/, () => listening("https", plainHttp)],
];

const plainHttp: Parameters<typeof createServer>[1] = socket =>
  void socket.on("error", () => socket.destroy()).end("HTTP/1.1 400 Bad Request\r\n\r\n");

const verbs = [
  ["plan"],
  ["apply"],
  ["status"],
  ["outputs"],
  ["logs", "--follow"],
  ["restart"],
  ["watch"],
  ["watch", "--exit-code"],
  ["delete"],
];

async function expectOneFinding(words: readonly string[], config: string, says: RegExp): Promise<number> {
  const all = [...words, "--platform", "kubernetes"];
  const run = await workplace.run(all, { environment: { KUBECONFIG: config }, limit: 60_000 });
  expect(run, `${words.join(" ")}\n${run.out}${run.error}`).toMatchObject({ exitCode: 4, out: "" });
  expect(run.error).toMatch(says);
  expect(run.error.match(/^(?:error|warning)/gm)).toHaveLength(1);
  expect(run.error).not.toMatch(/^\s+at .*:\d+/m);
  return run.milliseconds;
}

describe.skipIf(!hasCluster).concurrent(live("a cluster that is none"), () => {
  test.each(servers)("%s: one finding, soon, whatever the verb", { timeout: 120_000 }, async (_, says, makeConfig) => {
    const config = await makeConfig();
    for (const words of verbs) expect(await expectOneFinding(words, config, says)).toBeLessThan(10_000);
  });

  test("nothing ever answers: one finding after the time of one call", { timeout: 120_000 }, async () => {
    const config = await listening("http", () => undefined);
    const says = /AL6004.*does not answer in time/;
    await Promise.all([["plan"], ["status"], ["restart"]].map(words => expectOneFinding(words, config, says)));
  });
});

import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { delimiter, join } from "node:path";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { defaultTiming } from "../../src/targets/index.ts";
import { createCluster } from "../../src/targets/kubernetes/api/cluster.ts";
import { loadInCluster } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { connect } from "../../src/targets/kubernetes/client.ts";
import { realEffects } from "../targets/effects.ts";
import { until } from "../targets/until.ts";
import { adminConfig, createAccount, type Kubeconfig, roleText, withUser } from "./accounts.ts";
import { createWorkplace, type LiveRun, type Workplace } from "./cli.ts";
import { createNamespace, hasCluster, kubectl, live, type TestNamespace } from "./namespace.ts";
import { stackOf } from "./stacks.ts";

const limit = { timeout: 120_000 };
const canary = "canary-s3cr3t-0815";
let admin: Kubeconfig;
let namespace: TestNamespace;
let token = "";
const places: Workplace[] = [];

/** A directory with a kubeconfig, and `plan` run from it. */
function placeWith(files: Readonly<Record<string, string>>) {
  const place = createWorkplace({ "alien.yaml": stackOf(), ...files });
  places.push(place);
  const plan = (words: readonly string[] = ["--kubeconfig=kubeconfig"], environment: Record<string, string> = {}) =>
    place.run(["plan", "--platform=kubernetes", `--namespace=${namespace.name}`, ...words], { environment });
  return { ...place, plan };
}

const text = (config: object): string => JSON.stringify(config);
const withCluster = (config: Kubeconfig, cluster: Readonly<Record<string, unknown>>): Kubeconfig => ({
  ...config,
  clusters: config.clusters.map(({ name }) => ({ name, cluster })),
});
const clusterOf = (config: Kubeconfig) => config.clusters[0]?.cluster ?? {};
const pem = (base64: unknown): string => Buffer.from(String(base64), "base64").toString();

/** A program that prints credentials, in JavaScript. */
function withProgram(source: string) {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "./bin/credentials",
    args: ["one"],
    env: [{ name: "EXTRA", value: "two" }],
  };
  const place = placeWith({ kubeconfig: text(withUser(admin, { exec })) });
  mkdirSync(join(place.directory, "bin"));
  const file = join(place.directory, "bin/credentials");
  writeFileSync(file, `#!${process.execPath}\n${source}`);
  chmodSync(file, 0o755);
  return place;
}
const printing = (status: object): string =>
  `console.log(${JSON.stringify(text({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1", status }))});`;

const planned = { exitCode: 0, out: expect.stringContaining("create Deployment") };
const expectUnknown = (run: LiveRun, words: string): void => {
  expect(run).toMatchObject({ exitCode: 4, out: "" });
  expect(run.error).toContain("AL6006");
  expect(run.error).toContain(words);
  expect(run.error).not.toMatch(/canary|^\s+at /m);
};

beforeAll(async () => {
  if (!hasCluster) return;
  admin = await adminConfig();
  namespace = await createNamespace("kubeconfig");
  await namespace.apply(roleText("all", [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]));
  token = await createAccount(namespace, "deployer", "all");
}, 60_000);
afterAll(async () => {
  for (const place of places) place.remove();
  await namespace?.remove();
}, 60_000);

describe.skipIf(!hasCluster)(live("several kubeconfigs"), () => {
  test("are merged as kubectl merges them: the first to say something wins", limit, async () => {
    const named = (name: string, server: string, current?: string) => ({
      apiVersion: "v1",
      kind: "Config",
      ...(current === undefined ? {} : { "current-context": current }),
      clusters: [
        { name, cluster: { server } },
        { name: "both", cluster: { server: `${server}/both` } },
      ],
      users: [{ name: "both", user: { token: `${name}-token` } }],
      contexts: [
        { name, context: { cluster: name, user: "both" } },
        { name: "both", context: { cluster: "both", user: "both", namespace: `of-${name}` } },
      ],
    });
    const place = placeWith({
      a: text(named("a", "https://127.0.0.1:1/a")),
      b: text(named("b", "https://127.0.0.1:1/b", "both")),
      c: text(named("c", "https://127.0.0.1:1/c", "c")),
    });
    for (const [files, context] of [["a:b:c"], ["c:b:a"], ["missing:b:a", "a"], ["a:c:b", "both"]] as const) {
      const KUBECONFIG = files
        .split(":")
        .map(file => join(place.directory, file))
        .join(delimiter);
      const flag = context === undefined ? [] : [`--context=${context}`];
      const theirs = JSON.parse(await kubectlWith(KUBECONFIG, ["config", "view", "--minify", "-o", "json", ...flag]));
      const run = await place.run(["status", "--stack=acme", "--platform=kubernetes", "--retry=1ms", ...flag], {
        environment: { KUBECONFIG },
      });
      expect(run.exitCode, files).toBe(4);
      expect(run.error, files).toContain(`\`${theirs.clusters[0].cluster.server}\``);
    }
  });

  test("with an unknown context propose the likely one", limit, async () => {
    const place = placeWith({ kubeconfig: text(admin) });
    const [{ name = "" } = {}] = admin.contexts as { name: string }[];
    const run = await place.plan(["--kubeconfig=kubeconfig", `--context=${name}x`]);
    expect(run.exitCode).toBe(4);
    expect(run.error).toContain(`the kubeconfig has no context \`${name}x\``);
    expect(run.error).toContain(`did you mean \`${name}\`?`);
  });
});

async function kubectlWith(KUBECONFIG: string, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(kubectl, [...words], { env: { ...process.env, KUBECONFIG } });
  return stdout;
}

describe.skipIf(!hasCluster).concurrent(live("credentials"), () => {
  test("come from a file, beside the kubeconfig, with a line break at its end", limit, async ({ expect }) => {
    const place = placeWith({ kubeconfig: text(withUser(admin, { tokenFile: "token" })), token: `${token}\n` });
    expect(await place.plan([`--kubeconfig=${place.directory}/kubeconfig`])).toMatchObject(planned);
    place.write("token", `${canary}\n`);
    expectUnknown(await place.plan(), "does not know who we are");
  });

  test("that are in a file that is missing, are told to be", limit, async () => {
    const place = placeWith({ kubeconfig: text(withUser(admin, { tokenFile: "nowhere" })) });
    expectUnknown(await place.plan(), "nowhere");
  });

  test("that the server does not accept", limit, async () => {
    const place = placeWith({ kubeconfig: text(withUser(admin, { token: canary })) });
    for (const verb of ["plan", "status"]) {
      const run = await place.run([
        verb,
        "--platform=kubernetes",
        `--namespace=${namespace.name}`,
        "--kubeconfig=kubeconfig",
      ]);
      expectUnknown(run, "does not know who we are");
    }
  });

  test(
    "come from a program beside the kubeconfig, run once, that is told what is asked of it",
    limit,
    async ({ expect }) => {
      const place = withProgram(
        `require("node:fs").appendFileSync("ran", JSON.stringify([process.argv.slice(2), process.env.EXTRA, JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind]) + "\\n"); ${printing({ token })}`,
      );
      expect(await place.plan()).toMatchObject(planned);
      expect(readFileSync(join(place.directory, "ran"), "utf8")).toBe('[["one"],"two","ExecCredential"]\n');
    },
  );

  test("of a program are a certificate and its key, too", limit, async ({ expect }) => {
    const user = admin.users[0]?.user ?? {};
    const status = {
      clientCertificateData: pem(user["client-certificate-data"]),
      clientKeyData: pem(user["client-key-data"]),
    };
    expect(await withProgram(printing(status)).plan()).toMatchObject(planned);
  });

  test.for([
    ["fails", "console.error('sign in first'); process.exit(3);", "sign in first"],
    ["fails without a word", "process.exit(3);", "without a word"],
    ["prints no JSON", `console.log("${canary}");`, "is not JSON"],
    ["prints half of it", `process.stdout.write('{"status":{"token":"${canary}"');`, "is not JSON"],
    ["prints something else", `console.log('["${canary}"]');`, "neither a token nor a certificate"],
    ["prints null", "console.log('null');", "neither a token nor a certificate"],
    [
      "prints a token that is none",
      `console.log('{"status":{"token":{"x":"${canary}"}}}');`,
      "neither a token nor a certificate",
    ],
    ["prints an empty token", `console.log('{"status":{"token":""}}');`, "neither a token nor a certificate"],
    ["prints a token that no header may hold", printing({ token: `${canary}\u0001\n${canary}` }), "no credentials"],
  ] as const)(
    "of a program that %s are told to be missing, without what it printed",
    limit,
    async ([, source, words]) => {
      expectUnknown(await withProgram(source).plan(), words);
    },
  );

  test("of a program that is not there", limit, async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "alien-no-such-program" };
    expectUnknown(await placeWith({ kubeconfig: text(withUser(admin, { exec })) }).plan(), "alien-no-such-program");
  });

  test(
    "of a program that does not end are waited for until an interrupt, which ends it too",
    limit,
    async ({ expect }) => {
      const place = withProgram(
        `require("node:fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000);`,
      );
      const plan = place.start(["plan", "--platform=kubernetes", "--kubeconfig=kubeconfig"]);
      const file = join(place.directory, "pid");
      await until(() => existsSync(file) && readFileSync(file, "utf8") !== "", 30_000);
      const pid = Number(readFileSync(file, "utf8"));
      plan.kill("SIGINT");
      expect(await plan.done).toMatchObject({ exitCode: 130, signal: null });
      await until(() => !isAlive(pid), 10_000);
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(!hasCluster).concurrent(live("a cluster"), () => {
  test("has its authority in a file beside the kubeconfig, which is not where we are", limit, async ({ expect }) => {
    const { "certificate-authority-data": data, ...cluster } = clusterOf(admin);
    const place = placeWith({});
    mkdirSync(join(place.directory, "deep"));
    place.write("deep/ca.crt", pem(data));
    place.write("deep/kubeconfig", text(withCluster(admin, { ...cluster, "certificate-authority": "ca.crt" })));
    expect(await place.plan(["--kubeconfig=deep/kubeconfig"])).toMatchObject(planned);
    place.write("deep/kubeconfig", text(withCluster(admin, cluster)));
    const distrusted = await place.plan(["--kubeconfig=deep/kubeconfig"]);
    expect(distrusted.exitCode).toBe(4);
    expect(distrusted.error).toContain("AL6005");
  });

  test("is not checked where the kubeconfig says so", limit, async ({ expect }) => {
    const { "certificate-authority-data": _, ...cluster } = clusterOf(admin);
    const place = placeWith({ kubeconfig: text(withCluster(admin, { ...cluster, "insecure-skip-tls-verify": true })) });
    expect(await place.plan()).toMatchObject(planned);
  });

  test("is reached through the proxy that the kubeconfig names", limit, async ({ expect }) => {
    const proxy = await startConnectProxy();
    const place = placeWith({ kubeconfig: text(withCluster(admin, { ...clusterOf(admin), "proxy-url": proxy.url })) });
    expect(await place.plan()).toMatchObject(planned);
    expect(proxy.asked).toContain(new URL(String(clusterOf(admin).server)).host);
    await proxy.close();
    const gone = await place.plan(["--kubeconfig=kubeconfig", "--retry=1ms"]);
    expect(gone.exitCode).toBe(4);
    expect(gone.error).toContain("AL6004");
  });

  test("is the pod's own, by its account's token and authority", limit, async ({ expect }) => {
    const place = placeWith({});
    const account = join(place.directory, "var/run/secrets/kubernetes.io/serviceaccount");
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, "token"), `${token}\n`);
    writeFileSync(join(account, "ca.crt"), pem(clusterOf(admin)["certificate-authority-data"]));
    writeFileSync(join(account, "namespace"), namespace.name);
    const { hostname, port } = new URL(String(clusterOf(admin).server));
    vi.stubEnv("KUBERNETES_SERVICE_HOST", hostname);
    vi.stubEnv("KUBERNETES_SERVICE_PORT", port);
    const loaded = loadInCluster(place.directory);
    vi.unstubAllEnvs();
    expect(loaded.namespace).toBe(namespace.name);
    const connection = connect(loaded, { sockets: 1 });
    const signal = new AbortController().signal;
    const setting = { connection, effects: realEffects, timing: defaultTiming, onProgress: () => undefined, signal };
    const cluster = createCluster({ ...setting, namespace: namespace.name });
    const { items } = await cluster.list("Secret");
    connection.close();
    expect(items.length).toBeGreaterThan(0);
  });
});

/** A proxy as companies have them: `CONNECT`, then bytes. */
async function startConnectProxy() {
  const asked: string[] = [];
  const clients = new Set<Duplex>();
  const server = createServer().on("connect", ({ url = "" }, client, head) => {
    asked.push(url);
    clients.add(client);
    const { hostname, port } = new URL(`http://${url}`);
    const upstream = connectSocket(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>(resolve => {
        for (const client of clients) client.destroy();
        server.close(() => resolve());
      }),
  };
}

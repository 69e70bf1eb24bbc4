import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { until } from "../targets/until.ts";
import { createCanaries, found, tracesOf } from "./canaries.ts";
import { createWorkplace, type LiveRun } from "./cli.ts";
import { createNamespace, hasCluster, live, type TestNamespace } from "./namespace.ts";
import { buildScriptImage, scriptImage, stays } from "./stage.ts";

const kubeconfig = process.env.KUBECONFIG ?? "";

/** Everything that a daemon could print of what it was given, so that a report that shows its log has it all. */
const printsAll =
  'echo "$PLAIN"; echo "$ODD"; echo "$KEY"; echo "$SHORT"; env | grep ALIEN_; printf %s "$PLAIN" | base64';

const stackText = (script: string): string => `stack: acme
secrets:
  plain: { env: PLAIN }
  key: { env: KEY }
  odd: { env: ODD }
  short: { env: SHORT }
  bound: { env: BOUND }
  commands: { env: COMMANDS }
resources:
  db:
    type: postgres
    binding: { service: external, host: db.acme.dev, port: 5432, database: acme, username: acme, password: { secret: bound } }
  agent:
    type: daemon
    code: { type: image, image: "${scriptImage}" }
    environment:
      SCRIPT: ${JSON.stringify(script)}
      PLAIN: { secret: plain }
      KEY: { secret: key }
      ODD: { secret: odd }
      SHORT: { secret: short }
    links: [db]
    commandsEnabled: true
commands:
  managerUrl: https://manager.example.com/v1
  deploymentId: dep_acme
  token: { secret: commands }
platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1, resources: { requests: { cpu: 1m, memory: 8Mi } } }
`;

const canaries = createCanaries();
const traces = tracesOf(Object.values(canaries));

/** Everything in the cluster but the data of the daemons' own Secrets, the record unpacked. */
async function clusterText(namespace: TestNamespace, more = ""): Promise<string> {
  const kinds = `${more}deployments,secrets,leases,events,serviceaccounts,networkpolicies,configmaps`;
  const { items } = JSON.parse(await namespace.kubectl("get", kinds, "-o", "json"));
  return items
    .map((item: { kind: string; type?: string; data?: Record<string, string>; metadata: { name: string } }) => {
      const { data, ...rest } = item;
      if (item.type === "alien.dev/state")
        return JSON.stringify(rest) + gunzipSync(Buffer.from(data?.record ?? "", "base64"));
      return JSON.stringify(item.metadata.name.includes("-env-") ? rest : item);
    })
    .join("\n");
}

const filesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));

beforeAll(() => {
  if (hasCluster) buildScriptImage();
});

describe.skipIf(!hasCluster).concurrent(live("a secret"), () => {
  test("is in nothing that any verb writes", { timeout: 180_000 }, async ({ onTestFinished }) => {
    const namespace = await createNamespace("canary");
    const workplace = createWorkplace({ "alien.yaml": stackText(`${printsAll}; ${stays}`) });
    onTestFinished(async () => {
      workplace.remove();
      await namespace.remove();
    });
    for (const name of ["home", "cache", "temp"]) mkdirSync(join(workplace.directory, name));
    const [HOME, XDG_CACHE_HOME, TMPDIR] = ["home", "cache", "temp"].map(name => join(workplace.directory, name));
    const environment = { ...canaries, HOME: HOME ?? "", XDG_CACHE_HOME: XDG_CACHE_HOME ?? "", TMPDIR: TMPDIR ?? "" };
    const words = (verb: string, rest: readonly string[]) => [
      verb,
      "--platform",
      "kubernetes",
      "--namespace",
      namespace.name,
      ...rest,
    ];
    const start = (verb: string, ...rest: string[]) => workplace.start(words(verb, rest), { environment });
    const clean = ({ out, error, exitCode }: LiveRun, code: number, verb: string): LiveRun => {
      expect(found(traces, out + error), `${verb}\n${out}${error}`).toEqual([]);
      expect(exitCode, `${verb}\n${out}${error}`).toBe(code);
      return { out, error, exitCode, signal: null, milliseconds: 0 };
    };
    const run = async (code: number, verb: string, ...rest: string[]) =>
      clean(await start(verb, ...rest).done, code, [verb, ...rest].join(" "));
    const settle = ["--settle", "0s"];

    await run(0, "plan", "--format", "json", "--out", "stack.plan");
    const planned = words("apply", ["--plan", "stack.plan", ...settle]).filter(
      word => word !== "--namespace" && word !== namespace.name,
    );
    clean(await workplace.run(planned, { environment }), 0, "apply --plan");

    // The search finds them where they are.
    const [own] = (await namespace.get("secrets")).filter(({ metadata }) => metadata.name.includes("-env-"));
    expect(
      Object.values(canaries).filter(value => found(tracesOf([value]), JSON.stringify(own?.data)).length === 0),
    ).toEqual([]);
    const logs = await start("logs").done;
    for (const name of ["PLAIN", "ODD", "SHORT", "KEY"] as const)
      expect(found(tracesOf([canaries[name]]), logs.out)).not.toEqual([]);

    await run(0, "apply", "--format", "json", ...settle);
    await run(0, "status", "--format", "json");
    await run(0, "outputs", "--format", "github");
    await run(0, "watch", "--exit-code");
    for (const format of ["text", "json"]) {
      const watching = start("watch", "--format", format);
      await until(() => watching.output().length > 0, 60_000);
      watching.kill("SIGTERM");
      clean(await watching.done, 0, "watch");
    }

    expect(found(traces, await clusterText(namespace, "replicasets,pods,"))).toEqual([]);

    // Somebody else put a value where a reference stood, and then another where none belongs.
    const patch = (type: string, change: object) =>
      namespace.kubectl("patch", "deployment", "acme-agent", `--type=${type}`, "-p", JSON.stringify(change));
    const inEnv = (variable: object) => ({
      spec: { template: { spec: { containers: [{ name: "daemon", env: [variable] }] } } },
    });
    await patch("strategic", inEnv({ name: "PLAIN", value: canaries.PLAIN, valueFrom: null }));
    for (const format of ["text", "json", "github", "sarif"]) await run(1, "plan", "--diagnostics", format);
    await patch("json", [{ op: "remove", path: "/spec/template/spec/containers/0/env" }]);
    await patch("strategic", inEnv({ name: "SCRIPT", value: `echo '${canaries.KEY}${canaries.PLAIN}'; ${stays}` }));
    await run(1, "apply", "--diagnostics", "json");
    const forced = await run(0, "plan", "--force-conflicts", "--format", "json", "--out", "forced.plan");
    expect(JSON.stringify(JSON.parse(forced.out))).toContain("***");
    await run(0, "plan", "--force-conflicts");

    workplace.write("alien.yaml", stackText(`${printsAll}; exit 3`));
    const report = await run(3, "apply", "--quiet", "--force-conflicts", "--diagnostics", "json", ...settle);
    expect(report.error).toContain("***");
    JSON.parse(report.error);
    await run(3, "apply", "--force-conflicts", "--no-rollback-on-failure", "--diagnostics", "sarif", ...settle);
    const restarted = await run(3, "restart", ...settle);
    expect(restarted.error).toContain("***");
    await run(3, "status");
    const interrupted = start("apply", ...settle);
    await until(() => interrupted.output().includes("agent"), 60_000);
    interrupted.kill("SIGINT");
    clean(await interrupted.done, 130, "apply, interrupted");

    await run(4, "apply", "--kubeconfig", "alien.yaml");
    workplace.write("bad.env", `PLAIN=x\n${canaries.PLAIN} is no line\n`);
    await run(1, "apply", "--secrets-file", "bad.env");
    // Old ReplicaSets keep what somebody else put there.
    expect(found(traces, await clusterText(namespace))).toEqual([]);
    await run(0, "delete");
    const written = filesUnder(workplace.directory).filter(file => !file.endsWith("bad.env"));
    expect(
      written.filter(file => found(traces, readFileSync(file, "latin1") + readFileSync(file, "utf8")).length > 0),
    ).toEqual([]);
    expect(written.some(file => file.endsWith("forced.plan"))).toBe(true);
  });

  test("of a kubeconfig is in nothing that is written", { timeout: 180_000 }, async ({ onTestFinished }) => {
    const [token, password] = [createCanaries().PLAIN, createCanaries().PLAIN];
    const seen = tracesOf([token, password]);
    const workplace = createWorkplace({ "alien.yaml": stackText(stays) });
    onTestFinished(() => workplace.remove());
    const printed = JSON.stringify({
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: { token },
    });
    const exec = (script: string) => ({
      exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "sh", args: ["-c", script] },
    });
    const users: Readonly<Record<string, object>> = {
      "a token that nobody knows": { token },
      "a token that no header may hold": { token: `${token}\nX` },
      "a key that is none": {
        "client-key-data": Buffer.from(token).toString("base64"),
        "client-certificate-data": Buffer.from(token).toString("base64"),
      },
      "a program that fetches it": exec(`echo '${printed}'`),
      "a program that prints half of it": exec(`echo '${printed.slice(0, -3)}'`),
      "a program that prints it and fails": exec(`echo '${printed}'; echo sorry >&2; exit 1`),
      "a user with a password": { username: "me", password },
    };
    const { server } = loadConfig({ files: [kubeconfig] });
    const address = (server ?? "").replace("://", `://me:${password}@`);
    for (const [title, user] of Object.entries(users)) {
      const config = {
        apiVersion: "v1",
        kind: "Config",
        "current-context": "test",
        clusters: [{ name: "test", cluster: { server: address, "insecure-skip-tls-verify": true } }],
        contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
        users: [{ name: "test", user }],
      };
      workplace.write("config.json", JSON.stringify(config));
      for (const verb of ["plan", "status"]) {
        const words = [verb, "--platform", "kubernetes", "--kubeconfig", "config.json", "--retry", "10ms"];
        const { out, error, exitCode } = await workplace.run(words, { environment: canaries });
        expect([exitCode, found(seen, out + error)], `${title}\n${out}${error}`).toEqual([4, []]);
      }
    }
  });
});

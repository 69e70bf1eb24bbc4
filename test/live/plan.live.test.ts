import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { hasCluster, live } from "./namespace.ts";
import { places, type Scene, steps, withScene } from "./scene.ts";
import { stackOf } from "./stacks.ts";

const limit = 180_000;
const secret = "canary-4f9c2e71";

/** Two daemons: one with a secret, one that can be left out. */
const full = ({ level = "info", more = "" } = {}): string => `stack: acme
secrets:
  token: { env: TOKEN }
resources:
  agent:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    environment: { LEVEL: ${level}, TOKEN: { secret: token } }
${more}platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1 }
`;
const spare = `  spare:
    type: daemon
    code: { type: image, image: "local/pause:1" }
`;
const token = (value = secret) => ({ environment: { TOKEN: value } });
/** What differs between runs. */
const steady = (text: string, { namespace }: Scene): string =>
  text.replaceAll(namespace.name, "NAMESPACE").replaceAll(/-env-[a-z0-9]{8}\b/g, "-env-RANDOM");

describe.skipIf(!hasCluster).concurrent(live("a plan"), () => {
  test("says what is created, updated and deleted, field by field, and no secret", { timeout: limit }, () =>
    withScene("golden", { "alien.yaml": full({ more: spare }) }, async scene => {
      const plan = async (words: string, value?: string) => {
        const { out, error, exitCode } = await scene.run(`plan ${words}`.trim(), token(value));
        expect(out + error).not.toContain(secret);
        return `${steady(out, scene)}Exit code: ${exitCode}\n`;
      };
      expect(await plan("--detailed-exitcode")).toMatchInlineSnapshot(`
        "stack acme on kubernetes, namespace NAMESPACE

        + create NetworkPolicy acme-deny-ingress: it is not there
        + create Secret acme-agent-env-RANDOM (agent): it is not there
        + create Deployment acme-agent (agent): it is not there
        + create Deployment acme-spare (spare): it is not there

        4 to create
        Exit code: 2
        "
      `);
      await scene.apply("", token());
      expect(await plan("--detailed-exitcode")).toMatchInlineSnapshot(`
        "-- stack acme on kubernetes, namespace NAMESPACE: nothing to do, 4 unchanged
        Exit code: 0
        "
      `);
      scene.workplace.write("alien.yaml", full({ level: "debug" }));
      expect(await plan("", `${secret}-2`)).toMatchInlineSnapshot(`
        "stack acme on kubernetes, namespace NAMESPACE

        + create Secret acme-agent-env-RANDOM (agent): a secret value changed
            environment.TOKEN: (secret)
        ~ update Deployment acme-agent (agent): the document changed
            environment.LEVEL: info → debug
            environment.TOKEN: (secret) changed
        - delete Deployment acme-spare (spare): no longer declared
        - delete Secret acme-agent-env-RANDOM (agent): a newer one takes its place

        1 to create, 1 to update, 2 to delete, 1 unchanged
        Exit code: 0
        "
      `);
      expect(await plan("--format json --detailed-exitcode", `${secret}-2`)).toContain('"changed": true');
    }),
  );

  test("replaces a daemon whose variables the server would put in the wrong order", { timeout: limit }, () =>
    withScene("order", { "alien.yaml": cached('"redis://one:1"') }, async scene => {
      await scene.namespace.kubectl("create", "secret", "generic", "cache", "--from-literal=url=redis://two:2");
      await scene.apply();
      scene.workplace.write("alien.yaml", cached("{ secret: url }"));
      const [change] = (await scene.plan()).filter(({ action }) => action !== "unchanged");
      expect(change).toMatchObject({
        action: "replace",
        object: { kind: "Deployment", name: "acme-agent" },
        reason: { kind: "cannot-change", field: "environment" },
      });
      expect(change?.fields).toContainEqual(
        expect.objectContaining({
          field: "environment",
          before: expect.arrayContaining(["ALIEN_CACHE_BINDING"]),
          after: expect.arrayContaining(["ALIEN_CACHE_BINDING"]),
        }),
      );
      const applied = await scene.run("apply --settle 0s");
      expect(applied.exitCode, applied.error).toBe(0);
      const [pod] = (await scene.namespace.get("pods")).filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      );
      const resolved = await scene.namespace.kubectl(
        "exec",
        pod?.metadata.name ?? "",
        "--",
        "sh",
        "-c",
        "echo $ALIEN_CACHE_BINDING",
      );
      expect(JSON.parse(resolved)).toEqual({ service: "redis", connectionUrl: "redis://two:2" });
      expect(steps(await scene.plan())).toEqual([]);
    }),
  );
});

const cached = (url: string): string => `stack: acme
secrets:
  url: { kubernetes: { name: cache, key: url } }
resources:
  cache: { type: kv, binding: { service: redis, connectionUrl: ${url} } }
  agent:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    links: [cache]
platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1 }
`;

describe.skipIf(!hasCluster).concurrent(live("a saved plan"), () => {
  const save = async (scene: Scene, value?: string) => {
    const saved = await scene.run("plan --out the.plan", token(value));
    expect(saved.exitCode, saved.error).toBe(0);
  };
  const applySaved = (scene: Scene, words = "", value?: string) =>
    scene.run(`apply --no-wait --plan the.plan${words === "" ? "" : ` ${words}`}`, token(value));

  test("is its owner's, holds no secret, and is carried out with the secrets of now", { timeout: limit }, () =>
    withScene("saved", { "alien.yaml": full() }, async scene => {
      await save(scene);
      const file = join(scene.workplace.directory, "the.plan");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, "utf8");
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString("base64"));
      const { place, ir, digests, namespace } = JSON.parse(text);
      expect(place).toMatch(/^https:\/\/[^@/]+$/);
      expect([ir.stack, namespace, Object.keys(digests).length]).toEqual(["acme", scene.namespace.name, 3]);
      scene.workplace.write("alien.yaml", "this is not read");
      const applied = await applySaved(scene, "", "another-value");
      expect(applied.exitCode, applied.error).toBe(0);
      const [values] = (await scene.namespace.get("secrets")).filter(({ metadata: { name } }) =>
        name.startsWith("acme-agent-env-"),
      );
      expect(Buffer.from(values?.data.TOKEN, "base64").toString()).toBe("another-value");
      // It has been carried out, so nothing it would do is left to be done.
      expect(await applySaved(scene, "", "another-value")).toMatchObject({
        exitCode: 1,
        findings: [{ name: "plan-outdated" }],
      });
    }),
  );

  test("is refused where what it would change has moved, and not for a status", { timeout: limit }, () =>
    withScene("moved", { "alien.yaml": full() }, async scene => {
      await scene.apply("", token());
      scene.workplace.write("alien.yaml", full({ level: "debug" }));
      await save(scene);
      const before = await scene.versions();
      const container = "/spec/template/spec/containers/0";
      const patch = (op: object) =>
        scene.namespace.kubectl(
          "patch",
          "deployment",
          "acme-agent",
          "--type=json",
          "--field-manager=alien-compile",
          "-p",
          JSON.stringify([op]),
        );
      await patch({ op: "replace", path: `${container}/env/0/value`, value: "trace" });
      expect(await applySaved(scene)).toMatchObject({ exitCode: 1, findings: [{ name: "plan-outdated" }] });
      await patch({ op: "replace", path: `${container}/env/0/value`, value: "info" });
      await scene.namespace.kubectl("delete", "networkpolicies", "acme-deny-ingress");
      const vanished = await applySaved(scene);
      expect(vanished.findings.map(({ message }) => message).join()).toContain("NetworkPolicy/acme-deny-ingress");
      await save(scene);
      await scene.namespace.kubectl(
        "annotate",
        "deployment",
        "acme-agent",
        "deployment.kubernetes.io/revision=7",
        "--overwrite",
      );
      const applied = await applySaved(scene);
      expect(applied.exitCode, applied.error).toBe(0);
      expect(await scene.versions()).not.toEqual(before);
    }),
  );

  test("is refused where another object has the name, though it says the same", { timeout: limit }, () =>
    withScene("reborn", { "alien.yaml": stackOf() }, async scene => {
      await scene.namespace.kubectl("create", "deployment", "acme-agent", "--image=local/pause:1", "--replicas=0");
      await scene.run("plan --adopt --out the.plan");
      await scene.namespace.kubectl("delete", "deployment", "acme-agent");
      await scene.namespace.kubectl("create", "deployment", "acme-agent", "--image=local/pause:1", "--replicas=0");
      const refused = await applySaved(scene);
      expect([refused.exitCode, refused.findings.map(({ message }) => message).join()]).toEqual([
        1,
        expect.stringContaining("Deployment/acme-agent"),
      ]);
    }),
  );

  test("is refused where something moves while the lock is taken", { timeout: limit }, () =>
    withScene("locked", { "alien.yaml": full() }, async scene => {
      await scene.apply("", token());
      scene.workplace.write("alien.yaml", full({ level: "debug" }));
      const proxy = await startFaultProxy({
        kubeconfig: process.env.KUBECONFIG ?? "",
        fault: ({ method, url, count }) =>
          method === "GET" && url.includes("/leases/") && count === 1
            ? { kind: "delay", milliseconds: 4000 }
            : undefined,
      });
      try {
        await scene.run(`plan --out the.plan --kubeconfig ${proxy.kubeconfig}`, token());
        const running = applySaved(scene, `--kubeconfig ${proxy.kubeconfig}`);
        await until(() => proxy.log.some(({ url }) => url.includes("/leases/")), 60_000);
        await scene.namespace.kubectl(
          "set",
          "env",
          "deployment/acme-agent",
          "LEVEL=trace",
          "--field-manager=alien-compile",
        );
        const { exitCode, findings } = await running;
        expect([exitCode, findings.map(({ name }) => name)]).toEqual([1, ["plan-outdated"]]);
        expect(
          await scene.namespace.kubectl("get", "deployment", "acme-agent", "-o", "jsonpath={..env[0].value}"),
        ).toBe("trace");
      } finally {
        await proxy.close();
      }
    }),
  );

  test("is refused when it is damaged, newer, or of another cluster", { timeout: limit }, () =>
    withScene("elsewhere", { "alien.yaml": full() }, async scene => {
      await save(scene);
      const text = readFileSync(join(scene.workplace.directory, "the.plan"), "utf8");
      const file = JSON.parse(text);
      const refusals = [
        text.slice(0, 500),
        JSON.stringify({ ...file, formatVersion: 99 }),
        JSON.stringify({ ...file, place: "https://other.example:6443" }),
      ];
      const said: string[] = [];
      for (const changed of refusals) {
        scene.workplace.write("the.plan", changed);
        const { exitCode, findings } = await applySaved(scene);
        expect([exitCode, places(findings)]).toEqual([1, ["bad-plan-file"]]);
        said.push(findings[0]?.message ?? "");
      }
      expect(said).toEqual([
        "`the.plan` cannot be used as a plan: parts of it are missing or were changed",
        "`the.plan` cannot be used as a plan: a newer version of alien-compile wrote it",
        "`the.plan` cannot be used as a plan: it was made for another cluster, `https://other.example:6443`",
      ]);
      scene.workplace.write("the.plan", text);
      expect(await applySaved(scene, "--namespace default")).toMatchObject({ exitCode: 64 });
      expect(await scene.versions()).toEqual({});
    }),
  );
});

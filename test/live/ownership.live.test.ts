import { describe, expect, test } from "vitest";
import { startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { hasCluster, kubectlRun, live } from "./namespace.ts";
import { type PlannedChange, places, type Scene, steps, withScene } from "./scene.ts";
import { stackOf } from "./stacks.ts";

const limit = 180_000;

/** A stack whose daemon has an account of its own. */
const withProfile = (stack = "acme", daemon = "agent"): string => `stack: ${stack}
permissions:
  profiles:
    execution: {}
resources:
  ${daemon}:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    environment: { LEVEL: info }
    permissions: execution
platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1, resources: { requests: { cpu: 10m } } }
`;

const deploymentOf = async ({ namespace }: Scene) => {
  const [deployment] = await namespace.get("deployments");
  if (deployment === undefined) throw new Error("there is no Deployment");
  return deployment;
};
const environmentOf = async (scene: Scene): Promise<readonly string[]> =>
  ((await deploymentOf(scene)).spec.template.spec.containers[0].env as { name: string; value?: string }[])
    .filter(({ name }) => !name.startsWith("ALIEN_"))
    .map(({ name, value }) => `${name}=${value}`);
const fieldsOf = (changes: readonly PlannedChange[]) =>
  changes.flatMap(({ fields }) => fields.map(({ field }) => field));

describe.skipIf(!hasCluster).concurrent(live("what is not ours"), () => {
  test("is never touched: kubectl's, Helm's, another stack's", { timeout: limit }, () =>
    withScene("foreign", { "alien.yaml": withProfile("acme", "x-agent") }, async scene => {
      const { namespace, workplace } = scene;
      await Promise.all([
        namespace.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: acme-execution-sa }\n"),
        namespace.apply(
          "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: acme-deny-ingress\n  labels: { app.kubernetes.io/managed-by: Helm }\n  annotations: { meta.helm.sh/release-name: shop }\nspec: { podSelector: {} }\n",
        ),
      ]);
      workplace.write("other.yaml", stackOf({ stack: "acme-x" }));
      await scene.apply("-f other.yaml");
      const before = await scene.versions();
      const refused = await scene.run("apply --no-wait");
      expect([refused.exitCode, refused.out]).toEqual([1, ""]);
      expect(
        refused.findings.map(({ name, message }) => `${name}: ${/belongs to `(.*)`/.exec(message)?.[1]}`).sort(),
      ).toEqual([
        "object-not-ours: Helm release shop",
        "object-not-ours: kubectl-client-side-apply",
        "object-not-ours: stack acme-x",
      ]);
      expect(await scene.versions()).toEqual(before);
    }),
  );

  test.each([
    ["kubectl apply", []],
    ["kubectl apply --server-side", ["--server-side"]],
  ])("is taken over from %s with --adopt, and only then", { timeout: limit }, (_, words) =>
    withScene("adopt", { "alien.yaml": stackOf({ environment: { A: "one", B: "two" } }) }, async scene => {
      const { namespace, workplace } = scene;
      const { out } = await workplace.run(["render", "--platform", "kubernetes"]);
      await kubectlRun(["-n", namespace.name, "apply", ...words, "-f", "-"], out);
      workplace.write("alien.yaml", stackOf({ environment: { A: "one" } }));
      const before = await scene.versions();
      const refused = await scene.run("apply --no-wait");
      expect(refused.exitCode).toBe(1);
      expect(new Set(refused.findings.map(({ name }) => name))).toEqual(new Set(["object-not-ours"]));
      expect(refused.findings[0]?.help).toContain("--adopt");
      expect(await scene.versions()).toEqual(before);

      const planned = await scene.plan("--adopt");
      expect(steps(planned)).toEqual(["adopt NetworkPolicy/acme-deny-ingress", "adopt Deployment/acme-agent"]);
      expect(planned.map(({ reason }) => reason.owner)).toEqual(
        Array(2).fill(words.length > 0 ? "kubectl" : "kubectl-client-side-apply"),
      );
      expect(fieldsOf(planned)).toContain("environment.B");
      await scene.apply("--adopt");
      expect(await environmentOf(scene)).toEqual(["A=one"]);
      const adopted = await scene.versions();
      expect((await scene.apply()).out).not.toBe("");
      expect(await scene.versions()).toEqual(adopted);

      workplace.write("alien.yaml", stackOf());
      await scene.apply();
      expect(await environmentOf(scene)).toEqual([]);
    }),
  );

  test("is replaced where its selector is another", { timeout: limit }, () =>
    withScene("selector", { "alien.yaml": stackOf() }, async scene => {
      await scene.namespace.kubectl("create", "deployment", "acme-agent", "--image=local/pause:1", "--replicas=0");
      const { uid } = (await deploymentOf(scene)).metadata;
      const [, deployment] = await scene.plan("--adopt");
      expect(deployment).toMatchObject({ action: "replace", reason: { kind: "cannot-change" } });
      expect(String(deployment?.reason.field)).toContain("selector");
      await scene.apply("--adopt");
      expect((await deploymentOf(scene)).metadata.uid).not.toBe(uid);
      expect(steps(await scene.plan())).toEqual([]);
    }),
  );

  test("is a copy of what is ours", { timeout: limit }, () =>
    withScene("copy", { "alien.yaml": stackOf() }, async scene => {
      await scene.apply();
      const [policy] = await scene.namespace.get("networkpolicies");
      await scene.namespace.kubectl("delete", "networkpolicies", "acme-deny-ingress");
      const { name, labels, annotations } = policy?.metadata ?? {};
      await kubectlRun(
        ["-n", scene.namespace.name, "create", "-f", "-"],
        JSON.stringify({ ...policy, metadata: { name, labels, annotations } }),
      );
      const before = await scene.versions();
      expect(await scene.run("apply --no-wait")).toMatchObject({
        exitCode: 1,
        findings: [{ name: "object-not-ours" }],
      });
      expect(await scene.versions()).toEqual(before);
      expect(await scene.run("delete --no-wait")).toMatchObject({ exitCode: 0 });
      expect(await scene.namespace.get("networkpolicies")).toHaveLength(1);
    }),
  );
});

describe.skipIf(!hasCluster).concurrent(live("a stack"), () => {
  test("without its record is refused, and taken over without a restart", { timeout: limit }, () =>
    withScene("record", { "alien.yaml": stackOf() }, async scene => {
      await scene.apply();
      const { metadata } = await deploymentOf(scene);
      await scene.namespace.kubectl("delete", "secret", "alien-acme-state");
      const before = await scene.versions();
      expect(await scene.run("apply --no-wait")).toMatchObject({ exitCode: 1, findings: [{ name: "record-missing" }] });
      expect(await scene.run("delete --no-wait")).toMatchObject({
        exitCode: 1,
        findings: [{ name: "record-missing" }],
      });
      expect(await scene.versions()).toEqual(before);
      await scene.apply("--adopt");
      const { "Secret/alien-acme-state": record, ...others } = await scene.versions();
      expect(record).toBeDefined();
      // What was taken over is noted as ours: of a Deployment nothing is counted that would restart a pod.
      expect(Object.keys(others)).toEqual(Object.keys(before));
      expect((await deploymentOf(scene)).metadata).toMatchObject({
        uid: metadata.uid,
        generation: metadata.generation,
      });
      expect(steps(await scene.plan())).toEqual([]);
      expect(await scene.run("delete --no-wait")).toMatchObject({ exitCode: 0 });
      expect(await scene.versions()).not.toHaveProperty("NetworkPolicy/acme-deny-ingress");
    }),
  );

  test("of another repository is refused, by workflow and by git remote", { timeout: limit }, () =>
    withScene("source", { "alien.yaml": stackOf() }, async scene => {
      const from = (repository: string) => ({ environment: { GITHUB_REPOSITORY: repository } });
      await scene.apply("", from("acme/one"));
      const before = await scene.versions();
      const other = await scene.run("apply --no-wait", from("acme/two"));
      expect([other.exitCode, places(other.findings)]).toEqual([1, ["other-source 1:1"]]);
      expect(other.findings[0]?.message).toContain("`github.com/acme/one`, and this is `github.com/acme/two`");
      expect(await scene.run("plan", from("acme/two"))).toMatchObject({ exitCode: 1 });
      expect(await scene.versions()).toEqual(before);
      await scene.apply("--adopt", from("acme/two"));
      expect(await scene.run("apply --no-wait", from("acme/two"))).toMatchObject({ exitCode: 0, findings: [] });
      expect(await scene.run("apply --no-wait", from("acme/one"))).toMatchObject({ exitCode: 1 });
    }),
  );

  test("that became empty is deleted only with --allow-empty, the namespace never", { timeout: limit }, () =>
    withScene("empty", { "alien.yaml": stackOf() }, async scene => {
      await scene.apply();
      scene.workplace.write("alien.yaml", "stack: acme\nresources: {}\n");
      const before = await scene.versions();
      expect(await scene.run("apply --no-wait")).toMatchObject({
        exitCode: 1,
        findings: [{ name: "empty-stack" }, { name: "no-daemon" }],
      });
      expect(await scene.versions()).toEqual(before);
      await scene.apply("--allow-empty");
      expect(Object.keys(await scene.versions())).toEqual(["Secret/alien-acme-state"]);
      expect(await scene.run("delete")).toMatchObject({ exitCode: 0 });
      expect(await scene.versions()).toEqual({});
      expect(
        await scene.namespace.kubectl("get", "namespace", scene.namespace.name, "-o", "jsonpath={.status.phase}"),
      ).toBe("Active");
    }),
  );

  test("loses exactly what it does not declare any more", { timeout: limit }, () =>
    withScene("prune", { "alien.yaml": two() }, async scene => {
      await scene.apply();
      await scene.namespace.apply(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: somebody\n  labels: { alien.dev/stack: acme, app.kubernetes.io/managed-by: alien-compile }\n  annotations: { alien.dev/stack: acme }\n",
      );
      const {
        "Deployment/acme-b": _b,
        "ServiceAccount/acme-second-sa": _sa,
        "Secret/alien-acme-state": _s,
        ...rest
      } = await scene.versions();
      expect(Object.keys(rest)).toHaveLength(4);
      scene.workplace.write(
        "alien.yaml",
        two()
          .replace(/ {2}b:\n(?: {4}.*\n)+/, "")
          .replace("    second: {}\n", ""),
      );
      expect(steps(await scene.plan())).toEqual(["delete Deployment/acme-b", "delete ServiceAccount/acme-second-sa"]);
      await scene.apply();
      const { "Secret/alien-acme-state": _, ...left } = await scene.versions();
      expect(left).toEqual(rest);
    }),
  );

  test("spares what somebody made in place of its own while it is at work", { timeout: limit }, () =>
    withScene("spare", { "alien.yaml": two() }, async scene => {
      await scene.apply();
      scene.workplace.write(
        "alien.yaml",
        two().replace("    permissions: second\n", "").replace("    second: {}\n", ""),
      );
      const held = "serviceaccounts/acme-second-sa";
      const proxy = await startFaultProxy({
        kubeconfig: process.env.KUBECONFIG ?? "",
        fault: ({ method, url }) =>
          method === "DELETE" && url.includes(held) ? { kind: "delay", milliseconds: 6000 } : undefined,
      });
      try {
        const running = scene.run(`apply --no-wait --kubeconfig ${proxy.kubeconfig}`);
        await until(() => proxy.log.some(({ method }) => method === "DELETE"), 60_000);
        await scene.namespace.kubectl("delete", "serviceaccount", "acme-second-sa");
        await scene.namespace.kubectl("create", "serviceaccount", "acme-second-sa");
        const { exitCode, error } = await running;
        expect(proxy.log.filter(({ method }) => method === "DELETE").length).toBeGreaterThan(0);
        expect(await scene.namespace.get("serviceaccounts")).toContainEqual(
          expect.objectContaining({ metadata: expect.objectContaining({ name: "acme-second-sa" }) }),
        );
        expect(error).not.toMatch(/^\s+at /m);
        expect(exitCode).toBe(0);
      } finally {
        await proxy.close();
      }
    }),
  );
});

const two = (): string => `stack: acme
permissions:
  profiles:
    first: {}
    second: {}
resources:
  a:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    permissions: first
  b:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    permissions: second
platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1 }
`;

describe.skipIf(!hasCluster).concurrent(live("a field of another manager"), () => {
  const container = "/spec/template/spec/containers/0";
  const patch = [
    { op: "replace", path: "/spec/replicas", value: 2 },
    { op: "replace", path: `${container}/image`, value: "busybox:latest" },
    { op: "replace", path: `${container}/env/0/value`, value: "debug" },
    { op: "add", path: `${container}/env/-`, value: { name: "EXTRA", value: "theirs" } },
    { op: "replace", path: `${container}/resources/requests/cpu`, value: "20m" },
    { op: "add", path: "/metadata/annotations/theirs", value: "kept" },
  ];

  test("is a finding at its line, and --force-conflicts takes exactly it", { timeout: limit }, () =>
    withScene("conflict", { "alien.yaml": withProfile() }, async scene => {
      await scene.apply();
      await scene.namespace.kubectl("patch", "deployment", "acme-agent", "--type=json", "-p", JSON.stringify(patch));
      const before = await scene.versions();
      const refused = await scene.run("apply --no-wait");
      expect(refused.exitCode).toBe(1);
      expect([...places(refused.findings)].sort()).toEqual([
        "field-conflict 13:76",
        "field-conflict 6:3",
        "field-conflict 8:33",
        "field-conflict 9:27",
      ]);
      const said = refused.findings.map(({ message, help }) => `${message}; ${help}`).join("\n");
      for (const words of [
        "`2` there and `1`",
        "`busybox:latest` there and `local/pause:1`",
        "`debug` there and `info`",
        "`20m` there and `10m`",
      ])
        expect(said).toContain(words);
      expect(said.match(/managed by `kubectl-patch`/g)).toHaveLength(4);
      expect(await scene.versions()).toEqual(before);

      await scene.apply("--force-conflicts");
      const { metadata, spec } = await deploymentOf(scene);
      expect([metadata.annotations?.theirs, spec.replicas]).toEqual(["kept", 1]);
      expect(await environmentOf(scene)).toEqual(["LEVEL=info", "EXTRA=theirs"]);
      expect(spec.template.spec.containers[0]).toMatchObject({
        image: "local/pause:1",
        resources: { requests: { cpu: "10m" } },
      });
      expect(steps(await scene.plan())).toEqual([]);
    }),
  );

  test("that writes under our name is drift", { timeout: limit }, () =>
    withScene("samename", { "alien.yaml": withProfile() }, async scene => {
      await scene.apply();
      await scene.namespace.kubectl(
        "set",
        "env",
        "deployment/acme-agent",
        "LEVEL=debug",
        "--field-manager=alien-compile",
      );
      const [change] = (await scene.plan()).filter(({ action }) => action !== "unchanged");
      expect(change).toMatchObject({
        action: "update",
        reason: { kind: "drifted" },
        fields: [{ field: "environment.LEVEL", before: "debug", after: "info" }],
      });
      await scene.apply();
      expect(await environmentOf(scene)).toEqual(["LEVEL=info"]);
      expect(steps(await scene.plan())).toEqual([]);
    }),
  );

  test("that scales, as an autoscaler does, is not overlooked", { timeout: limit }, () =>
    withScene("scale", { "alien.yaml": withProfile() }, async scene => {
      await scene.apply();
      await scene.namespace.kubectl("scale", "deployment", "acme-agent", "--replicas=2");
      const run = await scene.run("plan --format json");
      const changes: readonly PlannedChange[] = run.exitCode === 0 ? JSON.parse(run.out).changes : [];
      // Servers before 1.22 do not note who scaled.
      const isSeen =
        run.exitCode === 0
          ? fieldsOf(changes).includes("spec.replicas")
          : run.findings.some(({ name }) => name === "field-conflict");
      expect(isSeen, `${run.out}${run.error}`).toBe(true);
      await scene.apply("--force-conflicts");
      expect((await deploymentOf(scene)).spec.replicas).toBe(1);
    }),
  );
});

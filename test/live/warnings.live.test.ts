import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { createNamespace, hasCluster, live } from "./namespace.ts";
import { places, type Scene, withScene } from "./scene.ts";
import { stackOf } from "./stacks.ts";

const limit = 180_000;
const warned = async (scene: Scene, line = "plan", environment: Readonly<Record<string, string>> = {}) => {
  const { findings, exitCode, error } = await scene.run(line, { environment });
  expect(exitCode, error).toBe(0);
  return places(findings);
};
const from = (scene: Scene) => ({ GITHUB_REPOSITORY: `acme/${scene.namespace.name}` });

describe.skipIf(!hasCluster).concurrent(live("a renamed stack"), () => {
  test("warns of what it leaves behind, by its first apply", { timeout: limit }, () =>
    withScene("renamed", { "alien.yaml": stackOf({ stack: "roamer" }) }, async scene => {
      const [environment, other] = [from(scene), await createNamespace("moved")];
      try {
        await scene.apply("", { environment });
        scene.workplace.write("alien.yaml", stackOf({ stack: "better" }));
        expect(await warned(scene, "plan", { GITHUB_REPOSITORY: "acme/unrelated" })).toEqual([]);
        expect(await warned(scene, "apply --no-wait", environment)).toEqual(["stack-left-behind 1:1"]);
        expect(await warned(scene, "apply --no-wait", environment)).toEqual([]);
        scene.workplace.write("alien.yaml", stackOf({ stack: "roamer" }));
        const moved = await scene.run(`plan --platform kubernetes --namespace ${other.name}`, { environment });
        expect(moved.findings.map(({ name }) => name)).toEqual(["stack-left-behind", "stack-left-behind"]);
        expect(moved.findings.map(({ help }) => help).join("\n")).toContain(
          `alien-compile delete --stack roamer --platform kubernetes --namespace ${scene.namespace.name}`,
        );
      } finally {
        await other.remove();
      }
    }),
  );
});

const quota = (hard: string): string =>
  `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: strict }\nspec: { hard: { ${hard} } }\n`;
const range = (limits: string): string =>
  `apiVersion: v1\nkind: LimitRange\nmetadata: { name: defaults }\nspec: { limits: [{ type: Container, ${limits} }] }\n`;
const limits = 'limits.cpu: "4", limits.memory: 4Gi, requests.cpu: "4"';

describe.skipIf(!hasCluster).concurrent(live("a quota that wants limits"), () => {
  test("is named at the pod, as long as no LimitRange gives all of them", { timeout: limit }, () =>
    withScene("quota", { "alien.yaml": stackOf() }, async scene => {
      await scene.namespace.apply(quota(limits));
      const { findings } = await scene.run("plan");
      expect(places(findings)).toEqual(["quota-wants-limits 8:5"]);
      expect(findings[0]?.message).toContain("`limits.cpu` and `limits.memory`");
      scene.workplace.write("alien.yaml", stackOf().replace(/platforms:[\s\S]*/, ""));
      expect(await warned(scene)).toEqual(["quota-wants-limits 3:3"]);
      await scene.namespace.apply(range("default: { cpu: 100m }"));
      expect((await scene.run("plan")).findings.map(({ message }) => message).join()).toMatch(
        /that set `limits.memory`$/,
      );
      await scene.namespace.apply(range("default: { cpu: 100m, memory: 64Mi }"));
      expect(await warned(scene)).toEqual([]);
      await scene.namespace.kubectl("delete", "limitrange", "defaults");
      scene.workplace.write(
        "alien.yaml",
        stackOf().replace("1 }", "1, resources: { limits: { cpu: 100m, memory: 64Mi } } }"),
      );
      expect(await warned(scene)).toEqual([]);
    }),
  );
});

describe.skipIf(!hasCluster).concurrent(live("a pull secret"), () => {
  test("that is not there is a warning at its name", { timeout: limit }, () =>
    withScene(
      "pullsecret",
      { "alien.yaml": stackOf({ more: "    imagePullSecrets: [there, missing]\n" }) },
      async scene => {
        await scene.namespace.kubectl(
          "create",
          "secret",
          "docker-registry",
          "there",
          "--docker-server=r",
          "--docker-username=u",
          "--docker-password=p",
        );
        expect(await warned(scene)).toEqual(["pull-secret-missing 9:31"]);
      },
    ),
  );
});

const docker = async (words: readonly string[], input?: string): Promise<void> => {
  const running = promisify(execFile)("docker", [...words]);
  running.child.stdin?.end(input ?? "");
  await running;
};
const push = async (image: string, label: string): Promise<void> => {
  await docker(["build", "--quiet", "--tag", image, "-"], `FROM local/pause:1\nLABEL version=${label}\n`);
  await docker(["push", "--quiet", image]);
};

describe.skipIf(!hasCluster)(live("a tag that is pushed again"), () => {
  test("is a warning where the node keeps what it has", { timeout: limit }, () =>
    withScene("tag", {}, async scene => {
      const image = `127.0.0.1:5000/${scene.namespace.name}:v1`;
      try {
        // Nobody else has the same image: of several repositories the node names any.
        await push(image, `${scene.namespace.name}-one`);
        scene.workplace.write("alien.yaml", stackOf({ image }));
        const first = await scene.run("apply --settle 0s");
        expect([first.exitCode, first.findings]).toEqual([0, []]);
        expect(await warned(scene)).toEqual([]);
        await push(image, `${scene.namespace.name}-two`);
        // The registry is given two seconds, and then nothing is said.
        for (const verb of ["plan", "apply --no-wait"]) {
          await until(async () => (await warned(scene, verb)).join() === "tag-not-pulled 5:33", 30_000);
        }
        expect(await warned(scene, "status")).toEqual([]);
        const blind = await startFaultProxy({
          kubeconfig: process.env.KUBECONFIG ?? "",
          fault: ({ url }) => (/\/pods\?/.test(url) ? { kind: "status", status: 403 } : undefined),
        });
        try {
          expect(await warned(scene, `plan --kubeconfig ${blind.kubeconfig}`)).toEqual([]);
        } finally {
          await blind.close();
        }
        scene.workplace.write("alien.yaml", stackOf({ image: `${image}-other` }));
        expect(await warned(scene)).toEqual([]);
      } finally {
        await docker(["image", "rm", "--force", image]);
      }
    }),
  );
});

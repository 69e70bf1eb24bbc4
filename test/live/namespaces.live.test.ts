import { afterAll, describe, test } from "vitest";
import { adminConfig, bindingText, impersonating, listText, roleText } from "./accounts.ts";
import { createWorkplace, type LiveRun, type Workplace } from "./cli.ts";
import { createNamespace, hasCluster, kubectlRun, live } from "./namespace.ts";
import { stackOf } from "./stacks.ts";

const limit = { timeout: 180_000 };
const json = "--diagnostics=json";
const here = ["--platform=kubernetes"];
const made: string[] = [];
const places: Workplace[] = [];
const missing = (name: string): string => {
  const namespace = `alien-ns-${name}-${process.pid}`;
  made.push(namespace);
  return namespace;
};
const placeWith = (text: string): Workplace => {
  const place = createWorkplace({ "alien.yaml": text });
  places.push(place);
  return place;
};

interface Finding {
  readonly name: string;
  readonly message: string;
  readonly argument?: string;
  readonly range?: { readonly start: { readonly line: number } };
}

const findingsOf = ({ error }: LiveRun): readonly Finding[] => {
  const lines = error.split("\n");
  const line = lines.findIndex(text => text.startsWith("{"));
  return line < 0 ? [] : JSON.parse(lines.slice(line).join("\n")).diagnostics;
};

/** A stack with a profile: its RoleBinding cannot be tried before its Role and its namespace are there. */
const withProfile = (namespace?: string): string =>
  stackOf({ more: namespace === undefined ? "" : `    namespace: ${namespace}\n` })
    .replace(
      "resources:\n",
      "permissions:\n  profiles:\n    execution:\n      vault: [vault/data-read]\nresources:\n  vault: { type: vault, keys: [KEY] }\n",
    )
    .replace("    type: daemon\n", "    type: daemon\n    permissions: execution\n    links: [vault]\n");

describe.skipIf(!hasCluster).concurrent(live("the namespace"), () => {
  afterAll(async () => {
    for (const place of places) place.remove();
    await kubectlRun(["delete", "namespace", ...made, "--ignore-not-found", "--wait=false"]);
  }, 60_000);

  test("is the flag's, then the file's, then the context's, then `default`", limit, async ({ expect }) => {
    const [flag, file, context] = ["flag", "file", "context"].map(missing) as [string, string, string];
    const config = await adminConfig();
    const contextOf = (namespace: string | undefined) =>
      JSON.stringify({
        ...config,
        contexts: (config.contexts as { name: string; context: object }[]).map(one => ({
          ...one,
          context: { ...one.context, namespace },
        })),
      });
    const place = placeWith(stackOf({ more: `    namespace: ${file}\n` }));
    place.write("silent.yaml", stackOf());
    place.write("with", contextOf(context));
    place.write("without", contextOf(undefined));
    const asked = async (...words: string[]) => {
      const run = await place.run(["plan", ...words, ...here, "--format=json", json, "--create-namespace"]);
      return [run.exitCode, JSON.parse(run.out).namespace];
    };
    const named = "--kubeconfig=with";
    expect(
      await Promise.all([
        asked("alien.yaml", `--namespace=${flag}`, named),
        asked("alien.yaml", named),
        asked("silent.yaml", named),
        asked("silent.yaml", "--kubeconfig=without"),
      ]),
    ).toEqual([
      [0, flag],
      [0, file],
      [0, context],
      [0, "default"],
    ]);
  });

  test("that is missing is a finding, at the line or the flag that says it", limit, async ({ expect }) => {
    const name = missing("gone");
    const place = placeWith(stackOf({ more: `    namespace: ${name}\n` }));
    place.write("silent.yaml", stackOf());
    for (const verb of ["plan", "apply"]) {
      const [inFile, byFlag] = await Promise.all([
        place.run([verb, "alien.yaml", ...here, json]),
        place.run([verb, "silent.yaml", `--namespace=${name}`, ...here]),
      ]);
      expect(inFile.exitCode).toBe(1);
      expect(findingsOf(inFile)).toMatchObject([{ name: "namespace-missing", range: { start: { line: 9 } } }]);
      expect(byFlag.exitCode).toBe(1);
      expect(byFlag.error).toContain(`the namespace \`${name}\` does not exist`);
    }
    expect(await kubectlRun(["get", "namespace", name, "--ignore-not-found"])).toBe("");
  });

  test("is created when that is asked for, as the plan says; and it is never deleted", limit, async ({ expect }) => {
    const name = missing("made");
    const place = placeWith(withProfile(name));
    const plan = await place.run(["plan", ...here, "--create-namespace", "--format=json"]);
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(plan.out).changes.slice(0, 2)).toMatchObject([
      {
        action: "create",
        object: { apiVersion: "v1", kind: "Namespace", name },
        path: "/platforms/kubernetes/namespace",
      },
      { action: "create", object: { kind: expect.not.stringMatching("Namespace") } },
    ]);
    expect(JSON.parse(plan.out).changes.map(({ object }: { object: { kind: string } }) => object.kind)).toContain(
      "RoleBinding",
    );
    expect((await place.run(["plan", ...here, "--create-namespace"])).out).toContain(
      `+ create Namespace ${name}: it is not there`,
    );
    expect(await kubectlRun(["get", "namespace", name, "--ignore-not-found"])).toBe("");
    const saved = await place.run(["plan", ...here, "--create-namespace", "--out=plan.json"]);
    expect(saved).toMatchObject({ exitCode: 0 });
    const apply = await place.run(["apply", "--plan=plan.json", "--no-wait"]);
    expect(apply).toMatchObject({ exitCode: 0 });
    expect(apply.error).toContain(`Namespace/${name}`);
    const again = await place.run(["plan", ...here, "--create-namespace"]);
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining("nothing to do") });
    expect(await place.run(["delete", "--no-wait", ...here])).toMatchObject({ exitCode: 0 });
    expect(await kubectlRun(["get", "namespace", name, "-o", "jsonpath={.status.phase}"])).toBe("Active");
  });

  test(
    "cannot be created by who may not: the plan shows it, nothing is written",
    limit,
    async ({ expect, onTestFinished }) => {
      const user = `alien-looks-${process.pid}`;
      const name = missing("denied");
      // May look everywhere, which is how they know that it is missing.
      await kubectlRun([
        "create",
        "clusterrole",
        user,
        "--verb=get,list",
        "--resource=namespaces,deployments.apps,secrets,networkpolicies.networking.k8s.io",
      ]);
      onTestFinished(async () => void (await kubectlRun(["delete", "clusterrole,clusterrolebinding", user])));
      await kubectlRun(["create", "clusterrolebinding", user, `--clusterrole=${user}`, `--user=${user}`]);
      const place = placeWith(stackOf());
      place.write("kubeconfig", await impersonating(user));
      const call = [`--namespace=${name}`, "--create-namespace", "--kubeconfig=kubeconfig", ...here];
      const plan = await place.run(["plan", ...call]);
      expect(plan).toMatchObject({ exitCode: 0, out: expect.stringContaining(`create Namespace ${name}`) });
      const apply = await place.run(["apply", ...call, json]);
      expect(apply.exitCode).toBe(4);
      expect(findingsOf(apply)).toMatchObject([
        { name: "forbidden", message: expect.stringContaining("may not create `namespaces` in the whole cluster") },
      ]);
      expect(await kubectlRun(["get", "namespace", name, "--ignore-not-found"])).toBe("");
    },
  );

  test("that one may not look at, and that is missing, is told too", limit, async ({ expect, onTestFinished }) => {
    const user = `alien-blind-${process.pid}`;
    const verbs = "--verb=get,list,watch,create,update,patch,delete";
    const resources =
      "deployments.apps,replicasets.apps,pods,secrets,leases.coordination.k8s.io,networkpolicies.networking.k8s.io";
    await kubectlRun(["create", "clusterrole", user, verbs, `--resource=${resources}`]);
    onTestFinished(async () => void (await kubectlRun(["delete", "clusterrole,clusterrolebinding", user])));
    await kubectlRun(["create", "clusterrolebinding", user, `--clusterrole=${user}`, `--user=${user}`]);
    const place = placeWith(stackOf());
    place.write("kubeconfig", await impersonating(user));
    const run = await place.run([
      "apply",
      `--namespace=${missing("unseen")}`,
      "--kubeconfig=kubeconfig",
      ...here,
      json,
    ]);
    expect(findingsOf(run)).toMatchObject([{ name: "namespace-missing" }]);
    expect(run.exitCode).toBe(1);
  });

  test("is enough: nothing in the whole cluster is asked for that one has to have", limit, async ({ expect }) => {
    const namespace = await createNamespace("ns-only");
    made.push(namespace.name);
    const user = "alien-inside";
    await namespace.apply(
      listText(
        roleText(user, [
          { apiGroups: ["", "apps", "coordination.k8s.io", "networking.k8s.io"], resources: ["*"], verbs: ["*"] },
        ]),
        bindingText(user, user),
      ),
    );
    const place = placeWith(stackOf());
    place.write("kubeconfig", await impersonating(user));
    const run = await place.run([
      "apply",
      "--no-wait",
      `--namespace=${namespace.name}`,
      "--kubeconfig=kubeconfig",
      ...here,
    ]);
    expect(run).toMatchObject({ exitCode: 0 });
  });
});

import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import {
  adminConfig,
  bindingText,
  createAccount,
  documentedRoles,
  impersonating,
  listText,
  roleText,
  withUser,
} from "./accounts.ts";
import { type Asked, askedRights } from "./asked-rights.ts";
import { createWorkplace, type LiveRun, type Workplace } from "./cli.ts";
import { createNamespace, hasCluster, live, type TestNamespace } from "./namespace.ts";

const limit = { timeout: 300_000 };
const roles = documentedRoles();
const rulesOf = (name: string) => roles.get(name)?.rules ?? [];
/** `get secrets`, `create deployments.apps`. */
const verbsOf = (name: string): readonly Asked[] =>
  rulesOf(name).flatMap(({ apiGroups: [group = ""], resources, verbs }) =>
    resources.flatMap(resource =>
      verbs.map(verb => ({ verb, resource: group === "" ? resource : `${resource}.${group}` })),
    ),
  );

const stack = ({ image = "local/pause:1", level = "info" } = {}): string => `stack: acme
permissions:
  profiles:
    execution:
      credentials: [vault/data-read]
secrets:
  password: { env: PASSWORD }
resources:
  credentials: { type: vault, keys: [API_KEY] }
  agent:
    type: daemon
    code: { type: image, image: "${image}" }
    environment: { LEVEL: ${level}, PASSWORD: { secret: password } }
    links: [credentials]
    permissions: execution
platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1 }
`;

const lineOf = (text: string): number =>
  stack()
    .split("\n")
    .findIndex(line => line.includes(text)) + 1;

/** A place to work from as somebody, in a namespace. */
async function workplaceFor(kubeconfig: string, namespace: string) {
  const place = createWorkplace({ "alien.yaml": stack(), "kubeconfig.yaml": kubeconfig });
  const run = (...words: readonly string[]): Promise<LiveRun> =>
    place.run([...words, ...common(namespace)], { environment });
  return {
    ...place,
    run,
    render: () => place.run(["render", "--platform=kubernetes", `--namespace=${namespace}`]),
    start: (...words: string[]) => place.start([...words, ...common(namespace)], { environment }),
  };
}
const environment = { PASSWORD: "hunter2-canary" };
const common = (namespace: string) => [
  "--platform=kubernetes",
  "--kubeconfig=kubeconfig.yaml",
  `--namespace=${namespace}`,
];

interface Finding {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly range?: { readonly start: { readonly line: number } };
}

const findingsOf = ({ error }: LiveRun): readonly Finding[] => {
  const line = error.split("\n").findIndex(text => text.startsWith("{"));
  return line < 0 ? [] : JSON.parse(error.split("\n").slice(line).join("\n")).diagnostics;
};
const json = "--diagnostics=json";

/** Nothing of ours is in a namespace. */
async function nothingWritten(namespace: TestNamespace): Promise<void> {
  const kinds = "deployments,secrets,serviceaccounts,roles,rolebindings,networkpolicies,leases";
  const ours = await namespace.get(kinds, "-l", "alien.dev/stack=acme");
  expect(ours.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
}

const expectRefused = (run: LiveRun, verb: string): void => {
  expect(run, verb).toMatchObject({ exitCode: 4, signal: null });
  expect(run.out + run.error, verb).not.toMatch(/^\s+at |internal error|AL9/m);
};

describe.skipIf(!hasCluster)(live("the documented Roles"), () => {
  let namespace: TestNamespace;
  const places: Pick<Workplace, "remove">[] = [];
  beforeAll(async () => {
    namespace = await createNamespace("rights");
    await namespace.kubectl("apply", "-f", "docs/kubernetes-role.yaml");
  }, 60_000);
  afterAll(async () => {
    for (const place of places) place.remove();
    await namespace.remove();
  }, 60_000);

  test("are enough for every command, and nothing in them is for none", limit, async () => {
    const [deploy, read] = await Promise.all([
      createAccount(namespace, "deployer", "alien-compile-deploy"),
      createAccount(namespace, "reader", "alien-compile-read"),
    ]);
    const admin = await adminConfig();
    const token = createWorkplace({ kubeconfig: JSON.stringify(withUser(admin, { token: deploy })) });
    const proxy = await startFaultProxy({ kubeconfig: `${token.directory}/kubeconfig` });
    const through = {
      ...admin,
      clusters: admin.clusters.map(({ name }) => ({ name, cluster: { server: proxy.url } })),
    };
    const deployer = await workplaceFor(JSON.stringify(withUser(through, {})), namespace.name);
    const reader = await workplaceFor(JSON.stringify(withUser(admin, { token: read })), namespace.name);
    places.push(token, deployer, reader);
    const succeed = async (...words: string[]): Promise<LiveRun> => {
      const run = await deployer.run(...words);
      expect(run, words.join(" ")).toMatchObject({ exitCode: 0 });
      return run;
    };

    await succeed("apply", "--settle=1s");
    expect((await succeed("plan", "--detailed-exitcode")).out).toContain("nothing to do");
    await readEverything(reader, namespace);

    deployer.write("alien.yaml", stack({ level: "debug" }));
    await succeed("apply", "--no-wait");
    await succeed("restart", "--no-wait");
    await deployer.run("status");
    await succeed("outputs");
    await succeed("logs");
    await watchOnce(deployer);
    deployer.write("alien.yaml", stack({ image: "127.0.0.1:5000/nothing/here:1" }));
    const failed = await deployer.run("apply", "--settle=1s", "--adopt", "--force-conflicts");
    expect(failed, "rollback").toMatchObject({ exitCode: 3 });
    expect(failed.error).toContain("AL6");
    await succeed("delete");
    await nothingWritten(namespace);

    const used = new Set(proxy.log.flatMap(askedRights).map(({ verb, resource }) => `${verb} ${resource}`));
    await proxy.close();
    const looked = verbsOf("alien-compile-deploy").filter(({ verb, resource }) => !used.has(`${verb} ${resource}`));
    expect(lookedAt).toEqual(expect.arrayContaining(looked.map(({ verb, resource }) => `${verb} ${resource}`)));
  });
});

/** Used for what has the name of something of ours and is not ours, or was written by a controller meanwhile. */
const lookedAt = [
  "get deployments.apps",
  "get networkpolicies.networking.k8s.io",
  "get serviceaccounts",
  "get roles.rbac.authorization.k8s.io",
];

describe.skipIf(!hasCluster)(live("what has the name of something of ours"), () => {
  test("is looked at, which takes `get`", limit, async () => {
    const namespace = await createNamespace("rights-foreign");
    onTestFinished(() => namespace.remove());
    const proxy = await startFaultProxy({ kubeconfig: process.env.KUBECONFIG ?? "" });
    const place = await workplaceFor(readFileSync(proxy.kubeconfig, "utf8"), namespace.name);
    const manifests = loadAll((await place.render()).out) as { metadata: Record<string, unknown> }[];
    const foreign = manifests.map(({ metadata: { labels, annotations, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
    await namespace.apply(listText(...foreign.map(object => JSON.stringify(object))));
    const plan = await place.run("plan", json);
    expect(new Set(findingsOf(plan).map(({ name }) => name))).toEqual(new Set(["object-not-ours"]));
    const used = proxy.log.flatMap(askedRights).map(({ verb, resource }) => `${verb} ${resource}`);
    expect(used).toEqual(expect.arrayContaining(lookedAt));
    await proxy.close();
    place.remove();
  });
});

type Place = Awaited<ReturnType<typeof workplaceFor>>;

/** Ends by itself after the first thing it says. */
async function watchOnce(place: Place): Promise<void> {
  const watch = place.start("watch", "--format=json");
  await until(() => watch.output().includes('"health"'), 60_000);
  watch.kill("SIGTERM");
  expect(await watch.done).toMatchObject({ exitCode: 0 });
}

/** What one may do who may only look. */
async function readEverything(reader: Place, namespace: TestNamespace): Promise<void> {
  for (const verb of ["status", "outputs", "logs"]) {
    expect(await reader.run(verb), verb).toMatchObject({ exitCode: 0 });
  }
  await watchOnce(reader);
  const same = await reader.run("plan");
  expect(same).toMatchObject({ exitCode: 0, out: expect.stringContaining("nothing to do") });
  reader.write("alien.yaml", stack({ level: "debug" }));
  const plan = await reader.run("plan", "--format=json");
  expect(plan).toMatchObject({ exitCode: 0 });
  const { approximate, changes } = JSON.parse(plan.out);
  expect(approximate).toBe(true);
  const changed = changes.filter(({ action }: { action: string }) => action !== "unchanged");
  expect(changed).toMatchObject([
    {
      action: "update",
      object: { kind: "Deployment" },
      fields: [{ field: "environment.LEVEL", before: "info", after: "debug" }],
    },
  ]);
  expect((await reader.run("plan")).out).toContain("the server was not asked");
  const before = await stateOf(namespace);
  for (const words of [["apply"], ["restart"], ["delete"], ["watch", "--exit-code"]]) {
    const refused = await reader.run(...words, json);
    expectRefused(refused, words.join(" "));
    expect(
      findingsOf(refused).map(({ name }) => name),
      words.join(" "),
    ).toContain("rights-missing");
  }
  expect(await stateOf(namespace)).toEqual(before);
  expect(plan.out + plan.error).not.toContain("hunter2");
}

const stateOf = async (namespace: TestNamespace): Promise<readonly string[]> =>
  (await namespace.get("deployments,secrets,leases")).map(
    ({ kind, metadata }) =>
      `${kind} ${metadata.name} ${kind === "Deployment" ? metadata.generation : metadata.resourceVersion}`,
  );

const labels = {
  "app.kubernetes.io/managed-by": "alien-compile",
  "alien.dev/stack": "other",
  "alien.dev/daemon": "agent",
};
const pod = { terminationGracePeriodSeconds: 1, containers: [{ name: "daemon", image: "local/pause:1" }] };

/** A daemon with a process, for who wants to read its log. */
const otherStack: readonly string[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "other-agent", labels, annotations: { "alien.dev/stack": "other", "alien.dev/id": "agent" } },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
  },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "other", labels: { ...labels, app: "other" } }, spec: pod },
].map(object => JSON.stringify(object));

interface Variant extends Asked {
  readonly user: string;
  readonly rules: ReturnType<typeof rulesOf>;
}

/** The Role for deploying, each time without one verb on one resource. */
const variants: readonly Variant[] = verbsOf("alien-compile-deploy").map(({ verb, resource }, index) => ({
  verb,
  resource,
  user: `without-${index}`,
  rules: rulesOf("alien-compile-deploy")
    .flatMap(rule =>
      rule.resources.map(name => {
        const isMeant = (rule.apiGroups[0] === "" ? name : `${name}.${rule.apiGroups[0]}`) === resource;
        return { ...rule, resources: [name], verbs: rule.verbs.filter(word => !isMeant || word !== verb) };
      }),
    )
    .filter(({ verbs }) => verbs.length > 0),
}));

describe.skipIf(!hasCluster)(live("without one verb on one resource"), () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await createNamespace("rights-less");
    const objects = variants.flatMap(({ user, rules }) => [roleText(user, rules), bindingText(user, user)]);
    await namespace.apply(listText(...objects, ...otherStack));
  }, 60_000);
  afterAll(() => namespace.remove(), 60_000);

  test.concurrent.for(variants)("$verb $resource", limit, async ({ verb, resource, user }, { expect }) => {
    const place = await workplaceFor(await impersonating(user), namespace.name);
    const run = await place.run(
      ...(resource === "pods/log" ? ["logs", "--stack=other"] : ["apply", "--no-wait"]),
      json,
    );
    place.remove();
    expectRefused(run, user);
    expect(findingsOf(run).map(({ name, message }) => ({ name, message }))).toEqual([
      { name: "rights-missing", message: `you may not ${verb} \`${resource}\` in the namespace \`${namespace.name}\`` },
    ]);
    await nothingWritten(namespace);
  });
});

describe.skipIf(!hasCluster)(live("who may do nothing"), () => {
  test("is told all that is missing, by every command", limit, async () => {
    const namespace = await createNamespace("rights-nobody");
    onTestFinished(() => namespace.remove());
    const place = await workplaceFor(await impersonating("alien-nobody"), namespace.name);
    const verbs = ["plan", "apply", "status", "outputs", "logs", "restart", "delete", "watch", "watch --exit-code"];
    const runs = await Promise.all(verbs.map(async verb => ({ verb, run: await place.run(...verb.split(" "), json) })));
    for (const { verb, run } of runs) {
      expectRefused(run, verb);
      const found = findingsOf(run);
      expect(
        found.map(({ name }) => name),
        verb,
      ).toEqual(found.map(() => "rights-missing"));
      expect(found.length, verb).toBeGreaterThan(1);
      expect(run.out, verb).toBe("");
    }
    const apply = findingsOf(runs[1]?.run as LiveRun).map(({ message, range }) => ({
      resource: /`([^`]+)` in the namespace/.exec(message)?.[1],
      line: range?.start.line,
    }));
    const [daemon, profile] = [lineOf("  agent:"), lineOf("    execution:")];
    expect(apply).toEqual(
      expect.arrayContaining([
        { resource: "deployments.apps", line: daemon },
        { resource: "pods", line: daemon },
        { resource: "replicasets.apps", line: daemon },
        { resource: "secrets", line: daemon },
        { resource: "serviceaccounts", line: profile },
        { resource: "roles.rbac.authorization.k8s.io", line: profile },
        { resource: "rolebindings.rbac.authorization.k8s.io", line: profile },
        expect.objectContaining({ resource: "leases.coordination.k8s.io" }),
        expect.objectContaining({ resource: "networkpolicies.networking.k8s.io" }),
      ]),
    );
    await nothingWritten(namespace);
    place.remove();
  });
});

describe.skipIf(!hasCluster)(live("a profile that grants what the deployer does not hold"), () => {
  test("is refused at its line", limit, async () => {
    const namespace = await createNamespace("rights-grant");
    onTestFinished(() => namespace.remove());
    const user = "alien-half";
    // Another authorizer, which the server asks too, may allow what RBAC does not: grants are judged by RBAC alone.
    const rules = rulesOf("alien-compile-deploy").flatMap(rule =>
      rule.resources[0] !== "secrets"
        ? [rule]
        : [
            { ...rule, verbs: rule.verbs.filter(verb => verb !== "get") },
            { ...rule, verbs: ["get"], resourceNames: ["alien-acme-state"] },
          ],
    );
    await namespace.apply(listText(roleText(user, rules), bindingText(user, user)));
    const source = createWorkplace({ kubeconfig: await impersonating(user) });
    const allowed = {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      status: { allowed: true },
    };
    const proxy = await startFaultProxy({
      kubeconfig: `${source.directory}/kubeconfig`,
      fault: ({ url }) =>
        url.includes("selfsubjectaccessreviews")
          ? { kind: "status", status: 201, body: JSON.stringify({ ...allowed, metadata: {} }) }
          : undefined,
    });
    const place = await workplaceFor(readFileSync(proxy.kubeconfig, "utf8"), namespace.name);
    const run = await place.run("apply", json);
    expect(findingsOf(run)).toMatchObject([
      {
        name: "cannot-grant",
        message: expect.stringContaining("execution"),
        range: { start: { line: lineOf("    execution:") } },
      },
    ]);
    expectRefused(run, "apply");
    await nothingWritten(namespace);
    await proxy.close();
    for (const { remove } of [source, place]) remove();
  });
});

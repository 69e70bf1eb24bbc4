import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ConnectOptions, connectCluster } from "../../../src/targets/kubernetes/api/connect.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "alien-compile-connect-"));
  mkdirSync(join(root, "home/.kube"), { recursive: true });
  write("home/.kube/config", kubeconfig("home"));
  write("a.yaml", kubeconfig("a", "other"));
  write("b.yaml", kubeconfig("b"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);

function kubeconfig(name: string, more?: string): string {
  const names = [name, ...(more === undefined ? [] : [more])];
  const list = (entry: (id: string) => string): string => names.map(id => `  - ${entry(id)}\n`).join("");
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
${list(id => `{ name: ${id}, cluster: { server: "https://${id}.dev:6443" } }`)}users:
${list(id => `{ name: ${id}, user: { token: s3cr3t-token } }`)}contexts:
${list(id => `{ name: ${id}, context: { cluster: ${id}, user: ${id}, namespace: ns-${id} } }`)}`;
}

const withServer = (server: string): string =>
  `clusters: [{ name: x, cluster: { server: "${server}" } }]\nusers: []\ncontexts: [{ name: c, context: { cluster: x, user: y } }]`;

const connect = (options: Partial<ConnectOptions> = {}) => {
  const base = {
    environment: {},
    exists: existsSync,
    pathDelimiter: ":",
    resolve: (path: string) => resolve(root, path),
  };
  const connected = connectCluster({ ...base, ...options });
  connected.value?.connection.close();
  return connected;
};
const place = (options: Partial<ConnectOptions>) => {
  const { value, diagnostics } = connect(options);
  expect(diagnostics).toEqual([]);
  return [value?.context, value?.server, value?.namespace];
};
const problem = (options: Partial<ConnectOptions>) => {
  const { value, diagnostics } = connect(options);
  expect(value).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  return diagnostics[0];
};

describe("the cluster that is meant", () => {
  const HOME = () => join(root, "home");

  test("is the flag's first", () => {
    expect(place({ kubeconfig: "b.yaml", environment: { KUBECONFIG: "a.yaml", HOME: HOME() } })).toEqual([
      "b",
      "https://b.dev:6443",
      "ns-b",
    ]);
  });

  test("is that of KUBECONFIG next, the first of several files that are there", () => {
    expect(place({ environment: { KUBECONFIG: "missing.yaml:b.yaml::a.yaml", HOME: HOME() } })[0]).toBe("b");
    expect(place({ environment: { KUBECONFIG: "missing.yaml:b.yaml:a.yaml" }, context: "other" })).toEqual([
      "other",
      "https://other.dev:6443",
      "ns-other",
    ]);
  });

  test("is that of the home directory next", () => {
    expect(place({ environment: { HOME: HOME() } })[0]).toBe("home");
    expect(place({ environment: { USERPROFILE: HOME(), KUBECONFIG: "" } })[0]).toBe("home");
  });

  test("is the pod's own last", () => {
    const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    const environment = { KUBERNETES_SERVICE_HOST: "10.0.0.1", HOME: "/nowhere" };
    // The client reads them from the process itself.
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", "443");
    expect(place({ environment, exists: path => path === token }).slice(0, 2)).toEqual([
      "inClusterContext",
      "https://10.0.0.1:443",
    ]);
    vi.unstubAllEnvs();
    const none = problem({ environment, exists: () => false });
    expect(none).toMatchObject({ name: "no-cluster", message: expect.stringContaining(token) });
  });

  test("is not guessed: everything that was tried is named", () => {
    expect(problem({ environment: { HOME: "/nowhere" } })).toMatchObject({
      name: "no-cluster",
      message: expect.stringMatching(/--kubeconfig.*KUBECONFIG.*~\/\.kube\/config.*KUBERNETES_SERVICE_HOST/),
    });
  });

  test("is not looked for elsewhere when all files of KUBECONFIG are missing", () => {
    expect(problem({ environment: { KUBECONFIG: "x.yaml:y.yaml", HOME: HOME() } })).toMatchObject({
      name: "no-cluster",
      message: expect.stringMatching(/`KUBECONFIG`.*`x\.yaml` or `y\.yaml`/),
    });
  });
});

describe("a kubeconfig that cannot be used", () => {
  test("because it is missing", () => {
    expect(problem({ kubeconfig: "nope.yaml" })).toMatchObject({
      name: "bad-kubeconfig",
      at: { file: "nope.yaml" },
      message: "the kubeconfig `nope.yaml` cannot be used: it does not exist",
    });
  });

  test("because it is a directory", () => {
    expect(problem({ kubeconfig: "home" })?.message).toContain("it is a directory");
  });

  test.each([
    ["not YAML", "token: s3cr3t-token\n  - : {", "it is not YAML (line 2)"],
    ["not YAML: an unknown alias", "token: *s3cr3t-token\n", "it is not YAML"],
    ["not YAML: an unknown tag", "token: !<s3cr3t-token> x\n", "it is not"],
    ["a text", "s3cr3t-token", "it has no contexts"],
    ["empty", "", "it is not YAML"],
    ["lists of the wrong kind", "clusters: s3cr3t-token", "cannot be used"],
    ["entries of the wrong kind", "clusters: [{ cluster: { server: s3cr3t-token } }]", "it is not a kubeconfig"],
  ])("because it is %s, without showing what is in it", (_, text, words) => {
    write("bad.yaml", text);
    const found = problem({ kubeconfig: "bad.yaml" });
    expect(found).toMatchObject({ name: "bad-kubeconfig", message: expect.stringContaining(words) });
    expect(JSON.stringify(found)).not.toContain("s3cr3t");
  });

  test.each([
    [
      "names no cluster that is there",
      "clusters: []\nusers: []\ncontexts: [{ name: c, context: { cluster: x, user: y } }]",
    ],
    ["names a cluster whose address is no URL", withServer("s3cr3t.dev")],
    ["names a cluster whose address is half a URL", withServer("https://[s3cr3t")],
    ["names a cluster that speaks something else", withServer("ftp://s3cr3t.dev")],
  ])("because its context %s", (_, text) => {
    write("half.yaml", `${text}\ncurrent-context: c\n`);
    const found = problem({ kubeconfig: "half.yaml" });
    expect(found).toMatchObject({ name: "bad-kubeconfig", message: expect.stringContaining("with the context `c`") });
    expect(JSON.stringify(found)).not.toContain("s3cr3t");
  });

  test("because the context is unknown: the likely one is proposed, or all are named", () => {
    expect(problem({ kubeconfig: "a.yaml", context: "othr" })).toMatchObject({
      name: "unknown-context",
      at: { argument: "--context" },
      help: "did you mean `other`?",
    });
    expect(problem({ kubeconfig: "a.yaml", context: "zzzzzz" })?.help).toContain("`a` or `other`");
    write("none.yaml", kubeconfig("none").replace("current-context: none\n", ""));
    expect(problem({ kubeconfig: "none.yaml" })?.message).toBe("the kubeconfig has no current context");
  });
});

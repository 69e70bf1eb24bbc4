import { describe, expect, it } from "vitest";
import type { Platform } from "../../src/ir/index.ts";
import { codesIn, daemonStack, findingsIn } from "../check-text.ts";

const either = undefined;

const granted = (set: string, resource: string, { settings = "", scope = "r" } = {}): string =>
  daemonStack(`    links: [r]\n    permissions: p\n${settings}`, {
    sections: `permissions: { profiles: { p: { "${scope}": [${set}] } } }\n`,
    resources: `  r: ${resource}\n`,
  });

const identity = "platforms: { kubernetes: { serviceAccounts: { p: { annotations: { a: b } } } } }\n";
const vault = "{ type: vault, keys: [K] }";
const s3 = "{ type: storage, binding: { service: s3, bucketName: b } }";
const redis = "{ type: kv, binding: { service: redis, connectionUrl: c } }";

describe("grants by platform", () => {
  type Case = readonly [
    set: string,
    resource: string,
    platform: Platform | undefined,
    codes: readonly string[],
    more?: object,
  ];
  const cases: readonly Case[] = [
    ["vault/data-read", vault, either, []],
    ["vault/data-read", vault, either, [], { scope: "*" }],
    ["vault/data-read", "{ type: vault }", "local", []],
    ["vault/data-read", "{ type: vault }", "kubernetes", ["AL4007"]],
    ["vault/data-read", "{ type: vault, keys: [] }", "kubernetes", ["AL4007"]],
    ["vault/data-write", vault, "local", []],
    ["vault/data-write", vault, "kubernetes", ["AL4006"]],
    ["vault/data-write", vault, either, ["AL4006"]],
    ["vault/management", vault, "kubernetes", ["AL4013", "AL4009"]],
    ["storage/data-read", s3, "local", ["AL4008"]],
    ["storage/data-read", s3, "kubernetes", ["AL4008"]],
    ["storage/data-read", s3, either, ["AL4008", "AL4008"]],
    ["storage/data-read", s3, "kubernetes", [], { settings: identity }],
    ["storage/data-read", s3, "local", ["AL4008"], { settings: identity }],
    ["storage/data-read", "{ type: storage }", "local", []],
    ["kv/data-write", redis, either, []],
    ["kv/provision", redis, either, ["AL4013"]],
    ["kv/data-read", "{ type: vault, keys: [K] }", either, ["AL3009"]],
  ];
  const full = cases.map(
    ([set, resource, platform, codes, more = {}]) => [set, resource, platform, codes, more] as const,
  );
  it.each(full)("%s on %s, platform %s: %j", (set, resource, platform, codes, more) => {
    expect(codesIn(granted(set, resource, more), platform)).toEqual(codes);
  });

  it("a vault in another namespace is named with its Secrets", () => {
    const elsewhere =
      "{ type: vault, keys: [K], bindings: { kubernetes: { service: kubernetes-secret, namespace: other, vaultPrefix: p } } }";
    expect(codesIn(granted("vault/data-read", elsewhere), "kubernetes")).toEqual(["AL4012"]);
    const home = "platforms: { kubernetes: { namespace: other } }\n";
    expect(codesIn(granted("vault/data-read", elsewhere, { settings: home }), "kubernetes")).toEqual([]);
  });

  it("a profile that nothing uses is not asked for", () => {
    const unused = daemonStack("", { sections: 'permissions: { profiles: { p: { "*": [vault/data-write] } } }\n' });
    expect(codesIn(unused)).toEqual(["AL3017"]);
  });
});

describe("platforms", () => {
  const listed = (list: string) => daemonStack("", { sections: `supportedPlatforms: [${list}]\n` });
  const cases: readonly [list: string, platform: Platform | undefined, findings: readonly string[]][] = [
    ["local", either, []],
    ["local", "local", []],
    ["local", "kubernetes", ["AL4011 alien.yaml:2:1-19"]],
    ["kubernetes", "local", ["AL4011 alien.yaml:2:1-19"]],
    ["local, aws", either, ["AL4001 alien.yaml:2:29-32"]],
    ["local, aws", "local", ["AL4001 alien.yaml:2:29-32"]],
    ["local, aws", "aws", ["AL4001 alien.yaml:2:29-32"]],
    [
      "aws, gcp, azure",
      either,
      ["AL4001 alien.yaml:2:22-25", "AL4001 alien.yaml:2:27-30", "AL4001 alien.yaml:2:32-37"],
    ],
    ["local", "gcp", ["AL4001 alien.yaml:4:3-8"]],
    ["local, aws", "gcp", ["AL4001 alien.yaml:2:29-32", "AL4001 alien.yaml:4:3-8"]],
  ];
  it.each(cases)("[%s] for %s", (list, platform, findings) => {
    expect(findingsIn(listed(list), platform)).toEqual(findings);
  });

  it("without a daemon a cloud is no mistake", () => {
    expect(codesIn("stack: a\nsupportedPlatforms: [aws]\nresources: { v: { type: vault } }\n")).toEqual(["AL3021"]);
  });
});

describe("secrets", () => {
  const from = (source: string) =>
    daemonStack("    environment: { A: { secret: s } }\n", { sections: `secrets: { s: { ${source} } }\n` });
  it.each([
    ["env: A", "local", []],
    ["file: a", "local", []],
    ["kubernetes: { name: n, key: k }", "local", ["AL4004"]],
    ["kubernetes: { name: n, key: k }", "kubernetes", []],
    ["env: A, kubernetes: { name: n, key: k }", "local", []],
    ["env: A", "kubernetes", []],
  ] as const)("{ %s } on %s", (source, platform, codes) => {
    expect(codesIn(from(source), platform)).toEqual(codes);
  });
});

describe("commands", () => {
  const all = { managerUrl: "https://m", deploymentId: "d", token: { secret: "s" } };
  const text = (given: object | undefined, enabled: boolean) =>
    daemonStack(`    commandsEnabled: ${enabled}\n`, {
      sections: `secrets: { s: { env: S } }\n${given ? `commands: ${JSON.stringify(given)}\n` : ""}`,
    });
  const without = (field: string) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== field));
  it.each([
    ["all of it", all, true, []],
    ["nothing", undefined, true, ["AL3018", "AL4005"]],
    ["no URL", without("managerUrl"), true, ["AL4005"]],
    ["no deployment", without("deploymentId"), true, ["AL4005"]],
    ["no token", without("token"), true, ["AL3018", "AL4005"]],
    ["nobody asks", all, false, ["AL3023"]],
    ["nothing and nobody asks", undefined, false, ["AL3018"]],
  ])("%s", (_, given, enabled, codes) => expect(codesIn(text(given, enabled))).toEqual(codes));
});

describe("places that a container cannot reach", () => {
  it.each([
    ["localhost", ["AL4010"]],
    ["localhost:8080", ["AL4010"]],
    ["http://localhost", ["AL4010"]],
    ["http://user@127.0.0.1:80/x", ["AL4010"]],
    ["redis://[::1]:6379", ["AL4010"]],
    ["HTTP://LOCALHOST/", ["AL4010"]],
    ["http://localhost.example", []],
    ["http://example/localhost", []],
    ["127.0.0.11", []],
    ["localhosts", []],
    ["host.docker.internal:80", []],
  ])("%s: %j", (value, codes) => {
    expect(codesIn(daemonStack(`    environment: { A: ${JSON.stringify(value)} }\n`))).toEqual(codes);
  });

  const linked = (kind: string, binding: string) =>
    daemonStack("    links: [r]\n", { resources: `  r: { type: ${kind}, binding: { ${binding} } }\n` });
  it.each([
    ["storage", "service: local-storage, storagePath: file:///x", "local", []],
    ["storage", "service: local-storage, storagePath: file:///x", "kubernetes", ["AL4014"]],
    ["kv", "service: local-kv, dataDir: /x", "kubernetes", ["AL4014"]],
    ["queue", "service: local-queue, queuePath: /x", "kubernetes", ["AL4014"]],
    ["container", "service: kubernetes, name: n, namespace: n, serviceName: s, servicePort: 1", "local", ["AL4014"]],
    ["container", "service: kubernetes, name: n, namespace: n, serviceName: s, servicePort: 1", "kubernetes", []],
  ] as const)("%s as { %s } on %s", (kind, binding, platform, codes) => {
    expect(codesIn(linked(kind, binding), platform)).toEqual(codes);
  });
});

describe("source daemons", () => {
  const source =
    "stack: a\nresources: { d: { type: daemon, code: { type: source, src: ., toolchain: { type: docker } } } }\n";
  it.each(["local", "kubernetes", undefined] as const)("on %s", platform => {
    expect(codesIn(source, platform)).toEqual(["AL4002"]);
  });
});

import { describe, expect, it } from "vitest";
import { bindingJson, bindingVariable } from "../../src/ir/index.ts";
import { checkText, codesIn, daemonStack } from "../check-text.ts";

const linked = (resource: string): string => daemonStack("    links: [r]\n", { resources: `  r: ${resource}\n` });

function json(resource: string, platform: "local" | "kubernetes"): unknown {
  const binding = checkText([linked(resource)], platform).value?.stack.resources[0]?.bindings[platform];
  const resolve = (value: { kind: string }) =>
    value.kind === "text" && "text" in value ? String(value.text) : `<${value.kind}>`;
  return binding && JSON.parse(bindingJson(binding, resolve));
}

describe("embedded bindings", () => {
  it.each([
    ["vault", { service: "local-vault", vaultName: "r", dataDir: "/var/lib/alien/vault/r" }],
    ["storage", { service: "local-storage", storagePath: "file:///var/lib/alien/storage/r/" }],
    ["kv", { service: "local-kv", dataDir: "/var/lib/alien/kv/r" }],
    ["queue", { service: "local-queue", queuePath: "/var/lib/alien/queue/r" }],
    ["container", undefined],
    ["worker", undefined],
    ["artifact-registry", undefined],
    ["postgres", undefined],
  ])("%s on Local", (type, expected) => {
    expect(json(`{ type: ${type} }`, "local")).toEqual(expected);
  });

  it.each([
    ["vault", { service: "kubernetes-secret", namespace: "<namespace>", vaultPrefix: "acme-r" }],
    ["storage", undefined],
    ["kv", undefined],
    ["queue", undefined],
    ["container", undefined],
    ["worker", undefined],
    ["artifact-registry", undefined],
    ["postgres", undefined],
  ])("%s on Kubernetes", (type, expected) => {
    expect(json(`{ type: ${type} }`, "kubernetes")).toEqual(expected);
  });

  it.each([
    ["vault", "kubernetes", ["AL4009"]],
    ["vault", "local", ["AL4009"]],
    ["storage", "local", []],
    ["storage", "kubernetes", ["AL4003"]],
    ["kv", "kubernetes", ["AL4003"]],
    ["queue", "kubernetes", ["AL4003"]],
    ["postgres", "local", ["AL4003"]],
    ["container", "local", ["AL4003"]],
    ["worker", "kubernetes", ["AL4003"]],
    ["artifact-registry", "local", ["AL4003"]],
  ] as const)("a linked %s on %s", (type, platform, codes) => {
    expect(codesIn(linked(`{ type: ${type} }`), platform)).toEqual(codes);
  });

  it("are asked of linked resources only", () => {
    expect(codesIn(daemonStack("", { resources: "  r: { type: postgres }\n" }))).toEqual(["AL3019"]);
  });
});

describe("given bindings", () => {
  it("stand in the order of the table, whatever the order of the file", () => {
    const given = "{ type: kv, binding: { database: 3, connectionUrl: c, service: redis } }";
    expect(JSON.stringify(json(given, "local"))).toBe('{"service":"redis","connectionUrl":"c","database":3}');
  });

  it("one per platform, and the platform's own for the rest", () => {
    const given = "{ type: storage, bindings: { kubernetes: { service: s3, bucketName: b } } }";
    expect(json(given, "kubernetes")).toEqual({ service: "s3", bucketName: "b" });
    expect(json(given, "local")).toMatchObject({ service: "local-storage" });
  });
});

describe("variables of bindings", () => {
  it.each([
    ["cache", "ALIEN_CACHE_BINDING"],
    ["my-cache", "ALIEN_MY_CACHE_BINDING"],
    ["my_Cache-2", "ALIEN_MY_CACHE_2_BINDING"],
  ])("%s", (id, name) => expect(bindingVariable(id)).toBe(name));

  it.each([
    ["a-b", "a_b"],
    ["A", "a"],
    ["a-B_c", "A_b-C"],
  ])("%s and %s collide", (one, other) => {
    const kv = "{ type: kv, binding: { service: redis, connectionUrl: c } }";
    const text = daemonStack(`    links: [${one}, ${other}]\n`, { resources: `  ${one}: ${kv}\n  ${other}: ${kv}\n` });
    expect(codesIn(text)).toEqual(["AL3012"]);
  });
});

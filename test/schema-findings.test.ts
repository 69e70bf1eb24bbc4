import { describe, expect, test } from "vitest";
import { validate } from "../src/schema/index.ts";
import type { Mapping } from "../src/source/index.ts";

const code = { type: "image", image: "acme/connector" };
const daemon = (fields: object) => ({ stack: "acme", resources: { connector: { type: "daemon", code, ...fields } } });
const resource = (fields: object) => ({ stack: "acme", resources: { it: fields } });
const bound = (type: string, binding: unknown) => resource({ type, binding });
const top = (fields: object) => ({ ...daemon({}), ...fields });
const kubernetes = (settings: object) => top({ platforms: { kubernetes: settings } });
const profile = (scopes: unknown) => top({ permissions: { profiles: { execution: scopes } } });

const found = (data: Mapping) =>
  validate(data, path => `text at ${path}`, new Set()).diagnostics.map(({ name, at }) => [
    name,
    "path" in at ? at.path : at,
  ]);

test("no mistake, no finding", () => {
  expect(found(daemon({ environment: { A: "b", C: { secret: "d" } }, links: ["it"], commandsEnabled: true }))).toEqual(
    [],
  );
});

describe("one mistake is one finding", () => {
  test.each<[string, Mapping, string, string]>([
    ["nothing at all", { stack: "acme" }, "missing-field", ""],
    ["no name", { resources: {} }, "missing-field", ""],
    ["a bad name", top({ stack: "a b" }), "bad-format", "/stack"],
    ["a name that is a number", top({ stack: 7 }), "text-needed", "/stack"],
    ["a name that is a list", top({ stack: ["acme"] }), "wrong-type", "/stack"],
    ["an unknown field", top({ comands: {} }), "unknown-field", "/comands"],
    ["a misspelt required field", { stack: "acme", resorces: {} }, "unknown-field", "/resorces"],
    ["an unknown platform", top({ supportedPlatforms: ["docker"] }), "not-a-choice", "/supportedPlatforms/0"],
    ["no platform", top({ supportedPlatforms: [] }), "bad-size", "/supportedPlatforms"],
    ["a platform twice", top({ supportedPlatforms: ["local", "local"] }), "repeated-item", "/supportedPlatforms/1"],
    ["settings of an unknown platform", top({ platforms: { docker: {} } }), "unknown-field", "/platforms/docker"],
    ["resources as a list", top({ resources: [] }), "wrong-type", "/resources"],
    ["an id with a dot", top({ resources: { "my.id": { type: "vault" } } }), "bad-id", "/resources/my.id"],
    ["a long id", top({ resources: { ["x".repeat(65)]: { type: "kv" } } }), "bad-id", `/resources/${"x".repeat(65)}`],
    ["an empty resource", resource(null as unknown as object), "wrong-type", "/resources/it"],
    ["no kind", resource({ keys: ["A"], whatever: 1 }), "missing-field", "/resources/it"],
    ["an unknown kind", resource({ type: "deamon", code, links: "x" }), "not-a-choice", "/resources/it/type"],
    ["a kind that is a number", resource({ type: 1 }), "text-needed", "/resources/it/type"],
    ["a misspelt field of a daemon", daemon({ enviroment: {} }), "unknown-field", "/resources/connector/enviroment"],
    ["a port", daemon({ ports: [80] }), "daemon-surface", "/resources/connector/ports"],
    ["replicas", daemon({ replicas: 2 }), "daemon-surface", "/resources/connector/replicas"],
    ["no code", resource({ type: "daemon" }), "missing-field", "/resources/it"],
    ["no image", daemon({ code: { type: "image" } }), "missing-field", "/resources/connector/code"],
    [
      "an empty image",
      daemon({ code: { type: "image", image: " " } }),
      "bad-format",
      "/resources/connector/code/image",
    ],
    ["no kind of code", daemon({ code: { image: "a" } }), "missing-field", "/resources/connector/code"],
    [
      "an unknown kind of code",
      daemon({ code: { type: "img", image: "a" } }),
      "not-a-choice",
      "/resources/connector/code/type",
    ],
    [
      "a misspelt image",
      daemon({ code: { type: "image", imgae: "a" } }),
      "unknown-field",
      "/resources/connector/code/imgae",
    ],
    ["code as text", daemon({ code: "acme/connector" }), "wrong-type", "/resources/connector/code"],
    [
      "a number as value",
      daemon({ environment: { PORT: 80 } }),
      "text-needed",
      "/resources/connector/environment/PORT",
    ],
    ["no value", daemon({ environment: { A: null } }), "text-needed", "/resources/connector/environment/A"],
    ["a list as value", daemon({ environment: { A: [] } }), "wrong-type", "/resources/connector/environment/A"],
    [
      "a misspelt reference",
      daemon({ environment: { A: { secert: "a" } } }),
      "unknown-field",
      "/resources/connector/environment/A/secert",
    ],
    ["an empty reference", daemon({ environment: { A: {} } }), "missing-field", "/resources/connector/environment/A"],
    ["environment as a list", daemon({ environment: ["A=b"] }), "wrong-type", "/resources/connector/environment"],
    ["links as text", daemon({ links: "it" }), "wrong-type", "/resources/connector/links"],
    ["a link that is a mapping", daemon({ links: [{ id: "it" }] }), "wrong-type", "/resources/connector/links/0"],
    ["a word for true", daemon({ commandsEnabled: "yes" }), "wrong-type", "/resources/connector/commandsEnabled"],
    [
      "an unknown service",
      bound("storage", { service: "s4", bucketName: "a" }),
      "not-a-choice",
      "/resources/it/binding/service",
    ],
    ["no service", bound("storage", { bucketName: "a" }), "missing-field", "/resources/it/binding"],
    ["a field of the service missing", bound("storage", { service: "s3" }), "missing-field", "/resources/it/binding"],
    [
      "a misspelt field of it",
      bound("storage", { service: "s3", bucketname: "a" }),
      "unknown-field",
      "/resources/it/binding/bucketname",
    ],
    [
      "a number for its text",
      bound("storage", { service: "s3", bucketName: 1 }),
      "text-needed",
      "/resources/it/binding/bucketName",
    ],
    [
      "a text for its number",
      bound("worker", { service: "kubernetes", name: "a", namespace: "b", serviceName: "c", servicePort: "80" }),
      "wrong-type",
      "/resources/it/binding/servicePort",
    ],
    [
      "a number too large",
      bound("worker", { service: "kubernetes", name: "a", namespace: "b", serviceName: "c", servicePort: 70_000 }),
      "bad-size",
      "/resources/it/binding/servicePort",
    ],
    [
      "both bindings",
      resource({ type: "vault", binding: { service: "key-vault", vaultName: "a" }, bindings: {} }),
      "ambiguous-binding",
      "/resources/it/bindings",
    ],
    [
      "a binding for an unknown platform",
      resource({ type: "vault", bindings: { docker: {} } }),
      "unknown-field",
      "/resources/it/bindings/docker",
    ],
    ["a vault's key twice", resource({ type: "vault", keys: ["A", "A"] }), "repeated-item", "/resources/it/keys/1"],
    ["a secret without place", top({ secrets: { a: {} } }), "secret-without-source", "/secrets/a"],
    ["a secret's value", top({ secrets: { a: "hunter2" } }), "wrong-type", "/secrets/a"],
    ["a secret with two places", top({ secrets: { a: { env: "A", file: "b" } } }), "secret-sources", "/secrets/a/file"],
    [
      "a secret without key",
      top({ secrets: { a: { kubernetes: { name: "b" } } } }),
      "missing-field",
      "/secrets/a/kubernetes",
    ],
    ["a bad variable", top({ secrets: { a: { env: "1A" } } }), "bad-format", "/secrets/a/env"],
    ["a manager without scheme", top({ commands: { managerUrl: "manager" } }), "bad-format", "/commands/managerUrl"],
    ["a token as text", top({ commands: { token: "abc" } }), "wrong-type", "/commands/token"],
    ["a scope that is no list", profile({ it: "vault/data-read" }), "wrong-type", "/permissions/profiles/execution/it"],
    [
      "a permission set twice",
      profile({ it: ["a/b", "a/b"] }),
      "repeated-item",
      "/permissions/profiles/execution/it/1",
    ],
    ["a namespace in capitals", kubernetes({ namespace: "Acme" }), "bad-format", "/platforms/kubernetes/namespace"],
    [
      "a negative grace period",
      kubernetes({ pod: { terminationGracePeriodSeconds: -1 } }),
      "bad-size",
      "/platforms/kubernetes/pod/terminationGracePeriodSeconds",
    ],
    [
      "a number as quantity",
      kubernetes({ pod: { resources: { requests: { cpu: 1 } } } }),
      "text-needed",
      "/platforms/kubernetes/pod/resources/requests/cpu",
    ],
    [
      "a bad label",
      kubernetes({ pod: { nodeSelector: { "a b": "c" } } }),
      "bad-format",
      "/platforms/kubernetes/pod/nodeSelector/a b",
    ],
  ])("%s", (_, data, name, path) => {
    expect(found(data)).toEqual([[name, path]]);
  });
});

test("several mistakes are all found", () => {
  const data = { ...daemon({ ports: [], links: "a", environment: { A: 1, B: {} } }), stack: "", extra: 1 };
  const paths = ["/extra", "/stack", "ports", "links", "environment/A", "environment/B"].map(path =>
    path.startsWith("/") ? path : `/resources/connector/${path}`,
  );
  expect(
    found(data)
      .map(([, path]) => path)
      .toSorted(),
  ).toEqual(paths.toSorted());
});

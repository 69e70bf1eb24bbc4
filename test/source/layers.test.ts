import { describe, expect, it } from "vitest";
import { readSource } from "../../src/source/index.ts";
import { checkText, daemonStack, findingsOf } from "../check-text.ts";

const files = (texts: readonly string[]) =>
  texts.map((text, index) => ({ name: `${index}.yaml`, text, bytesBefore: 0 }));

const merged = (...texts: readonly string[]) => readSource(files(texts)).value.data;

const base = `
stack: acme
supportedPlatforms: [local, kubernetes]
secrets:
  s: { env: S, kubernetes: { name: n, key: k } }
resources:
  db:
    type: postgres
    binding: { service: external, host: a, port: 1, sslMode: disable }
  cache:
    type: kv
    bindings:
      kubernetes: { service: redis, connectionUrl: "redis://a", keyPrefix: p }
      local: { service: local-kv, dataDir: /d }
  agent:
    type: daemon
    code: { type: source, src: ., toolchain: { type: rust, binaryName: b } }
    environment: { A: "1", B: { secret: s } }
    links: [db, cache]
commands:
  managerUrl: https://m.example
  token: { secret: s }
platforms:
  kubernetes:
    namespace: one
    pod: { nodeSelector: { a: x } }
`;

const at = (data: unknown, path: string): unknown =>
  path
    .split("/")
    .slice(1)
    .reduce<unknown>((value, segment) => (value as Record<string, unknown> | undefined)?.[segment], data);

describe("later layers over earlier", () => {
  const cases: readonly { rule: string; layer: string; path: string; value: unknown }[] = [
    {
      rule: "a scalar replaces",
      layer: "stack: other",
      path: "/stack",
      value: "other",
    },
    {
      rule: "a list replaces as a whole",
      layer: "supportedPlatforms: [local]",
      path: "/supportedPlatforms",
      value: ["local"],
    },
    {
      rule: "links replace as a whole",
      layer: "resources: { agent: { links: [cache] } }",
      path: "/resources/agent/links",
      value: ["cache"],
    },
    {
      rule: "mappings merge",
      layer: "platforms: { kubernetes: { pod: { nodeSelector: { b: y } } } }",
      path: "/platforms/kubernetes",
      value: { namespace: "one", pod: { nodeSelector: { a: "x", b: "y" } } },
    },
    {
      rule: "environment merges by name",
      layer: 'resources: { agent: { environment: { C: "3" } } }',
      path: "/resources/agent/environment",
      value: { A: "1", B: { secret: "s" }, C: "3" },
    },
    {
      rule: "code is atomic",
      layer: "resources: { agent: { code: { type: image, image: i } } }",
      path: "/resources/agent/code",
      value: { type: "image", image: "i" },
    },
    {
      rule: "binding is atomic",
      layer: "resources: { db: { binding: { service: external, host: b } } }",
      path: "/resources/db/binding",
      value: { service: "external", host: "b" },
    },
    {
      rule: "an entry of bindings is atomic, the others stay",
      layer: 'resources: { cache: { bindings: { kubernetes: { service: redis, connectionUrl: "redis://b" } } } }',
      path: "/resources/cache/bindings",
      value: {
        kubernetes: { service: "redis", connectionUrl: "redis://b" },
        local: { service: "local-kv", dataDir: "/d" },
      },
    },
    {
      rule: "a value reference is atomic",
      layer: "resources: { agent: { environment: { B: { secret: t } } } }",
      path: "/resources/agent/environment/B",
      value: { secret: "t" },
    },
    {
      rule: "text replaces a reference",
      layer: "resources: { agent: { environment: { B: plain } } }",
      path: "/resources/agent/environment/B",
      value: "plain",
    },
    {
      rule: "the token is atomic",
      layer: "commands: { token: { secret: t } }",
      path: "/commands",
      value: { managerUrl: "https://m.example", token: { secret: "t" } },
    },
    {
      rule: "a secret's source in Kubernetes is atomic",
      layer: "secrets: { s: { kubernetes: { name: other } } }",
      path: "/secrets/s",
      value: { env: "S", kubernetes: { name: "other" } },
    },
    {
      rule: "null removes a field",
      layer: "resources: { agent: { links: null } }",
      path: "/resources/agent/links",
      value: undefined,
    },
    {
      rule: "~ removes a variable",
      layer: "resources: { agent: { environment: { A: ~ } } }",
      path: "/resources/agent/environment",
      value: { B: { secret: "s" } },
    },
    {
      rule: "null removes a resource",
      layer: "resources: { cache: null }",
      path: "/resources/cache",
      value: undefined,
    },
    {
      rule: "null of what is not there changes nothing",
      layer: "resources: { other: null }",
      path: "/resources/other",
      value: undefined,
    },
    { rule: "an empty mapping changes nothing", layer: "secrets: {}", path: "/secrets/s/env", value: "S" },
  ];

  it.each(cases)("$rule", ({ layer, path, value }) => {
    expect(at(merged(base, layer), path)).toEqual(value);
  });

  it("a third layer comes over the second", () => {
    expect(at(merged(base, "stack: two", "stack: three"), "/stack")).toBe("three");
  });

  it("what one layer removes, the next may set again", () => {
    const data = merged(base, "resources: { agent: { links: null } }", "resources: { agent: { links: [db] } }");
    expect(at(data, "/resources/agent/links")).toEqual(["db"]);
  });

  it("leaves no null behind", () => {
    const layer = "resources: { new: { type: daemon, links: null, environment: { A: null } } }";
    expect(JSON.stringify(merged(base, layer))).not.toContain("null");
  });
});

describe("findings in layers", () => {
  const cases: readonly [name: string, layers: readonly string[], findings: readonly string[]][] = [
    ["in the base", [daemonStack("    links: [gone]\n"), "stack: other\n"], ["AL3001 alien.yaml:6:13-17"]],
    ["in the layer", [daemonStack(), "resources: { agent: { links: [gone] } }\n"], ["AL3001 layer-1.yaml:1:31-35"]],
    [
      "in the middle of three",
      [daemonStack(), "resources: { agent: { links: [gone] } }\n", "stack: other\n"],
      ["AL3001 layer-1.yaml:1:31-35"],
    ],
    [
      "the layer replaced what was wrong",
      [daemonStack("    links: [gone]\n"), "resources: { agent: { links: [] } }\n"],
      [],
    ],
    [
      "the layer removed what was wrong",
      [daemonStack("    replicas: 3\n"), "resources: { agent: { replicas: null } }\n"],
      [],
    ],
    [
      "in an atomic mapping, the last layer owns what is missing",
      [daemonStack(), "resources: { agent: { code: { type: image } } }\n"],
      ["AL2002 layer-1.yaml:1:23-27"],
    ],
    [
      "an empty value in a layer",
      [daemonStack(), "resources:\n  agent:\n    links:\n"],
      ["AL1019 layer-1.yaml:3:5-10"],
    ],
    ["both layers are broken", ["stack: [\n", "a: {\n"], ["AL1025 alien.yaml:1:8-9", "AL1025 layer-1.yaml:1:4-5"]],
  ];

  it.each(cases)("%s", (_, layers, findings) => {
    expect(findingsOf(checkText(layers))).toEqual(findings);
  });
});

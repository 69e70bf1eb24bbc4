import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isError } from "../../src/diagnostics/index.ts";
import { fromStack, isStackJson, type JsonObject, stackPath, toStack } from "../../src/exchange/index.ts";
import { checkText, findingsOf } from "../check-text.ts";

const daemonConfig = (fields: object = {}) => ({
  type: "daemon",
  id: "agent",
  code: { type: "image", image: "ghcr.io/acme/agent:v1" },
  links: [],
  permissions: "execution",
  ...fields,
});

const stackJson = ({ config = {}, entry = {}, top = {}, others = {} } = {}): JsonObject =>
  ({
    id: "acme",
    supportedPlatforms: ["local", "kubernetes"],
    resources: {
      ...others,
      agent: { config: daemonConfig(config), lifecycle: "live", dependencies: [], ...entry },
    },
    permissions: { profiles: { execution: {} } },
    ...top,
  }) as unknown as JsonObject;

const vault = { config: { type: "vault", id: "vault" }, lifecycle: "frozen", dependencies: [] };

function importStack(stack: JsonObject, platform?: "local") {
  const result = checkText([JSON.stringify(stack)], platform);
  if (result.value?.baggage === undefined) throw new Error("not a stack.json");
  return { ...result, document: result.value.document, baggage: result.value.baggage };
}

function roundTrip(stack: JsonObject): JsonObject {
  const { document, baggage } = importStack(stack);
  return toStack(document, baggage).value;
}

const codesOf = (stack: JsonObject): string[] => importStack(stack).diagnostics.map(({ code }) => code);

describe("what is a stack.json", () => {
  it.each([
    [{ id: "a", resources: {} }, true],
    [{ id: "a", resources: [] }, true],
    [{ stack: "a", resources: {} }, false],
    [{ id: "a", stack: "a", resources: {} }, false],
    [{ id: "a" }, false],
    [{ resources: {} }, false],
  ])("%j: %s", (data, expected) => expect(isStackJson(data)).toBe(expected));
});

describe("stack.json → Document", () => {
  it("says the same in other words", () => {
    const links = [{ type: "vault", id: "vault" }];
    const config = { links, environment: { A: "1" }, commandsEnabled: false, permissions: "execution" };
    const top = { permissions: { profiles: { execution: { vault: ["vault/data-read"] } } } };
    const { value, diagnostics } = fromStack(stackJson({ config, others: { vault }, top }));
    expect(diagnostics).toEqual([]);
    expect(value.data).toEqual({
      stack: "acme",
      supportedPlatforms: ["local", "kubernetes"],
      permissions: { profiles: { execution: { vault: ["vault/data-read"] } } },
      resources: {
        vault: { type: "vault" },
        agent: {
          type: "daemon",
          code: { type: "image", image: "ghcr.io/acme/agent:v1" },
          environment: { A: "1" },
          links: ["vault"],
          permissions: "execution",
          commandsEnabled: false,
        },
      },
    });
  });

  const cases: readonly [name: string, stack: JsonObject, codes: readonly string[]][] = [
    ["nothing special", stackJson(), []],
    ["cpu and memory", stackJson({ config: { cpu: 1, memory: "1Gi" } }), ["AL2021"]],
    ["cpu and memory, not set", stackJson({ config: { cpu: null, memory: null } }), []],
    ["dependencies", stackJson({ entry: { dependencies: [{ type: "kv", id: "x" }] } }), ["AL2021"]],
    ["remote access", stackJson({ entry: { remoteAccess: true } }), ["AL2021"]],
    ["no remote access", stackJson({ entry: { remoteAccess: false } }), []],
    [
      "management",
      stackJson({ top: { permissions: { profiles: { execution: {} }, management: "auto" } } }),
      ["AL2021"],
    ],
    ["all platforms", stackJson({ top: { supportedPlatforms: null } }), ["AL2021"]],
    ["a command", stackJson({ config: { command: ["/x"] } }), ["AL2022"]],
    ["no command", stackJson({ config: { command: null } }), []],
    [
      "inputs of a linkable",
      stackJson({
        others: { vault: { ...vault, config: { ...vault.config, size: 1 } } },
        config: { links: [{ type: "vault", id: "vault" }] },
      }),
      ["AL2021", "AL4009"],
    ],
    ["an unknown field", stackJson({ config: { prots: [1] } }), ["AL2001"]],
    ["ports", stackJson({ config: { ports: [1] } }), ["AL2010"]],
    ["a cloud", stackJson({ top: { supportedPlatforms: ["aws"] } }), ["AL4001"]],
    ["an entry without config", stackJson({ others: { vault: { lifecycle: "live" } } }), ["AL2020"]],
  ];
  it.each(cases)("%s", (_, stack, codes) => expect(codesOf(stack)).toEqual(codes));

  it("points into the stack.json", () => {
    const text = `{ "id": "acme", "supportedPlatforms": ["local"], "resources": { "agent": {
  "config": { "type": "daemon", "id": "agent",
    "code": { "type": "image", "image": "A:v1" },
    "permissions": "gone",
    "environment": { "ALIEN_SECRETS": "x" },
    "links": [{ "type": "kv", "id": "gone" }] } } } }
`;
    expect(findingsOf(checkText([text]))).toEqual([
      "AL3013 alien.yaml:3:41-47",
      "AL3005 alien.yaml:4:20-26",
      "AL3011 alien.yaml:5:22-37",
      "AL3001 alien.yaml:6:37-43",
    ]);
  });

  it.each([
    ["/stack", "/id"],
    ["/resources", "/resources"],
    ["/resources/a", "/resources/a"],
    ["/resources/a/code/image", "/resources/a/config/code/image"],
    ["/resources/a/links", "/resources/a/config/links"],
    ["/resources/a/links/1", "/resources/a/config/links/1/id"],
    ["/permissions/profiles/p", "/permissions/profiles/p"],
    ["/resources/a~1b/code", "/resources/a~1b/config/code"],
  ])("%s stands at %s", (path, expected) => expect(stackPath(path)).toBe(expected));
});

describe("stack.json → Document → stack.json", () => {
  const scalar = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean());
  const inline = fc.record({
    id: fc.string({ maxLength: 5 }),
    description: fc.constant(""),
    platforms: fc.constant({}),
  });
  const stacks = fc
    .record({
      environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.stringMatching(/^[a-z ]{0,6}$/), {
        noNullPrototype: true,
      }),
      commandsEnabled: fc.boolean(),
      cpu: fc.option(scalar),
      memory: fc.option(scalar),
      management: fc.constantFrom("auto", { extend: {} }),
      remoteAccess: fc.boolean(),
      inputs: fc.array(scalar, { maxLength: 3 }),
      sets: fc.array(fc.oneof(fc.constantFrom("storage/data-read", "kv/data-read"), inline), { maxLength: 3 }),
      everywhere: fc.boolean(),
      linked: fc.boolean(),
    })
    .map(({ environment, commandsEnabled, cpu, memory, management, remoteAccess, inputs, sets, everywhere, linked }) =>
      stackJson({
        config: { environment, commandsEnabled, cpu, memory, links: linked ? [{ type: "vault", id: "vault" }] : [] },
        entry: { remoteAccess, dependencies: linked ? [{ type: "vault", id: "vault" }] : [] },
        others: { vault: { ...vault, config: { ...vault.config, extra: { deep: [1] } } } },
        top: {
          inputs,
          permissions: {
            profiles: { execution: { "*": sets.filter((set, index) => sets.indexOf(set) === index) } },
            management,
          },
          ...(everywhere ? { supportedPlatforms: null } : {}),
        },
      }),
    );

  it("gives back what it was, whatever it carried", () => {
    fc.assert(fc.property(stacks, stack => void expect(roundTrip(stack)).toEqual(stack)));
  });

  it("is stable from the second time on", () => {
    fc.assert(fc.property(stacks, stack => void expect(roundTrip(roundTrip(stack))).toEqual(roundTrip(stack))));
  });
});

describe("Document → stack.json", () => {
  const text = `
stack: acme
supportedPlatforms: [kubernetes]
secrets: { s: { env: S } }
resources:
  files: { type: storage, binding: { service: s3, bucketName: b } }
  vault: { type: vault, keys: [K] }
  agent:
    type: daemon
    code: { type: image, image: "agent:v1" }
    environment: { A: x, S: { secret: s } }
    links: [files]
platforms: { kubernetes: { namespace: n } }
`;
  const { value } = checkText([text]);
  const exported = value && toStack(value.document);

  it("names what it leaves out", () => {
    expect(exported?.diagnostics.map(({ code, at }) => `${code} ${"path" in at ? at.path : ""}`).sort()).toEqual([
      "AL2023 /platforms",
      "AL2023 /resources/agent/environment/S",
      "AL2023 /resources/files/binding",
      "AL2023 /resources/vault/keys",
      "AL2023 /secrets",
    ]);
  });

  it("says the rest", () => {
    expect(exported?.value).toEqual({
      id: "acme",
      supportedPlatforms: ["kubernetes"],
      permissions: { profiles: { "no-grants": {} } },
      resources: {
        files: { config: { type: "storage", id: "files" }, lifecycle: "frozen", dependencies: [] },
        vault: { config: { type: "vault", id: "vault" }, lifecycle: "frozen", dependencies: [] },
        agent: {
          config: {
            type: "daemon",
            id: "agent",
            code: { type: "image", image: "agent:v1" },
            links: [{ type: "storage", id: "files" }],
            permissions: "no-grants",
            environment: { A: "x" },
          },
          lifecycle: "live",
          dependencies: [],
        },
      },
    });
  });

  it("can be read again", () => {
    const again = importStack(exported?.value ?? {});
    expect(again.diagnostics.filter(isError).map(({ code }) => code)).toEqual(["AL4003"]);
  });
});

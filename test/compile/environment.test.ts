import { describe, expect, it } from "vitest";
import type { DaemonIr } from "../../src/ir/index.ts";
import { checkText, codesIn, daemonStack } from "../check-text.ts";

const variable = (name: string, value = "info"): string =>
  daemonStack(`    environment:\n      ${JSON.stringify(name)}: ${JSON.stringify(value)}\n`);

describe("names of variables", () => {
  it.each(
    [
      "A",
      "a",
      "_",
      "_A",
      "LOG_LEVEL",
      "log_level",
      "A1",
      "__x__",
      "ALIEN",
      "ALIEN_MY_SETTING",
      "MY_BINDING",
      "ALIENS_CACHE_BINDING",
      "AWS_REGION",
      "AWS_ACCESS_KEY",
      "GOOGLE_APPLICATION_NAME",
      "PATH",
      "HOME",
    ].filter(name => name !== "AWS_ACCESS_KEY"),
  )("%s", name => {
    expect(codesIn(variable(name))).toEqual([]);
  });

  it.each(["1A", "A-B", "A.B", "A B", "", "A=", "Ä", "A\u0301", "A$", "a/b", "A\n", "😀"])("not %j", name => {
    expect(codesIn(variable(name))).toEqual(["AL3010"]);
  });

  it.each([
    "ALIEN_DEPLOYMENT_TYPE",
    "ALIEN_DEPLOYMENT_ID",
    "ALIEN_COMMANDS_URL",
    "ALIEN_COMMANDS_TOKEN",
    "ALIEN_COMMANDS_TARGET_RESOURCE_ID",
    "ALIEN_COMMANDS_TARGET_RESOURCE_TYPE",
    "ALIEN_CACHE_BINDING",
    "ALIEN__BINDING",
    "ALIEN_BINDING_CACHE",
    "ALIEN_SECRETS",
    "ALIEN_TRANSPORT",
    "ALIEN_CURRENT_DAEMON_BINDING_NAME",
    "AWS_ACCOUNT_ID",
    "GOOGLE_CLOUD_PROJECT",
    "AZURE_TENANT_ID",
  ])("%s is reserved", name => {
    expect(codesIn(variable(name))).toEqual(["AL3011"]);
  });
});

describe("values that look like secrets", () => {
  it.each([
    ["DB_PASSWORD", "hunter22"],
    ["API_KEY", "abcdef"],
    ["apikey", "abcdef"],
    ["GITHUB", `ghp_${"a".repeat(36)}`],
    ["ACCESS", `AKIA${"A".repeat(16)}`],
    ["URL", "postgres://user:pass@db/x"],
    ["PEM", "-----BEGIN RSA PRIVATE KEY-----\nabc"],
  ])("%s=%j", (name, value) => {
    expect(codesIn(variable(name, value))).toEqual(["AL3016"]);
  });

  it.each([
    ["DB_PASSWORD", ""],
    ["DB_PASSWORD", "/run/secrets/db"],
    ["USE_TOKEN", "true"],
    ["PASSWORD_MIN", "12"],
    ["TOKENIZER", "words"],
    ["URL", "postgres://user@db/x"],
    ["KEYBOARD", "de"],
  ])("not %s=%j", (name, value) => {
    expect(codesIn(variable(name, value))).toEqual([]);
  });
});

describe("templates", () => {
  it.each(["${X}", "a${X_1}b", "https://${HOST}/"])("%s is passed on, with a warning", value => {
    expect(codesIn(variable("A", value))).toEqual(["AL3015"]);
  });
  it.each(["$X", "$(X)", "${}", "${1}", "{X}", "$${"])("%s is plain text", value => {
    expect(codesIn(variable("A", value))).toEqual([]);
  });
});

const full = `
stack: acme
permissions:
  profiles: { p: { vault: [vault/data-read] } }
secrets:
  token: { env: T }
  z: { env: Z }
resources:
  vault: { type: vault, keys: [K] }
  a-kv: { type: kv, binding: { service: redis, connectionUrl: "redis://a" } }
  Files: { type: storage, binding: { service: s3, bucketName: f } }
  agent:
    type: daemon
    code: { type: image, image: "agent:v1" }
    links: [vault, a-kv, Files]
    permissions: p
    commandsEnabled: true
    environment: { Z: { secret: z }, A: one, b: two }
commands:
  token: { secret: token }
  deploymentId: dep
  managerUrl: https://m.example/v1
`;

const daemonIn = (text: string): DaemonIr => {
  const { value, diagnostics } = checkText([text]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [daemon] = value?.stack.daemons ?? [];
  if (daemon === undefined) throw new Error("no daemon");
  return daemon;
};

describe("the environment of a daemon", () => {
  const commands = [
    "ALIEN_DEPLOYMENT_ID",
    "ALIEN_COMMANDS_URL",
    "ALIEN_COMMANDS_TOKEN",
    "ALIEN_COMMANDS_TARGET_RESOURCE_ID",
    "ALIEN_COMMANDS_TARGET_RESOURCE_TYPE",
  ];
  const names = (text: string, platform: "local" | "kubernetes") =>
    daemonIn(text).environment[platform].map(({ name }) => name);

  it.each(["local", "kubernetes"] as const)("has one order on %s", platform => {
    expect(names(full, platform)).toEqual([
      "A",
      "Z",
      "b",
      "ALIEN_DEPLOYMENT_TYPE",
      "ALIEN_FILES_BINDING",
      "ALIEN_A_KV_BINDING",
      "ALIEN_VAULT_BINDING",
      ...commands,
    ]);
  });

  it("holds nothing of commands where they are not enabled", () => {
    expect(names(daemonStack("    environment: { A: x }\n"), "local")).toEqual(["A", "ALIEN_DEPLOYMENT_TYPE"]);
  });

  it("says the platform, the daemon, and where each value comes from", () => {
    const { environment } = daemonIn(full);
    const variableOf = (platform: "local" | "kubernetes", name: string) =>
      environment[platform].find(variable => variable.name === name);
    expect(variableOf("local", "ALIEN_DEPLOYMENT_TYPE")?.value).toEqual({ kind: "text", text: "local" });
    expect(variableOf("kubernetes", "ALIEN_DEPLOYMENT_TYPE")?.value).toEqual({ kind: "text", text: "kubernetes" });
    expect(variableOf("local", "Z")).toEqual({
      name: "Z",
      path: "/resources/agent/environment/Z",
      value: { kind: "secret", secret: "z" },
    });
    expect(variableOf("local", "ALIEN_COMMANDS_TOKEN")).toEqual({
      name: "ALIEN_COMMANDS_TOKEN",
      path: "/commands/token",
      value: { kind: "secret", secret: "token" },
    });
    expect(variableOf("local", "ALIEN_COMMANDS_TARGET_RESOURCE_ID")?.value).toEqual({ kind: "text", text: "agent" });
    expect(variableOf("local", "ALIEN_COMMANDS_TARGET_RESOURCE_TYPE")?.value).toEqual({ kind: "text", text: "daemon" });
    expect(variableOf("kubernetes", "ALIEN_VAULT_BINDING")?.path).toBe("/resources/agent/links/0");
  });
});

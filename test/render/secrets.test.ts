import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EnvironmentVariable, SecretIr } from "../../src/ir/index.ts";
import { type RenderOptions, renderKubernetes, requiredSecretKeys } from "../../src/render/index.ts";
import { containerEnv, processEnvironment, storedSecrets } from "./kubelet.ts";
import { bindingIr, daemonIr, link, secretIr, stackIr, variable } from "./stack-ir.ts";

const fromEnv = secretIr("from-env", { env: "PASSWORD" });
const fromFile = secretIr("from-file", { file: "token.txt" });
const foreign = secretIr("foreign", { kubernetes: { name: "db", key: "password" } });
const either = secretIr("either", { env: "EITHER", kubernetes: { name: "db", key: "either" } });
const secrets = [either, foreign, fromEnv, fromFile];

const ref = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});
const login = (username: string | { secret: string }, password: { secret: string }) =>
  bindingIr("external", { host: "db.acme.dev", port: 5432, username, password });
const secretVariable = (name: string, { name: secret }: SecretIr): EnvironmentVariable =>
  variable(name, { kind: "secret", secret });

function stackWith(...environment: readonly EnvironmentVariable[]) {
  return stackIr({ secrets, daemons: [daemonIr("connector", { environment })] });
}

function render(environment: readonly EnvironmentVariable[], options: RenderOptions = {}) {
  const stack = stackWith(...environment);
  const { value, diagnostics } = renderKubernetes(stack, options);
  const objects = value.map(({ object }) => object);
  const [deployment] = objects.slice(-1);
  if (deployment === undefined) throw new Error("no Deployment");
  return {
    objects,
    deployment,
    env: containerEnv(deployment),
    diagnostics,
    required: requiredSecretKeys(stack, options),
  };
}

describe("a secret as a variable", () => {
  test("comes from the daemon's own Secret", () => {
    const { env, objects, required } = render([secretVariable("PASSWORD", fromEnv), secretVariable("TOKEN", fromFile)]);
    expect(env).toEqual([
      ref("PASSWORD", "acme-connector-env", "PASSWORD"),
      ref("TOKEN", "acme-connector-env", "TOKEN"),
    ]);
    expect(required).toEqual([{ secret: "acme-connector-env", keys: ["PASSWORD", "TOKEN"], daemon: "connector" }]);
    expect(objects.map(({ kind }) => kind)).not.toContain("Secret");
  });

  test.each([foreign, either])("comes from the cluster's Secret where one is named: $name", secret => {
    const { env, required } = render([secretVariable("PASSWORD", secret)]);
    expect(env).toEqual([ref("PASSWORD", "db", secret.kubernetes?.key ?? "")]);
    expect(required).toEqual([]);
  });

  test("is rendered with its value where values are known", () => {
    const { objects } = render([secretVariable("PASSWORD", fromEnv)], {
      secretValues: new Map([["from-env", "pä$s\n"]]),
    });
    expect(objects.find(({ kind }) => kind === "Secret")).toMatchObject({
      apiVersion: "v1",
      metadata: { name: "acme-connector-env", annotations: { "alien.dev/id": "connector", "alien.dev/stack": "acme" } },
      type: "Opaque",
      data: { PASSWORD: Buffer.from("pä$s\n").toString("base64") },
    });
  });

  test("is a finding once where its value is missing", () => {
    const environment = [
      secretVariable("A", fromEnv),
      secretVariable("B", fromEnv),
      secretVariable("C", fromFile),
      secretVariable("D", foreign),
    ];
    const { diagnostics, objects } = render(environment, { secretValues: new Map() });
    expect(diagnostics.map(({ name, at, message }) => ({ name, at, message }))).toEqual([
      {
        name: "secret-value-missing",
        at: { path: "/secrets/from-env", on: "key" },
        message: "the value of the secret `from-env` is not there: the variable `PASSWORD` is not set, or is empty",
      },
      {
        name: "secret-value-missing",
        at: { path: "/secrets/from-file", on: "key" },
        message: "the value of the secret `from-file` is not there: the file `token.txt` cannot be read, or is empty",
      },
    ]);
    expect(objects.find(({ kind }) => kind === "Secret")).toHaveProperty("data", {});
  });
});

describe("a binding", () => {
  test("without secrets is plain text, its namespace filled in, nothing expandable", () => {
    const binding = bindingIr("kubernetes-secret", { namespace: "<namespace>", vaultPrefix: "a$(B)" });
    const env = (namespace: RenderOptions) => render([link("credentials", binding)], namespace).env;
    const json = (namespace: string) =>
      `{"service":"kubernetes-secret","namespace":"${namespace}","vaultPrefix":"a$$(B)"}`;
    expect(env({})).toEqual([{ name: "ALIEN_CREDENTIALS_BINDING", value: json("default") }]);
    expect(env({ namespace: "prod" })).toEqual([{ name: "ALIEN_CREDENTIALS_BINDING", value: json("prod") }]);
  });

  test.each([fromEnv, either])("with a secret we can read goes whole into the own Secret: $name", ({ name }) => {
    const { env, required, diagnostics } = render([link("my-db", login("admin", { secret: name }))]);
    expect(env).toEqual([ref("ALIEN_MY_DB_BINDING", "acme-connector-env", "ALIEN_MY_DB_BINDING")]);
    expect(required).toEqual([{ secret: "acme-connector-env", keys: ["ALIEN_MY_DB_BINDING"], daemon: "connector" }]);
    expect(diagnostics).toEqual([]);
  });

  test("with a foreign secret is put together by the kubelet, with a warning", () => {
    const { env, required, diagnostics } = render([link("my-db", login("a$(B)", { secret: "foreign" }))]);
    expect(env).toEqual([
      ref("ALIEN_BINDING_MY_DB_PASSWORD", "db", "password"),
      {
        name: "ALIEN_MY_DB_BINDING",
        value:
          '{"service":"external","host":"db.acme.dev","port":5432,"username":"a$$(B)","password":"$(ALIEN_BINDING_MY_DB_PASSWORD)"}',
      },
    ]);
    expect(required).toEqual([]);
    expect(diagnostics.map(({ name, severity, at }) => ({ name, severity, at }))).toEqual([
      { name: "spliced-secret", severity: "warning", at: { path: "/resources/db/binding/password", on: "value" } },
    ]);
  });

  test("that mixes both splices both, and warns only of the foreign one", () => {
    const { env, required, diagnostics } = render([link("db", login({ secret: "either" }, { secret: "foreign" }))]);
    expect(env).toEqual([
      ref("ALIEN_BINDING_DB_USERNAME", "acme-connector-env", "ALIEN_BINDING_DB_USERNAME"),
      ref("ALIEN_BINDING_DB_PASSWORD", "db", "password"),
      {
        name: "ALIEN_DB_BINDING",
        value:
          '{"service":"external","host":"db.acme.dev","port":5432,"username":"$(ALIEN_BINDING_DB_USERNAME)","password":"$(ALIEN_BINDING_DB_PASSWORD)"}',
      },
    ]);
    expect(required).toEqual([
      { secret: "acme-connector-env", keys: ["ALIEN_BINDING_DB_USERNAME"], daemon: "connector" },
    ]);
    expect(diagnostics.map(({ at }) => at)).toEqual([{ path: "/resources/db/binding/password", on: "value" }]);
  });

  test("that is linked by several daemons warns once", () => {
    const environment = [link("db", login("admin", { secret: "foreign" }))];
    const stack = stackIr({ secrets, daemons: [daemonIr("a", { environment }), daemonIr("b", { environment })] });
    expect(renderKubernetes(stack).diagnostics).toHaveLength(1);
  });

  test("uses names for its parts that nothing else uses", () => {
    const taken = variable("ALIEN_BINDING_DB_PASSWORD", { kind: "text", text: "mine" });
    const { env } = render([taken, link("db", login("admin", { secret: "foreign" }))]);
    expect(env.map(({ name }) => name)).toEqual([
      "ALIEN_BINDING_DB_PASSWORD",
      "ALIEN_BINDING_DB_PASSWORD_2",
      "ALIEN_DB_BINDING",
    ]);
    expect(env.at(-1)?.value).toContain('"$(ALIEN_BINDING_DB_PASSWORD_2)"');
    const again = render([
      link("db", login("a", { secret: "foreign" })),
      link("db", login("b", { secret: "foreign" })),
    ]);
    expect(again.env.map(({ name }) => name).filter(name => name.startsWith("ALIEN_BINDING_"))).toEqual([
      "ALIEN_BINDING_DB_PASSWORD",
      "ALIEN_BINDING_DB_PASSWORD_2",
    ]);
  });

  const hostile = fc.string({ unit: fc.constantFrom("$", "(", ")", '"', "\\", "\n", "é", "A", "😀"), maxLength: 12 });
  const passwords = fc.constantFrom("from-env", "either", "foreign");

  test("reaches the process exactly, whatever its texts and secrets", () => {
    const property = fc.property(hostile, hostile, hostile, passwords, (host, user, harmless, password) => {
      const fields = { host, port: 5432, username: { secret: "from-file" }, password: { secret: password } };
      const foreignValue = JSON.stringify(harmless).slice(1, -1).replaceAll(/[\\"]/g, "");
      const secretValues = new Map([
        ["from-env", harmless],
        ["either", harmless],
        ["from-file", user],
      ]);
      const { objects, deployment } = render([link("db", bindingIr("external", fields))], { secretValues });
      const store = new Map([...storedSecrets(objects), ["db/password", foreignValue] as const]);
      expect(JSON.parse(processEnvironment(deployment, store).ALIEN_DB_BINDING ?? "")).toEqual({
        service: "external",
        host,
        port: 5432,
        username: user,
        password: password === "foreign" ? foreignValue : harmless,
      });
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

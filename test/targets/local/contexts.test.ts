import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { findEngine } from "../../../src/targets/local/api/connect.ts";
import type { ConnectOptions } from "../../../src/targets/local/open-options.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alien-compile-contexts-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const write = (name: string, text: string): string => {
  const file = join(home, ".docker", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const idOf = (name: string): string => createHash("sha256").update(name).digest("hex");
const context = (name: string, endpoint: object): string =>
  write(
    `contexts/meta/${idOf(name)}/meta.json`,
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
  );
const choose = (name: string): string => write("config.json", JSON.stringify({ auths: {}, currentContext: name }));

const find = ({ environment, ...rest }: Partial<ConnectOptions> = {}) =>
  findEngine({ ...rest, environment: { HOME: home, ...environment } });
const found = (options?: Partial<ConnectOptions>) => {
  const { value, diagnostics } = find(options);
  expect(diagnostics).toEqual([]);
  return value;
};
const problem = (options?: Partial<ConnectOptions>) => {
  const { value, diagnostics } = find(options);
  expect(value).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  const { name = "", at, message = "", help = "" } = diagnostics[0] ?? {};
  return { name, at, said: `${message}\n${help}` };
};

describe("the engine that is meant", () => {
  const DOCKER_HOST = "unix:///from/host.sock";

  test("is this machine's where nothing is said", () => {
    expect(found()).toEqual({
      address: "unix:///var/run/docker.sock",
      listens: { socketPath: "/var/run/docker.sock" },
    });
    expect(found({ environment: { HOME: undefined } })?.address).toBe("unix:///var/run/docker.sock");
  });

  test("is the flag's before that of DOCKER_HOST, DOCKER_CONTEXT and the context that was chosen", () => {
    for (const name of ["flag", "variable", "chosen"]) context(name, { Host: `unix:///from/${name}.sock` });
    choose("chosen");
    const DOCKER_CONTEXT = "variable";
    expect(found({ context: "flag", environment: { DOCKER_HOST, DOCKER_CONTEXT } })?.address).toBe(
      "unix:///from/flag.sock",
    );
    expect(found({ environment: { DOCKER_HOST, DOCKER_CONTEXT } })?.address).toBe("unix:///from/host.sock");
    expect(found({ environment: { DOCKER_CONTEXT } })?.address).toBe("unix:///from/variable.sock");
    expect(found()?.address).toBe("unix:///from/chosen.sock");
  });

  test("of the context `default` is that without contexts", () => {
    choose("default");
    expect(found()?.address).toBe("unix:///var/run/docker.sock");
    expect(found({ context: "default", environment: { DOCKER_HOST } })?.address).toBe("unix:///from/host.sock");
  });

  test("is looked for where DOCKER_CONFIG says", () => {
    context("there", { Host: "unix:///from/there.sock" });
    const options = { context: "there", environment: { HOME: "/nowhere", DOCKER_CONFIG: join(home, ".docker") } };
    expect(found(options)?.address).toBe("unix:///from/there.sock");
  });

  test.each([
    ["tcp://10.0.0.1", "tcp://10.0.0.1:2375", { host: "10.0.0.1", port: 2375 }],
    ["tcp://dev.example:80", "tcp://dev.example:80", { host: "dev.example", port: 80 }],
    ["dev.example:4000", "tcp://dev.example:4000", { host: "dev.example", port: 4000 }],
    ["http://[::1]:4000/", "tcp://[::1]:4000", { host: "::1", port: 4000 }],
    ["tcp://user:s3cret@dev.example:4000", "tcp://dev.example:4000", { host: "dev.example", port: 4000 }],
    ["unix://", "unix:///var/run/docker.sock", { socketPath: "/var/run/docker.sock" }],
    ["npipe:////./pipe/other", "npipe:////./pipe/other", { socketPath: "//./pipe/other" }],
  ])("may be at %s", (host, address, listens) => {
    expect(found({ environment: { DOCKER_HOST: host } })).toEqual({ address, listens });
  });
});

describe("TLS", () => {
  test("is spoken where DOCKER_TLS_VERIFY says so, with the files of DOCKER_CERT_PATH", () => {
    for (const name of ["ca", "cert", "key"]) write(`certificates/${name}.pem`, name);
    const environment = {
      DOCKER_HOST: "tcp://dev.example",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: join(home, ".docker/certificates"),
    };
    expect(found({ environment })).toEqual({
      address: "tcp://dev.example:2376",
      listens: { host: "dev.example", port: 2376 },
      tls: { ca: "ca", cert: "cert", key: "key", rejectUnauthorized: true },
    });
    const unverified = { ...environment, DOCKER_TLS_VERIFY: "", DOCKER_TLS: "1" };
    expect(found({ environment: unverified })?.tls?.rejectUnauthorized).toBe(false);
    expect(found({ environment: { ...environment, DOCKER_TLS_VERIFY: "" } })?.tls).toBeUndefined();
    expect(found({ environment: { ...environment, DOCKER_HOST: "unix:///x" } })?.tls).toBeUndefined();
  });

  test("takes its certificates from Docker's own directory where nothing else is said", () => {
    write("ca.pem", "ca");
    const environment = { DOCKER_HOST: "https://dev.example:4000" };
    expect(found({ environment })?.tls).toEqual({ ca: "ca", rejectUnauthorized: true });
  });

  test("is spoken with the certificates of a context", () => {
    context("far", { Host: "tcp://far.example:2376", SkipTLSVerify: false });
    expect(found({ context: "far" })?.tls).toBeUndefined();
    write(`contexts/tls/${idOf("far")}/docker/ca.pem`, "ca");
    expect(found({ context: "far" })?.tls).toEqual({ ca: "ca", rejectUnauthorized: true });
    context("far", { Host: "tcp://far.example:2376", SkipTLSVerify: true });
    expect(found({ context: "far" })?.tls).toEqual({ ca: "ca", rejectUnauthorized: false });
  });
});

describe("what cannot be used", () => {
  test("is a context that is not there", () => {
    context("staging", { Host: "unix:///x" });
    const { name, at, said } = problem({ context: "stagign" });
    expect([name, at]).toEqual(["unknown-docker-context", { argument: "--context" }]);
    expect(said).toContain("`staging`?");
    expect(problem({ environment: { DOCKER_CONTEXT: "gone" } }).at).toEqual({ argument: "DOCKER_CONTEXT" });
    choose("gone");
    expect(problem().at).toEqual({ argument: "config.json" });
    expect(problem().said).toContain("`default` or `staging`");
  });

  test.each([
    ["{", "not JSON"],
    ["[1, 2]", "does not say"],
    ['{"Endpoints":{"docker":{}}}', "does not say"],
    ['{"Endpoints":{"docker":{"Host":""}}}', "does not say"],
    ["null", "does not say"],
  ])("is a context that says %s", (text, words) => {
    const file = write(`contexts/meta/${idOf("broken")}/meta.json`, text);
    const { name, at, said } = problem({ context: "broken" });
    expect([name, at]).toEqual(["docker-context-damaged", { file }]);
    expect(said).toContain(words);
    // It does not hide the others.
    context("fine", { Host: "unix:///x" });
    expect(problem({ context: "fin" }).said).toContain("`fine`");
  });

  test("is a configuration that is no JSON, where no variable says where the engine is", () => {
    const file = write("config.json", "{ s3cret");
    expect(problem()).toMatchObject({ name: "docker-context-damaged", at: { file } });
    expect(problem().said).not.toContain("s3cret");
    expect(found({ environment: { DOCKER_HOST: "unix:///x" } })?.address).toBe("unix:///x");
  });

  test("is a certificate that cannot be read", () => {
    const file = join(home, ".docker/ca.pem");
    mkdirSync(file, { recursive: true });
    const environment = { DOCKER_HOST: "tcp://dev.example", DOCKER_TLS_VERIFY: "1" };
    expect(problem({ environment })).toMatchObject({ name: "docker-context-damaged", at: { file } });
  });

  test.each([
    ["tcp://", "not an address"],
    ["tcp://a b", "not an address"],
    ["tcp://dev.example:99999", "not an address"],
    ["tcp://dev.example/path", "no path"],
    ["fd://3", "`fd://`"],
  ])("is the address %s", (host, words) => {
    const { name, at, said } = problem({ environment: { DOCKER_HOST: host } });
    expect([name, at]).toEqual(["bad-docker-host", { argument: "DOCKER_HOST" }]);
    expect(said).toContain(words);
  });

  test("is an address over SSH, of which no password is shown", () => {
    const { name, at, said } = problem({ environment: { DOCKER_HOST: "ssh://ops:s3cret@dev.example:2222" } });
    expect([name, at]).toEqual(["docker-host-over-ssh", { argument: "DOCKER_HOST" }]);
    expect(said).toContain("-p 2222 -L /tmp/docker.sock:/var/run/docker.sock ops@dev.example`");
    expect(said).not.toContain("s3cret");
    context("far", { Host: "ssh://far.example" });
    expect(problem({ context: "far" }).at).toEqual({ argument: "far" });
  });
});

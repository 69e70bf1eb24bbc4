import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/targets/kubernetes/api/error.ts";
import { apiFinding } from "../../../src/targets/kubernetes/api/findings.ts";

const server = "https://user:pass@10.0.0.1:6443/";
const asked = { server, verb: "list", resource: "deployments", namespace: "acme" };
const said = (message: string, options: ConstructorParameters<typeof ApiError>[1]) =>
  apiFinding(new ApiError(message, options), asked);

describe("what an error of the API server means", () => {
  test.each([
    ["ECONNREFUSED", "cluster-unreachable", "the connection is refused"],
    ["ENOTFOUND", "cluster-unreachable", "its name cannot be resolved"],
    ["ETIMEDOUT", "cluster-unreachable", "it does not answer in time"],
    ["NotApi", "cluster-unreachable", "what answers is not a Kubernetes API server"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "certificate-not-trusted", "its authority is not a known one"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate-not-trusted", "it is signed by itself"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate-not-trusted", "its authority is not a known one"],
    ["CERT_HAS_EXPIRED", "certificate-not-trusted", "it has expired"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate-not-trusted", "it is for another name"],
  ])("%s", (reason, name, words) => {
    const found = said("connect", { status: 0, reason });
    expect(found).toMatchObject({ name, message: expect.stringContaining(words) });
    expect(found.message).toContain("`https://10.0.0.1:6443`");
    expect(found.message).not.toContain("pass");
  });

  test("a system's problem that has no words here keeps its own", () => {
    expect(said("socket hang up", { status: 0 }).message).toContain("socket hang up");
    expect(said("x", { status: 0, reason: "EWHATEVER" }).message).toContain("EWHATEVER");
  });

  test("401 is no credentials", () => {
    expect(said("Unauthorized", { status: 401, reason: "Unauthorized" }).name).toBe("not-authenticated");
  });

  test("nobody is not told what nobody may not do", () => {
    const message =
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "x"';
    expect(said(message, { status: 403, reason: "Forbidden" }).name).toBe("not-authenticated");
  });

  test("what the program that fetches credentials says is shown, but not what it printed as its answer", () => {
    const failed = said("spawn aws ENOENT\nand more", { status: 401, reason: "NoCredentials", cause: new Error("x") });
    expect(failed.message).toMatch(/: spawn aws ENOENT$/);
    const cause = new SyntaxError('"eyJhbGciOi" is not valid JSON');
    const printed = said(cause.message, { status: 401, reason: "NoCredentials", cause });
    expect(printed).toMatchObject({ name: "not-authenticated", message: expect.not.stringContaining("eyJ") });
    expect(said("", { status: 401, reason: "NoCredentials" }).message).toContain("without a word");
  });

  test.each([
    [
      'deployments.apps is forbidden: User "dev" cannot list resource "deployments" in API group "apps" in the namespace "prod"',
      "`dev` may not list `deployments.apps` in the namespace `prod` of `https://10.0.0.1:6443`",
    ],
    [
      'nodes is forbidden: User "dev" cannot list resource "nodes" in API group "" at the cluster scope',
      "`dev` may not list `nodes` in the whole cluster of `https://10.0.0.1:6443`",
    ],
  ])("403: %s", (message, expected) => {
    expect(said(message, { status: 403, reason: "Forbidden" })).toMatchObject({ name: "forbidden", message: expected });
  });

  test("403 of an admission webhook is a refusal with its words", () => {
    const found = said('admission webhook "x" denied the request: no', { status: 403, reason: "Forbidden" });
    expect(found).toMatchObject({
      name: "request-refused",
      message: expect.stringContaining("denied the request: no"),
    });
  });

  test.each([
    [429, "cluster-failing"],
    [500, "cluster-failing"],
    [503, "cluster-failing"],
    [400, "request-refused"],
    [422, "request-refused"],
  ])("%i is %s", (status, name) => {
    expect(said("because", { status }).name).toBe(name);
  });
});

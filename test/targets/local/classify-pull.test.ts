import { describe, expect, test } from "vitest";
import { classifyPull, mayPass } from "../../../src/targets/local/images/classify-pull.ts";

const image = "ghcr.io/acme/agent:v1";
const said = (text: string, reference = image) => {
  const { kind, ...rest } = classifyPull(text, reference);
  return [kind, ...Object.values(rest)].join(" ");
};

/** What engines said, from 20.10 to 28, with their own store of images and with containerd's; [R] seen on a real one. */
describe("what an engine says of a failed pull", () => {
  test.each([
    // The repository.
    [
      "name false",
      "repository 127.0.0.1:5000/nope not found: name unknown: repository name not known to registry", // [R] 20.10
    ],
    [
      "name true",
      "pull access denied for acme/agent, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    [
      "name true",
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    ],
    // The tag.
    ["tag", "manifest for 127.0.0.1:5000/nope:1 not found: manifest unknown: manifest unknown"], // [R] 20.10
    ["tag", "manifest unknown: manifest unknown"], // [R] 20.10, of a digest asked for
    ["tag", 'failed to resolve reference "ghcr.io/acme/agent:v1": ghcr.io/acme/agent:v1: not found'],
    // The login.
    ["login", 'Head "http://127.0.0.1:46605/v2/al/x/manifests/1": no basic auth credentials'], // [R] 20.10
    ["login", "unauthorized"], // [R] 20.10
    ["login", 'Head "http://127.0.0.1:42693/v2/al/x/manifests/1": unauthorized: bad'], // [R] 20.10
    ["login", "denied"], // [R] 20.10
    [
      "login",
      "error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: \"<h1>no</h1>\"", // [R] 20.10
    ],
    [
      "login",
      "Get https://registry-1.docker.io/v2/acme/agent/manifests/latest: unauthorized: incorrect username or password",
    ],
    [
      "login",
      "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
    ],
    [
      "login",
      "pull access denied, repository does not exist or may require authorization: authorization status: 401: authorization failed",
    ],
    [
      "login",
      'unknown: failed to resolve reference "ghcr.io/acme/agent:v1": unexpected status from HEAD request to https://ghcr.io/v2/acme/agent/manifests/v1: 403 Forbidden',
    ],
    [
      "login",
      'error from registry: failed to resolve reference "docker.io/acme/agent:v1": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Aacme%2Fagent%3Apull&service=registry.docker.io: 401 Unauthorized',
    ],
    [
      "login",
      "pull access denied for 1234.dkr.ecr.eu-west-1.amazonaws.com/agent, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.",
    ],
    // The network.
    [
      "network unknown-host",
      'Get "https://nosuchhost.invalid/v2/": dial tcp: lookup nosuchhost.invalid on 10.0.0.53:53: no such host', // [R] 20.10
    ],
    ["network refused", 'Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused'], // [R] 20.10
    [
      "network refused",
      'failed to resolve reference "127.0.0.1:5999/x:1": failed to do request: Head "http://127.0.0.1:5999/v2/x/manifests/1": dial tcp 127.0.0.1:5999: connect: connection refused',
    ],
    ["network cut", 'Head "http://127.0.0.1:34343/v2/al/x/manifests/1": EOF'], // [R] 20.10
    [
      "network cut",
      'failed to resolve reference "docker.io/acme/agent:v1": failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Aacme%2Fagent%3Apull&service=registry.docker.io": EOF',
    ],
    ["network cut", "read tcp 10.0.0.2:41000->140.82.121.33:443: read: connection reset by peer"],
    [
      "network name-service",
      'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 127.0.0.53:53: server misbehaving',
    ],
    [
      "network name-service",
      'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 8.8.8.8:53: read udp 10.0.0.2:41000->8.8.8.8:53: i/o timeout',
    ],
    ["network late", 'Get "https://ghcr.io/v2/": dial tcp 140.82.121.33:443: i/o timeout'],
    ["network late", 'Get "https://ghcr.io/v2/": net/http: TLS handshake timeout'],
    [
      "network late",
      'Get "https://ghcr.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    ["network late", 'Get "https://ghcr.io/v2/": context deadline exceeded'],
    ["network unreachable", 'Get "https://ghcr.io/v2/": dial tcp 140.82.121.33:443: connect: network is unreachable'],
    ["network unreachable", 'Get "https://ghcr.io/v2/": dial tcp 140.82.121.33:443: connect: no route to host'],
    ["network plain-http", 'Get "https://10.0.0.9:5000/v2/": http: server gave HTTP response to HTTPS client'],
    ["network plain-http", "tls: first record does not look like a TLS handshake"],
    [
      "network certificate",
      'Get "https://10.0.0.9/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    ["network certificate", 'Get "https://r.acme.dev/v2/": x509: certificate signed by unknown authority'],
    ["network certificate", 'Get "https://r.acme.dev/v2/": remote error: tls: bad certificate'],
    ["network other", 'Get "https://ghcr.io/v2/": proxyconnect tcp: something new'],
    // The rest.
    ["platform", "no matching manifest for linux/amd64 in the manifest list entries"], // [R] 20.10
    [
      "platform",
      "no matching manifest for linux/arm64/v8 in the manifest list entries: no match for platform in manifest: not found",
    ],
    ["platform", 'image operating system "windows" cannot be used on this platform'],
    [
      "limit",
      "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit", // [R] 20.10
    ],
    [
      "limit",
      "failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/acme/agent/manifests/sha256:7a54: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.",
    ],
    ["disk", "write /var/lib/docker/tmp/GetImageBlob872957069: no space left on device"],
    [
      "disk",
      "failed to register layer: ApplyLayer exit status 1 stdout:  stderr: write /usr/lib/libx.so: no space left on device",
    ],
    ["invalid", "invalid reference format: repository name must be lowercase"], // [R] 20.10
    ["invalid", "invalid reference format: repository name (acme/Agent) must be lowercase"],
    ["registry", "received unexpected HTTP status: 500 Internal Server Error"], // [R] 20.10
    ["registry", "received unexpected HTTP status: 503 Service Unavailable"], // [R] 20.10
    [
      "registry",
      'failed to resolve reference "ghcr.io/acme/agent:v1": unexpected status from HEAD request to https://ghcr.io/v2/acme/agent/manifests/v1: 502 Bad Gateway',
    ],
    ["other", "filesystem layer verification failed for digest sha256:4567"],
    ["other", ""],
  ])("%s: %s", (expected, text) => {
    expect(said(text)).toBe(expected);
  });

  test("is not taken from the names in it", () => {
    const name = "127.0.0.1:5000/denied/timeout:no-such-host";
    expect(said(`manifest for ${name} not found: manifest unknown: manifest unknown`, name)).toBe("tag");
    expect(said(`error for "unauthorized" at https://127.0.0.1:5000/v2/denied/timeout/manifests/x: boom`, name)).toBe(
      "other",
    );
    const familiar = "docker.io/library/denied:1";
    expect(said("manifest for denied:1 not found: manifest unknown: manifest unknown", familiar)).toBe("tag");
  });
});

test("what may pass is a network that fails and a registry that fails, not a certificate or a refusal", () => {
  const passing = (text: string) => mayPass(classifyPull(text, image));
  expect(passing("dial tcp 1.2.3.4:443: connect: connection refused")).toBe(true);
  expect(passing("received unexpected HTTP status: 503 Service Unavailable")).toBe(true);
  expect(passing("x509: certificate signed by unknown authority")).toBe(false);
  expect(passing("http: server gave HTTP response to HTTPS client")).toBe(false);
  expect(passing("unauthorized: authentication required")).toBe(false);
  expect(passing("toomanyrequests: too many")).toBe(false);
});

import { describe, expect, test } from "vitest";
import { plainWords } from "../../src/targets/index.ts";
import type { Trouble } from "../../src/targets/kubernetes/rollout/cause.ts";
import { refusalTrouble } from "../../src/targets/kubernetes/rollout/classify.ts";
import { configTrouble, startTrouble } from "../../src/targets/kubernetes/rollout/classify-container.ts";
import { imageTrouble } from "../../src/targets/kubernetes/rollout/classify-image.ts";

const told = (trouble: Trouble | undefined): string =>
  trouble === undefined ? "nothing" : `${trouble.permanent ? "permanent" : "transient"} ${trouble.cause.kind}`;

const pull = (message: string, image = "docker.io/acme/agent:1"): string =>
  told(imageTrouble({ image, reason: "ErrImagePull", message, pulled: undefined }));

describe("a pull", () => {
  const containerd =
    'failed to pull and unpack image "docker.io/acme/agent:1": failed to resolve reference "docker.io/acme/agent:1"';
  test.each([
    // dockershim
    [
      "rpc error: code = Unknown desc = Error response from daemon: manifest for acme/agent:1 not found: manifest unknown: manifest unknown",
      "permanent image-missing",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: pull access denied for acme/agent, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      "permanent image-denied",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: Get https://r.acme.dev/v2/acme/agent/manifests/1: unauthorized: authentication required",
      "permanent image-denied",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: Get https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/agent/manifests/1: no basic auth credentials",
      "permanent image-denied",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: You have reached your pull rate limit",
      "transient image-pull-failing",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: Get https://r.acme.dev/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
      "transient image-pull-failing",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: received unexpected HTTP status: 503 Service Unavailable",
      "transient image-pull-failing",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: Get https://r.acme.dev/v2/: x509: certificate signed by unknown authority",
      "transient image-pull-failing",
    ],
    [
      "rpc error: code = Unknown desc = Error response from daemon: Get https://r.acme.dev/v2/: http: server gave HTTP response to HTTPS client",
      "transient image-pull-failing",
    ],
    [
      "rpc error: code = Unknown desc = no matching manifest for linux/arm64/v8 in the manifest list entries",
      "permanent image-wrong-platform",
    ],
    ["rpc error: code = Unknown desc = context canceled", "transient image-pull-failing"],
    // containerd
    [`rpc error: code = NotFound desc = ${containerd}: docker.io/acme/agent:1: not found`, "permanent image-missing"],
    [
      `rpc error: code = Unknown desc = ${containerd}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      "permanent image-denied",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized`,
      "permanent image-denied",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: failed to authorize: failed to fetch oauth token: unexpected status: 503 Service Unavailable`,
      "transient image-pull-failing",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: unexpected status code [manifests 1]: 403 Forbidden`,
      "permanent image-denied",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: unexpected status code https://r.acme.dev/v2/agent/manifests/1: 500 Internal Server Error`,
      "transient image-pull-failing",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: failed to do request: Head "https://r.acme.dev/v2/agent/manifests/1": dial tcp: lookup r.acme.dev: no such host`,
      "transient image-pull-failing",
    ],
    [
      `rpc error: code = DeadlineExceeded desc = ${containerd}: failed to do request: Head "https://r.acme.dev/v2/": dial tcp 10.0.0.1:443: i/o timeout`,
      "transient image-pull-failing",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: failed to copy: httpReadSeeker: failed open: unexpected EOF`,
      "transient image-pull-failing",
    ],
    [
      `rpc error: code = Unknown desc = ${containerd}: no match for platform in manifest: not found`,
      "permanent image-wrong-platform",
    ],
    // CRI-O
    [
      "rpc error: code = Unknown desc = reading manifest 1 in docker.io/acme/agent: manifest unknown: manifest unknown",
      "permanent image-missing",
    ],
    [
      "rpc error: code = Unknown desc = Error reading manifest 1 in r.acme.dev/agent: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n",
      "permanent image-denied",
    ],
    [
      'initializing source docker://r.acme.dev/agent:1: pinging container registry r.acme.dev: Get "https://r.acme.dev/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
      "transient image-pull-failing",
    ],
    [
      'rpc error: code = Unknown desc = choosing image instance: no image found in manifest list for architecture arm64, variant "v8", OS linux',
      "permanent image-wrong-platform",
    ],
    [
      "rpc error: code = Unknown desc = unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password",
      "permanent image-denied",
    ],
    // nobody knows
    ["rpc error: code = Unknown desc = the moon is in the wrong house", "transient image-pull-failing"],
  ])("%s", (message, expected) => expect(pull(message)).toBe(expected));

  test("is not judged by the image's name", () => {
    expect(
      pull(
        "Error response from daemon: manifest for acme/timeout-503:tls not found: manifest unknown",
        "acme/timeout-503:tls",
      ),
    ).toBe("permanent image-missing");
    expect(
      pull(
        'failed to resolve reference "docker.io/acme/not-found:denied": dial tcp: i/o timeout',
        "acme/not-found:denied",
      ),
    ).toBe("transient image-pull-failing");
    expect(pull("Error response from daemon: denied for acme/denied: connection reset", "acme/denied:1")).toBe(
      "transient image-pull-failing",
    );
    expect(pull("something with acme/denied", "acme/denied:1")).toBe("transient image-pull-failing");
  });

  test("that backs off says what it said before, in the event or in the message itself", () => {
    const backingOff = (message: string, pulled?: string) =>
      imageTrouble({ image: "a/b:1", reason: "ImagePullBackOff", message, pulled });
    const pulled = 'Failed to pull image "a/b:1": rpc error: code = Unknown desc = manifest unknown';
    expect(backingOff('Back-off pulling image "a/b:1"', pulled)).toEqual({
      cause: { kind: "image-missing", image: "a/b:1", said: "manifest unknown" },
      permanent: true,
    });
    expect(told(backingOff('Back-off pulling image "a/b:1"'))).toBe("transient image-pull-failing");
    const newer = 'Back-off pulling image "a/b:1": ErrImagePull: rpc error: code = NotFound desc = a/b:1: not found';
    expect(backingOff(newer)).toMatchObject({
      cause: { kind: "image-missing", said: "a/b:1: not found" },
      permanent: true,
    });
  });

  test("of another reason is no matter of the image", () => {
    const other = { image: "a", reason: "CreateContainerError", message: "not found", pulled: undefined };
    expect(imageTrouble(other)).toBeUndefined();
  });
});

describe("the settings of a container", () => {
  test.each([
    ['secret "db" not found', "permanent secret-missing"],
    ['secrets "db" not found', "permanent secret-missing"],
    ["couldn't find key password in Secret acme/db", "permanent secret-key-missing"],
    ["failed to sync secret cache: timed out waiting for the condition", "transient unknown"],
    [
      'container has runAsNonRoot and image will run as root (pod: "x_y(z)", container: daemon)',
      "permanent cannot-start",
    ],
    [
      "container has runAsNonRoot and image has non-numeric user (agent), cannot verify user is non-root",
      "permanent cannot-start",
    ],
    ["something else", "transient unknown"],
  ])("%s", (message, expected) => expect(told(configTrouble(message))).toBe(expected));

  test("name the Secret and the key", () => {
    expect(configTrouble("couldn't find key pass.word in Secret acme/db").cause).toMatchObject({
      secret: "db",
      key: "pass.word",
    });
    expect(configTrouble('secret "db" not found').cause).toMatchObject({ secret: "db" });
  });
});

describe("the start of a container", () => {
  test.each([
    [
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/agent": stat /agent: no such file or directory: unknown',
      127,
      "permanent cannot-start",
    ],
    [
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "agent": executable file not found in $PATH: unknown',
      128,
      "permanent cannot-start",
    ],
    [
      'container create failed: time="2026" level=error msg="runc create failed: exec: \\"agent\\": permission denied"',
      128,
      "permanent cannot-start",
    ],
    ["failed to create containerd task: exec format error: unknown", 128, "permanent cannot-start"],
    [
      "failed to create containerd task: OCI runtime create failed: cannot allocate a console",
      128,
      "transient cannot-start",
    ],
    ["failed to create shim task: cannot allocate a console", 127, "permanent cannot-start"],
    [
      "OCI runtime create failed: container init was OOM-killed (memory limit too low?): unknown",
      128,
      "permanent out-of-memory",
    ],
    ["context deadline exceeded", undefined, "transient unknown"],
    ['failed to reserve container name "daemon": name "daemon" is reserved for "9a8b"', undefined, "transient unknown"],
    ['failed to generate container "9a8b" spec: no command specified', undefined, "permanent cannot-start"],
  ])("%s (%s)", (message, exitCode, expected) => expect(told(startTrouble(message, exitCode))).toBe(expected));
});

describe("a refusal", () => {
  test.each([
    [
      'pods "a-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5',
      "permanent refused",
    ],
    ['pods "a-x" is forbidden: failed quota: team: must specify limits.cpu', "permanent refused"],
    ['admission webhook "policy.acme.dev" denied the request: images come from r.acme.dev', "permanent refused"],
    ['pods "a-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', "permanent refused"],
    [
      'Pod "a-x" is invalid: spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit',
      "permanent refused",
    ],
    [
      'Internal error occurred: failed calling webhook "policy.acme.dev": Post "https://policy.acme.svc": context deadline exceeded',
      "transient unknown",
    ],
    [
      'pods "a-" is forbidden: error looking up service account acme/b: serviceaccount "b" not found',
      "transient account-missing",
    ],
    [
      'pods "a-" is forbidden: No API token found for service account "b", retry after the token is automatically created',
      "transient unknown",
    ],
    ['pods "a-x" is forbidden: status unknown for quota: team, resources: pods', "transient unknown"],
    ["etcdserver: request timed out", "transient unknown"],
    ["something else", "transient unknown"],
  ])("%s", (message, expected) => expect(told(refusalTrouble(message))).toBe(expected));
});

test.each([
  [
    'Failed to pull image "a:1": rpc error: code = Unknown desc = Error response from daemon: manifest unknown: manifest unknown',
    "manifest unknown",
  ],
  ['Error creating: pods "a-7d-x2" is forbidden: exceeded quota', "exceeded quota"],
  ['(combined from similar events): Error creating: pods "a-7d-x9" is forbidden: exceeded quota', "exceeded quota"],
  ["a\n  b\tc ", "a b c"],
  ["", ""],
])("%s is said as %s", (text, plain) => expect(plainWords(text)).toBe(plain));

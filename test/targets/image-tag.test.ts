import { describe, expect, test } from "vitest";
import {
  imageTag,
  memberDigests,
  pulledDigest,
  registryUrl,
  tokenUrl,
} from "../../src/targets/kubernetes/probe/image-tag.ts";

const digest = `sha256:${"a".repeat(64)}`;
const hub = "registry-1.docker.io";

describe("an image by its tag", () => {
  test.each([
    ["busybox", hub, "library/busybox", "latest"],
    ["busybox:1.36", hub, "library/busybox", "1.36"],
    ["acme/app:v1", hub, "acme/app", "v1"],
    ["docker.io/busybox", hub, "library/busybox", "latest"],
    ["index.docker.io/acme/app", hub, "acme/app", "latest"],
    ["ghcr.io/acme/app:v1", "ghcr.io", "acme/app", "v1"],
    ["127.0.0.1:5000/app", "127.0.0.1:5000", "app", "latest"],
    ["localhost/app:v1", "localhost", "app", "v1"],
    ["[::1]:5000/app:v1", "[::1]:5000", "app", "v1"],
  ])("%s", (image, registry, repository, tag) => {
    expect(imageTag(image)).toEqual({ registry, repository, tag });
  });

  test("is none where a digest names it", () => {
    expect(imageTag(`acme/app:v1@${digest}`)).toBeUndefined();
  });
});

describe("what a node pulled", () => {
  test.each([
    ["busybox", `docker-pullable://busybox@${digest}`, digest],
    ["busybox", `docker.io/library/busybox@${digest}`, digest],
    ["ghcr.io/acme/app:v1", `ghcr.io/acme/app@${digest}`, digest],
    ["ghcr.io/acme/app:v1", `ghcr.io/acme/mirror@${digest}`, undefined],
    ["ghcr.io/acme/app:v1", `quay.io/acme/app@${digest}`, undefined],
    ["busybox", `docker://${digest}`, undefined],
    ["busybox", digest, undefined],
    ["busybox", "", undefined],
  ])("for %s, from %s", (image, imageId, expected) => {
    expect(pulledDigest(imageId, imageTag(image) ?? { registry: "", repository: "", tag: "" })).toBe(expected);
  });
});

test.each([
  ["127.0.0.1:5000", "http"],
  ["localhost", "http"],
  ["[::1]:5000", "http"],
  ["127.0.0.1.example.com", "https"],
  ["localhost.example.com:80", "https"],
  ["ghcr.io", "https"],
])("%s is asked by %s", (registry, scheme) => {
  expect(registryUrl(registry)).toBe(`${scheme}://${registry}`);
});

describe("where a token is given out", () => {
  test.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull"',
      "https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fbusybox%3Apull",
    ],
    ['bearer realm="http://127.0.0.1:5001/token?a=b"', "http://127.0.0.1:5001/token?a=b"],
    ['Bearer realm="http://auth.example.com/token"', undefined],
    ['Bearer realm="file:///etc/passwd"', undefined],
    ['Bearer service="x"', undefined],
    ['Basic realm="https://x"', undefined],
    ["", undefined],
  ])("%s", (challenge, url) => {
    expect(tokenUrl(challenge)).toBe(url);
  });
});

test("a list has the digests of its members, whatever else it is", () => {
  expect(memberDigests({ manifests: [{ digest }, { digest: 1 }, null, {}] })).toEqual([digest]);
  for (const other of [undefined, null, "", [], { manifests: {} }]) expect(memberDigests(other)).toEqual([]);
});

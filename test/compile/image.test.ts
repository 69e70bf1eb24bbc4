import { describe, expect, it } from "vitest";
import { parseImage } from "../../src/compile/image.ts";

const hex64 = "0123456789abcdef".repeat(4);
const hex128 = hex64.repeat(2);

/** Held against the grammar of the Distribution project. */
const valid: readonly [image: string, name: string, tag: string, digest?: string][] = [
  ["agent", "agent", ""],
  ["agent:v1", "agent", "v1"],
  ["agent:latest", "agent", "latest"],
  ["library/agent:1.2.3", "library/agent", "1.2.3"],
  ["docker.io/library/agent:1", "docker.io/library/agent", "1"],
  ["ghcr.io/acme/connector:v1", "ghcr.io/acme/connector", "v1"],
  ["ghcr.io/acme/team/deep/connector:v1", "ghcr.io/acme/team/deep/connector", "v1"],
  ["localhost/agent:v1", "localhost/agent", "v1"],
  ["localhost:5000/agent:v1", "localhost:5000/agent", "v1"],
  ["localhost:5000/agent", "localhost:5000/agent", ""],
  ["registry:5000/agent", "registry:5000/agent", ""],
  ["127.0.0.1:5000/agent:v1", "127.0.0.1:5000/agent", "v1"],
  ["[::1]:5000/agent:v1", "[::1]:5000/agent", "v1"],
  ["[2001:db8::1]/agent", "[2001:db8::1]/agent", ""],
  ["Registry.Example/agent:v1", "Registry.Example/agent", "v1"],
  ["REGISTRY/agent:v1", "REGISTRY/agent", "v1"],
  ["my-registry.example.com/agent_one:v1", "my-registry.example.com/agent_one", "v1"],
  ["a/b__c:v1", "a/b__c", "v1"],
  ["a/b--c:v1", "a/b--c", "v1"],
  ["a/b---c.d:v1", "a/b---c.d", "v1"],
  ["agent:V1_x.y-z", "agent", "V1_x.y-z"],
  ["agent:_hidden", "agent", "_hidden"],
  [`agent:${"t".repeat(128)}`, "agent", "t".repeat(128)],
  [`agent@sha256:${hex64}`, "agent", "", `sha256:${hex64}`],
  [`agent:v1@sha256:${hex64}`, "agent", "v1", `sha256:${hex64}`],
  [`ghcr.io/acme/agent@sha512:${hex128}`, "ghcr.io/acme/agent", "", `sha512:${hex128}`],
  [`r:1/a@sha256:${hex64}`, "r:1/a", "", `sha256:${hex64}`],
  ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/agent:7", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/agent", "7"],
  ["eu-docker.pkg.dev/project-1/repo/agent:v1", "eu-docker.pkg.dev/project-1/repo/agent", "v1"],
  ["0/1:2", "0/1", "2"],
];

const invalid: readonly [image: string, part: string][] = [
  [" agent:v1", "space"],
  ["agent :v1", "space"],
  ["agent:v1\n", "space"],
  ["https://ghcr.io/acme/agent:v1", "scheme"],
  ["docker://agent:v1", "scheme"],
  ["oci://ghcr.io/acme/agent", "scheme"],
  ["ghcr.io/Acme/agent:v1", "path"],
  ["library/Agent", "path"],
  ["Agent:v1", "path"],
  ["ghcr.io//agent", "path"],
  ["ghcr.io/acme/", "path"],
  ["/agent", "path"],
  ["agent/", "path"],
  ["a/b..c", "path"],
  ["a/b___c", "path"],
  ["a/-b", "path"],
  ["a/b-", "path"],
  ["a/b$c", "path"],
  ["${REGISTRY}/agent:v1", "registry"],
  [":v1", "path"],
  ["ghcr.io:/agent", "registry"],
  ["ghcr.io:port/agent", "registry"],
  ["ghcr..io/agent", "registry"],
  ["-ghcr.io/agent", "registry"],
  ["[::1/agent", "registry"],
  ["agent:", "tag"],
  ["agent:v1+build", "tag"],
  ["agent:.v1", "tag"],
  ["agent:-v1", "tag"],
  ["agent:v 1", "space"],
  [`agent:${"t".repeat(129)}`, "tag"],
  ["agent@", "digest"],
  ["agent@sha256:", "digest"],
  ["agent@sha256:abc", "digest"],
  [`agent@sha256:${hex64}0`, "digest"],
  [`agent@${hex64}`, "digest"],
  [`agent@sha256:${hex64}@sha256:${hex64}`, "digest"],
  [`agent@sha256:${"z".repeat(64)}`, "digest"],
  [`${"a".repeat(256)}`, "length"],
];

describe("image references", () => {
  it.each(valid)("%s", (image, name, tag, digest = "") => {
    expect(parseImage(image)).toEqual({ name, tag, digest });
  });

  it.each(invalid)("not %j: its %s", (image, part) => {
    expect(parseImage(image)).toBe(part);
  });
});

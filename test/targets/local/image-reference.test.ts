import { describe, expect, test } from "vitest";
import { parseReference } from "../../../src/targets/local/images/reference.ts";

const digest = `sha256:${"ab".repeat(32)}`;

describe("a reference is read as Docker reads it", () => {
  test.each([
    ["busybox", { registry: "docker.io", repository: "library/busybox", tag: "latest" }],
    ["busybox:1.36", { registry: "docker.io", repository: "library/busybox", tag: "1.36" }],
    ["acme/agent", { registry: "docker.io", repository: "acme/agent", tag: "latest" }],
    ["docker.io/busybox", { registry: "docker.io", repository: "library/busybox", tag: "latest" }],
    ["index.docker.io/acme/agent:v1", { registry: "docker.io", repository: "acme/agent", tag: "v1" }],
    ["ghcr.io/acme/tools/agent:v1", { registry: "ghcr.io", repository: "acme/tools/agent", tag: "v1" }],
    ["localhost/agent", { registry: "localhost", repository: "agent", tag: "latest" }],
    ["localhost:5000/agent", { registry: "localhost:5000", repository: "agent", tag: "latest" }],
    ["registry:5000/agent:v1", { registry: "registry:5000", repository: "agent", tag: "v1" }],
    ["[::1]:5000/agent", { registry: "[::1]:5000", repository: "agent", tag: "latest" }],
    ["Registry/agent", { registry: "Registry", repository: "agent", tag: "latest" }],
    [`ghcr.io/acme/agent@${digest}`, { registry: "ghcr.io", repository: "acme/agent", digest }],
    [`localhost:5000/agent:v1@${digest}`, { registry: "localhost:5000", repository: "agent", tag: "v1", digest }],
    [`busybox@${digest}`, { registry: "docker.io", repository: "library/busybox", digest }],
  ])("%s", (reference, parts) => {
    expect(parseReference(reference)).toEqual(parts);
  });
});

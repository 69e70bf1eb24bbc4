import { expect, test } from "vitest";
import { createBody } from "../../../src/targets/local/api/create-body.ts";

const spec = {
  image: "acme/agent:1",
  environment: ["A=1"],
  labels: { "dev.alien.stack": "acme" },
  network: "alien",
  mounts: [{ volume: "acme-kv-cache", target: "/alien/kv/cache" }],
};

test("a container is kept running, publishes nothing, and gains no rights", () => {
  expect(createBody(spec)).toEqual({
    Image: "acme/agent:1",
    Env: ["A=1"],
    Labels: { "dev.alien.stack": "acme" },
    HostConfig: {
      NetworkMode: "alien",
      Mounts: [{ Type: "volume", Source: "acme-kv-cache", Target: "/alien/kv/cache" }],
      RestartPolicy: { Name: "unless-stopped" },
      Init: true,
      SecurityOpt: ["no-new-privileges"],
      ExtraHosts: ["host.docker.internal:host-gateway"],
      PublishAllPorts: false,
      PortBindings: {},
    },
  });
});

test.each(["json-file", "local"] as const)(
  "the log of the driver %s has bounds where we set them",
  boundedLogDriver => {
    expect(createBody({ ...spec, boundedLogDriver }).HostConfig).toMatchObject({
      LogConfig: { Type: boundedLogDriver, Config: { "max-size": "10m", "max-file": "3" } },
    });
  },
);

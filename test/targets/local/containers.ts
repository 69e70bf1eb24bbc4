import type { Container } from "../../../src/targets/local/api/engine.ts";

/** A container that runs; what is not given does not matter. */
export const container = (given: Partial<Container> & Pick<Container, "id" | "name">): Container => ({
  labels: {},
  image: "busybox:1.36",
  imageId: "sha256:aa",
  environment: [],
  restartPolicy: "unless-stopped",
  networks: ["alien"],
  mounts: [],
  createdAt: 0,
  state: { status: "running", exitCode: 0, outOfMemory: false, error: "", pid: 1, restarts: 0 },
  ...given,
});

import { describe, expect, test } from "vitest";
import { localLabels, localStack } from "../../../src/render/index.ts";
import type { Container, ContainerState } from "../../../src/targets/local/api/engine.ts";
import { containerSpec, desiredContainers } from "../../../src/targets/local/containers/desired.ts";
import { problemOf } from "../../../src/targets/local/watch/problems.ts";
import { rememberSecrets } from "../../../src/targets/local/watch/remembered.ts";
import { text, variable } from "../../render/stack-ir.ts";
import { createFakeEngine } from "./fake-engine.ts";
import { withEnvironment } from "./watch-stage.ts";

const stack = withEnvironment(text("LEVEL", "info"), variable("TOKEN", { kind: "secret", secret: "token" }));
const [desired] = desiredContainers(localStack(stack), { source: undefined });
if (desired === undefined) throw new Error("there is no daemon");
const info = await createFakeEngine().info();
const spec = containerSpec(desired, { info, reveal: () => "t1" });

const running: ContainerState = {
  ...{ status: "running", startedAt: 1, exitCode: 0, outOfMemory: false, error: "", pid: 1, restarts: 0 },
};
const container = (given: Partial<Container> = {}, state: Partial<ContainerState> = {}): Container => ({
  ...{ id: "c1", name: "acme-agent", labels: spec.labels, image: spec.image, imageId: "sha256:1" },
  ...{ environment: [...spec.environment, "PATH=/bin"], restartPolicy: "unless-stopped", networks: [spec.network] },
  ...{ mounts: [], createdAt: 1, ...given, state: { ...running, ...state } },
});
const problemWith = (...containers: readonly Container[]) =>
  problemOf(desired, new Map(containers.map(one => [one.name, one])));

describe("a problem", () => {
  test.each(["running", "restarting", "removing"] as const)("is none while the container is %s", status => {
    expect(problemWith(container({}, { status }))).toBeUndefined();
  });

  test.each([
    ["exited", "stopped", false],
    ["created", "stopped", false],
    ["dead", "stopped", true],
    ["paused", "paused", false],
  ] as const)("is there when it is %s", (status, kind, isLost) => {
    expect(problemWith(container({}, { status }))).toMatchObject({ kind, isLost, fields: [] });
  });

  test("is there without a container, and not with another's", () => {
    expect(problemWith()).toMatchObject({ kind: "removed", isLost: true, live: undefined });
    const labels = { ...spec.labels, [localLabels.daemon]: "other" };
    expect(problemWith(container({ name: "acme-other", labels }))).toMatchObject({ kind: "removed" });
  });

  test("of a variable needs another container; a secret's value is not compared", () => {
    expect(problemWith(container({ environment: ["LEVEL=info", "TOKEN=t2"] }))).toBeUndefined();
    expect(problemWith(container({ environment: ["LEVEL=debug", "TOKEN=t1"] }))).toMatchObject({
      kind: "altered",
      isLost: true,
      fields: ["environment.LEVEL"],
    });
  });

  test("is not that an image has another id by now, but that it is another one", () => {
    expect(problemWith(container({ imageId: "sha256:2" }))).toBeUndefined();
    expect(problemWith(container({ image: "agent:2" }))).toMatchObject({ isLost: true, fields: ["image"] });
  });

  test("what runs under the right name counts, whatever else there is", () => {
    const previous = container({ id: "c0", name: "acme-agent.previous" }, { status: "exited" });
    expect(problemWith(previous, container())).toBeUndefined();
    expect(problemWith(container({ id: "c2", name: "acme-agent.next" }, { status: "created" }))).toMatchObject({
      kind: "removed",
    });
    expect(problemWith(previous)).toMatchObject({ kind: "altered", live: { id: "c0" }, fields: ["name"] });
  });
});

describe("what is remembered of secrets", () => {
  const tokenAfter = (live: Container): unknown => {
    const secrets = rememberSecrets();
    secrets.note(desired, live);
    const filled = secrets.fill(desired, new Map());
    return "unknown" in filled ? filled : filled.desired.daemon.environment.map(one => one.text(() => ""));
  };

  test("is what the container has that was made from what is recorded", () => {
    expect(tokenAfter(container())).toEqual(["info", "t1"]);
  });

  test("is nothing of one that was made from something else", () => {
    const labels = { ...spec.labels, [localLabels.configHash]: "0a" };
    expect(tokenAfter(container({ labels }))).toEqual({ unknown: ["TOKEN"] });
  });

  test("of one that another version has labelled, what is in it decides", () => {
    const labels = { ...spec.labels, [localLabels.configHash]: "0a", [localLabels.hashVersion]: "0" };
    expect(tokenAfter(container({ labels }))).toEqual(["info", "t1"]);
    expect(tokenAfter(container({ labels, environment: ["LEVEL=debug", "TOKEN=t1"] }))).toEqual({ unknown: ["TOKEN"] });
  });
});

import { describe, expect, test } from "vitest";
import { localLabels, stackLabels } from "../../../src/render/index.ts";
import { judgeRecord } from "../../../src/state/index.ts";
import type { Container, Volume } from "../../../src/targets/local/api/engine.ts";
import { dockerRef } from "../../../src/targets/local/record/inventory.ts";
import { rebuildRecord } from "../../../src/targets/local/record/rebuild.ts";
import { container } from "./containers.ts";

const source = "https://github.com/acme/connector";
const volume: Volume = {
  name: "acme-vault-credentials",
  labels: { ...stackLabels("acme"), [localLabels.kind]: "vault", [localLabels.resource]: "credentials" },
};

/** The container of a daemon of the stack. */
const daemon = (id: string, given: Partial<Container> & { readonly source?: string } = {}): Container => {
  const labels = {
    ...stackLabels("acme"),
    [localLabels.daemon]: id,
    [localLabels.configHash]: `hash-${id}`,
    ...(given.source === undefined ? {} : { [localLabels.source]: given.source }),
  };
  return container({ id: `id-${id}`, name: `acme-${id}`, labels, ...given });
};

const exited: Container["state"] = {
  status: "exited",
  exitCode: 1,
  outOfMemory: false,
  error: "",
  pid: 0,
  restarts: 0,
};

describe("a record made of labels", () => {
  test("says what is there and where it comes from, and knows no revision", () => {
    const containers = [daemon("b", { source }), daemon("a", { source, state: exited })];
    const record = rebuildRecord("acme", { containers, volumes: [volume] });
    const config = (id: string) => ({
      id,
      code: { type: "image", image: "busybox:1.36" },
      image: { id: "sha256:aa" },
    });
    expect(record).toEqual({
      formatVersion: 1,
      stack: "acme",
      source,
      state: {
        platform: "local",
        resourcePrefix: "acme",
        resources: {
          a: {
            type: "daemon",
            status: "pending",
            config: config("a"),
            outputs: { type: "daemon", daemonName: "acme-a", running: false },
          },
          b: {
            type: "daemon",
            status: "running",
            config: config("b"),
            outputs: { type: "daemon", daemonName: "acme-b", running: true },
          },
        },
      },
      inventory: [
        { ...dockerRef("Container", "acme-a"), uid: "id-a", digest: "hash-a" },
        { ...dockerRef("Container", "acme-b"), uid: "id-b", digest: "hash-b" },
        dockerRef("Volume", "acme-vault-credentials"),
      ],
    });
    expect(judgeRecord(record, { stack: "acme", platform: "local" }).kind).toBe("record");
  });

  test("is the same in whichever order the engine lists", () => {
    const containers = [daemon("c"), daemon("a", { source: "x" }), daemon("b", { source: "y" })];
    const volumes = [volume, { ...volume, name: "acme-kv-cache" }];
    expect(rebuildRecord("acme", { containers: containers.toReversed(), volumes: volumes.toReversed() })).toEqual(
      rebuildRecord("acme", { containers, volumes }),
    );
  });

  test("is none where nothing is there, or nothing of the stack", () => {
    expect(rebuildRecord("acme", { containers: [], volumes: [] })).toBeUndefined();
    const foreign = [
      daemon("a", { labels: { ...stackLabels("other"), [localLabels.daemon]: "a" } }),
      daemon("b", { labels: { [localLabels.stack]: "acme", [localLabels.daemon]: "b" } }),
      daemon("c", { labels: {} }),
    ];
    expect(rebuildRecord("acme", { containers: foreign, volumes: [{ name: "v", labels: {} }] })).toBeUndefined();
    const mixed = rebuildRecord("acme", { containers: [...foreign, daemon("d")], volumes: [] });
    expect(mixed?.inventory.map(({ name }) => name)).toEqual(["acme-d"]);
  });

  test("is there for volumes alone, so that they can still be purged", () => {
    const record = rebuildRecord("acme", { containers: [], volumes: [volume] });
    expect([record?.inventory, record?.state.resources]).toEqual([[dockerRef("Volume", volume.name)], {}]);
    expect(record).not.toHaveProperty("source");
  });

  test("takes the container with the daemon's name for the daemon, and lists those beside it", () => {
    const containers = [
      daemon("a", { id: "new", name: "acme-a.next", createdAt: 9 }),
      daemon("a", { id: "old", name: "acme-a.previous", state: exited }),
      daemon("a", { id: "now" }),
    ];
    for (const listed of [containers, containers.toReversed()]) {
      const record = rebuildRecord("acme", { containers: listed, volumes: [] });
      expect(record?.state.resources.a?.outputs?.daemonName).toBe("acme-a");
      expect(record?.inventory.map(({ uid }) => uid)).toEqual(["now", "new", "old"]);
    }
  });

  test("comes from where the newest container says", () => {
    const containers = [
      daemon("a", { source: "first", createdAt: 1 }),
      daemon("b", { source: "second", createdAt: 2 }),
      daemon("c", { createdAt: 3 }),
    ];
    expect(rebuildRecord("acme", { containers, volumes: [] })?.source).toBe("second");
  });
});

import { randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { DiagnosticError } from "../../src/diagnostics/index.ts";
import { collectionPath } from "../../src/targets/kubernetes/api/kinds.ts";
import type { ApiRequest } from "../../src/targets/kubernetes/client.ts";
import { decodeRecord, encodeRecord } from "../../src/targets/kubernetes/record/record-codec.ts";
import { readRecord, writeRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import { realEffects } from "./effects.ts";
import { createFakeApi, openFakeCluster } from "./fake-cluster.ts";
import { refusal } from "./lock-contract.ts";
import { deployment, recordContract, recordOf } from "./record-contract.ts";

const timing = { retry: 1 };
const api = createFakeApi();
recordContract("the record of a stack, on an API in memory", () =>
  openFakeCluster(api, { effects: realEffects, timing }),
);

const record = recordOf("acme", [deployment]);
const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString("base64");
const textOf = async (value: typeof record) => {
  const encoded = await encodeRecord(value);
  return encoded.kind === "text" ? encoded.text : "";
};

describe("the codec", () => {
  test("gives the same text for the same record: gzip of JSON, without a time", async () => {
    const text = await textOf(record);
    expect(await textOf(structuredClone(record))).toBe(text);
    const bytes = Buffer.from(text, "base64");
    expect([...bytes.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(JSON.parse(gunzipSync(bytes).toString("utf8"))).toEqual(record);
    expect(await decodeRecord(text, "acme")).toEqual({ kind: "record", record });
  });

  const bytes = gzipSync(JSON.stringify(record));
  test.each([
    ["no gzip", "nothing".repeat(10), "packing"],
    ["nothing", "", "packing"],
    ["cut off", bytes.subarray(0, bytes.length - 20).toString("base64"), "packing"],
    ["flipped", Buffer.from(bytes).fill(0, 60, 70).toString("base64"), "packing"],
    ["more behind it", Buffer.concat([bytes, Buffer.from("more")]).toString("base64"), "packing"],
    ["a bomb", gzipSync(Buffer.alloc(33 * 1024 * 1024, 0x20)).toString("base64"), "size"],
    ["no JSON", gzipSync("{").toString("base64"), "text"],
    ["no UTF-8", gzipSync(Buffer.from([0x22, 0xff, 0x22])).toString("base64"), "text"],
  ])("refuses what is damaged: %s", async (_, text, problem) => {
    expect(await decodeRecord(text, "acme")).toEqual({ kind: "damaged", problem });
  });

  const good = record.good;
  test.each([
    ["/formatVersion", { ...record, formatVersion: 0 }],
    ["/formatVersion", null],
    ["/formatVersion", []],
    ["/stack", { ...record, stack: undefined }],
    ["/source", { ...record, source: 1 }],
    ["/state", { ...record, state: undefined }],
    ["/state/platform", { ...record, state: { ...record.state, platform: "local" } }],
    ["/state/resources", { ...record, state: { ...record.state, resources: [] } }],
    [
      "/state/resources/a/status",
      { ...record, state: { ...record.state, resources: { a: { type: "daemon", status: "toString" } } } },
    ],
    ["/inventory", { ...record, inventory: {} }],
    ["/inventory/1/kind", { ...record, inventory: [deployment, { ...deployment, kind: 1 }] }],
    ["/good/number", { ...record, good: { ...good, number: 0 } }],
    ["/good/ir/stack", { ...record, good: { ...good, ir: { ...good?.ir, stack: "other" } } }],
    ["/good/ir/irVersion", { ...record, good: { ...good, ir: { ...good?.ir, irVersion: 0 } } }],
    ["/good/secrets/connector", { ...record, good: { ...good, secrets: { connector: 1 } } }],
    ["/pending", { ...record, pending: null }],
  ])("refuses a record whose %s is not what it has to be", async (field, value) => {
    expect(await decodeRecord(packed(value), "acme")).toEqual({ kind: "damaged", problem: "field", field });
  });

  test("tells what is newer from what is damaged, even where everything else changed", async () => {
    expect(await decodeRecord(packed({ formatVersion: 2 }), "acme")).toEqual({ kind: "newer", version: "2" });
    const ir = { ...good?.ir, irVersion: 9 };
    expect(await decodeRecord(packed({ ...record, pending: { ...good, ir } }), "acme")).toMatchObject({
      kind: "newer",
    });
    expect(await decodeRecord(packed(record), "other")).toEqual({ kind: "foreign" });
  });
});

describe("the store", () => {
  const seeded = (change: (secret: Record<string, unknown>) => unknown) => {
    const api = createFakeApi();
    const metadata = {
      name: "alien-acme-state",
      labels: { "app.kubernetes.io/managed-by": "alien-compile", "alien.dev/stack": "acme" },
      annotations: { "alien.dev/stack": "acme" },
    };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      type: "alien.dev/state",
      metadata,
      data: { record: packed(record) },
    };
    api.handle({ method: "POST", path: collectionPath("Secret", "default"), body: change(secret) });
    return openFakeCluster(api, { effects: realEffects, timing });
  };

  test.each([
    ["record-foreign", { type: "Opaque" }],
    ["record-foreign", { metadata: { name: "alien-acme-state" } }],
    ["record-foreign", { data: { record: packed(recordOf("other")) } }],
    ["record-newer", { data: { record: packed({ formatVersion: 7 }) } }],
    ["record-damaged", { data: { record: "AAAA" } }],
    ["record-damaged", { data: {} }],
    ["record-damaged", { data: undefined }],
  ])("says %s", async (name, change) => {
    expect(
      await refusal(
        readRecord(
          seeded(secret => ({ ...secret, ...change })),
          "acme",
        ),
      ),
    ).toEqual([name]);
  });

  test.each(["labels", "annotations"])("a Secret without our %s is not ours", async field => {
    const without = seeded(secret => ({ ...secret, metadata: { ...(secret.metadata as object), [field]: {} } }));
    expect(await refusal(readRecord(without, "acme"))).toEqual(["record-foreign"]);
    expect(await refusal(writeRecord(without, record, undefined))).toEqual(["record-moved"]);
  });

  const lossy = (method: ApiRequest["method"]) => {
    let lost = false;
    const fate = (request: ApiRequest) => {
      if (lost || request.method !== method) return "arrives" as const;
      lost = true;
      return "answer-lost" as const;
    };
    const api = createFakeApi();
    return { api, cluster: openFakeCluster(api, { effects: realEffects, timing, fate }) };
  };

  test("recognises its own write whose answer was lost", async () => {
    const created = lossy("POST");
    const first = await writeRecord(created.cluster, record, undefined);
    expect(await readRecord(created.cluster, "acme")).toEqual(first);
    const updated = lossy("PUT");
    const before = await writeRecord(updated.cluster, recordOf("acme"), undefined);
    const after = await writeRecord(updated.cluster, record, before);
    expect(await readRecord(updated.cluster, "acme")).toEqual(after);
    expect(after.resourceVersion).not.toBe(before.resourceVersion);
  });

  test.each([
    ["stored", { noise: randomBytes(900_000).toString("base64") }, 1_000_000],
    ["unpacked", { noise: "a".repeat(33 * 1024 * 1024) }, 32 * 1024 * 1024],
  ])("refuses a record that is too large to be %s, before it sends it", async (_, config, limit) => {
    const api = createFakeApi();
    const resources = { connector: { type: "daemon", status: "pending", config } } as const;
    const large = { ...record, state: { ...record.state, resources } };
    const writing = writeRecord(openFakeCluster(api, { effects: realEffects, timing }), large, undefined);
    const error = (await writing.catch(cause => cause)) as DiagnosticError;
    expect(error.diagnostics.map(({ name }) => name)).toEqual(["record-too-large"]);
    expect(error.diagnostics[0]?.message).toContain(`${Math.ceil(limit / 1000)} kB`);
    expect(api.requests).toEqual([]);
  });
});

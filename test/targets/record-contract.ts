import { describe, expect, test } from "vitest";
import type { DeploymentRecord, InventoryEntry } from "../../src/state/index.ts";
import { refOf } from "../../src/targets/kubernetes/api/kinds.ts";
import { deleteRecord, readRecord, writeRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import { stackIr } from "../render/stack-ir.ts";
import type { TestCluster } from "./clusters.ts";
import { refusal } from "./lock-contract.ts";

export const recordOf = (stack: string, inventory: readonly InventoryEntry[] = []): DeploymentRecord => ({
  formatVersion: 1,
  stack,
  source: "https://github.com/acme/connector",
  state: {
    platform: "kubernetes",
    resourcePrefix: stack,
    resources: {
      connector: {
        type: "daemon",
        status: "running",
        config: { id: "connector" },
        outputs: { type: "daemon", daemonName: `${stack}-connector`, running: true },
      },
    },
  },
  inventory,
  good: { number: 1, ir: stackIr({ stack }), secrets: { connector: "x-env" }, appliedAt: "2026-01-01T00:00:00Z" },
});

export const secretRef = (stack: string) => refOf("Secret", `alien-${stack}-state`);
export const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "acme-connector", uid: "u1" };

/** What the memory of a stack promises, on any API server. */
export function recordContract(title: string, open: () => TestCluster): void {
  let stacks = 0;
  const newStack = () => `memory-${++stacks}`;

  describe(title, () => {
    test("nothing is remembered at first", async () => {
      expect(await readRecord(open(), newStack())).toBeUndefined();
    });

    test("what was written is read again, and over it only who read it writes", async () => {
      const [cluster, stack] = [open(), newStack()];
      const first = await writeRecord(cluster, recordOf(stack), undefined);
      expect(await readRecord(cluster, stack)).toEqual(first);
      expect((await readRecord(cluster, stack))?.record).toEqual(recordOf(stack));
      const second = await writeRecord(cluster, recordOf(stack, [deployment]), first);
      expect(second.uid).toBe(first.uid);
      expect(await readRecord(cluster, stack)).toEqual(second);
      expect(await refusal(writeRecord(cluster, recordOf(stack, [{ ...deployment, uid: "u2" }]), first))).toEqual([
        "record-moved",
      ]);
      expect(await refusal(writeRecord(cluster, recordOf(stack, [{ ...deployment, uid: "u2" }]), undefined))).toEqual([
        "record-moved",
      ]);
      expect(await readRecord(cluster, stack)).toEqual(second);
    });

    test("the Secret says whose it is", async () => {
      const [cluster, stack] = [open(), newStack()];
      await writeRecord(cluster, recordOf(stack), undefined);
      const secret = await cluster.get(secretRef(stack));
      expect(secret).toMatchObject({
        type: "alien.dev/state",
        metadata: {
          labels: { "app.kubernetes.io/managed-by": "alien-compile", "alien.dev/stack": stack },
          annotations: { "alien.dev/stack": stack },
        },
      });
      expect(Object.keys(secret?.data as object)).toEqual(["record"]);
    });

    test("a record that was deleted is not written anew by who read it", async () => {
      const [cluster, stack] = [open(), newStack()];
      const first = await writeRecord(cluster, recordOf(stack), undefined);
      await deleteRecord(cluster, first);
      expect(await readRecord(cluster, stack)).toBeUndefined();
      await deleteRecord(cluster, first);
      expect(await refusal(writeRecord(cluster, recordOf(stack), first))).toEqual(["record-moved"]);
      expect(await cluster.get(secretRef(stack))).toBeUndefined();
      const anew = await writeRecord(cluster, recordOf(stack), undefined);
      expect(await refusal(deleteRecord(cluster, first))).toEqual(["record-moved"]);
      expect(await refusal(writeRecord(cluster, recordOf(stack), first))).toEqual(["record-moved"]);
      expect(await readRecord(cluster, stack)).toEqual(anew);
    });
  });
}

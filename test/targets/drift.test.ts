import { expect, test } from "vitest";
import type { DeploymentRecord, Revision } from "../../src/state/index.ts";
import { driftPlan } from "../../src/targets/kubernetes/drift.ts";
import { encodeRecord } from "../../src/targets/kubernetes/record/record-codec.ts";
import { daemonIr, stackIr } from "../render/stack-ir.ts";
import { listedCluster } from "./listed-cluster.ts";
import { recordOf, secretRef } from "./record-contract.ts";

const revision = (number: number, id: string): Revision => ({
  number,
  ir: stackIr({ stack: "acme", daemons: [daemonIr(id)] }),
  secrets: {},
  appliedAt: "2026-01-01T00:00:00Z",
});

async function drifted(revisions: Pick<DeploymentRecord, "good" | "pending">) {
  const { good: _, ...rest } = recordOf("acme");
  const encoded = await encodeRecord({ ...rest, ...revisions });
  if (encoded.kind !== "text") throw new Error("too large");
  const labels = { "app.kubernetes.io/managed-by": "alien-compile", "alien.dev/stack": "acme" };
  const metadata = { name: secretRef("acme").name, uid: "u", resourceVersion: "1", labels };
  const annotations = { "alien.dev/stack": "acme" };
  const kind = { apiVersion: "v1", kind: "Secret", type: "alien.dev/state" };
  const secret = { ...kind, metadata: { ...metadata, annotations }, data: { record: encoded.text } };
  const { changes } = await driftPlan(listedCluster([secret]), "acme");
  return changes.flatMap(({ daemon }) => daemon ?? []);
}

test("drift is from what was applied last, whether or not somebody waited for it", async () => {
  const [good, pending] = [revision(1, "old"), revision(2, "new")];
  expect(await drifted({ good })).toEqual(["old"]);
  expect(await drifted({ good, pending })).toEqual(["new"]);
  expect(await drifted({ pending })).toEqual(["new"]);
  await expect(drifted({})).rejects.toMatchObject({ diagnostics: [{ name: "stack-not-found" }] });
});

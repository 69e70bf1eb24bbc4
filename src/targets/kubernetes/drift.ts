import { DiagnosticError, finding } from "../../diagnostics/index.ts";
import type { Plan } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { stackKinds } from "./api/kinds.ts";
import { type Comparing, compareAll } from "./compare/compare.ts";
import { desiredObjects } from "./compare/desired.ts";
import { demandRights, driftRights } from "./probe/rights.ts";
import { kindsOf, survey } from "./probe/survey.ts";
import { inventoryOf } from "./record/ownership.ts";

const nothing = { adopt: false, forceConflicts: false, allowEmpty: false, createNamespace: false };

/** What an apply of the recorded revision would change. Only reads. */
export async function driftPlan(cluster: Cluster, stack: string): Promise<Plan> {
  const found = await survey(cluster, stack, []);
  const { record } = found.stored ?? {};
  // What was applied last, also where nobody has waited for it yet.
  const revision = record?.pending ?? record?.good;
  if (found.isRecordHidden || found.hidden.length > 0) await demandRights(cluster, driftRights(stackKinds));
  if (revision === undefined) {
    const args = { stack, namespace: cluster.namespace, suggestion: undefined };
    throw new DiagnosticError([finding("stack-not-found", { argument: "--stack" }, args)]);
  }
  const { ir, secrets } = revision;
  const { objects } = desiredObjects(ir, {
    namespace: cluster.namespace,
    secretNames: new Map(Object.entries(secrets)),
  });
  const seen = await survey(cluster, stack, kindsOf(objects));
  const comparing: Comparing = {
    cluster,
    stack: ir,
    inventory: inventoryOf(record),
    observed: seen.observed.objects,
    permissions: { ...nothing, adopt: true },
    mask: text => text,
    mayWrite: false,
  };
  const compared = await compareAll(objects, comparing);
  const changes = compared.flatMap(({ decision }) => (decision === undefined ? [] : [decision.change]));
  return { stack, platform: "kubernetes", namespace: cluster.namespace, ir, changes, approximate: true };
}

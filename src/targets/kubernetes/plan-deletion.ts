import { type Diagnostic, finding, type Staged } from "../../diagnostics/index.ts";
import type { Permissions } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import { stackKinds } from "./api/kinds.ts";
import type { LiveObject } from "./api/live-object.ts";
import { isLocked } from "./lock/lock.ts";
import { deleteRights } from "./probe/rights.ts";
import { checkServer, missingFor, type Survey, survey } from "./probe/survey.ts";
import { deletionsOf } from "./record/deletions.ts";
import { inventoryFrom, inventoryOf, saysStack } from "./record/ownership.ts";
import { unknownStack } from "./unknown-stack.ts";
import type { Work } from "./work.ts";

/** What would be done to leave nothing of a stack. Undefined, without findings, where there is nothing. */
export async function planDeletion(
  cluster: Cluster,
  stack: string,
  permissions: Permissions,
): Promise<Staged<Work | undefined>> {
  const tooOld = await checkServer(cluster);
  if (tooOld.length > 0) return { value: undefined, diagnostics: tooOld };
  const found = await survey(cluster, stack, permissions.adopt ? stackKinds : []);
  if (found.isRecordHidden || found.hidden.length > 0) {
    return { value: undefined, diagnostics: await missingFor(cluster, deleteRights(stackKinds)) };
  }
  const labelled = unrecorded(stack, found);
  const isGoing = labelled.every(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (!isGoing && !permissions.adopt) {
    const objects = labelled.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    return { value: undefined, diagnostics: [finding("record-missing", { argument: "--stack" }, { stack, objects })] };
  }
  const inventory = labelled.length > 0 ? inventoryFrom(labelled) : inventoryOf(found.stored?.record);
  const deletions = deletionsOf({ stack, inventory, observed: found.observed.objects, ...nothing });
  const isNothing = found.stored === undefined && deletions.length === 0;
  if (isNothing && !(await isLocked(cluster, stack))) return { value: undefined, diagnostics: [] };
  const obstacles = await missingFor(cluster, deleteRights(found.kinds));
  return { value: workOf(cluster, { stack, permissions, found, deletions, obstacles }), diagnostics: [] };
}

const nothing = { keep: new Set<string>(), daemons: new Set<string>() };

/** Objects of the stack without any record of it. */
const unrecorded = (stack: string, { stored, observed }: Survey): readonly LiveObject[] =>
  stored !== undefined ? [] : [...observed.objects.values()].filter(live => saysStack(live, stack));

interface Input extends Pick<Work, "stack" | "permissions" | "deletions"> {
  readonly found: Survey;
  readonly obstacles: readonly Diagnostic[];
}

function workOf(cluster: Cluster, { stack, permissions, found, deletions, obstacles }: Input): Work {
  const { record } = found.stored ?? {};
  return {
    stack,
    platform: "kubernetes",
    namespace: cluster.namespace,
    ir: record?.pending?.ir ?? record?.good?.ir ?? unknownStack(stack, found.observed.objects.values()),
    changes: deletions.map(({ change }) => change),
    approximate: obstacles.length > 0,
    desired: undefined,
    permissions,
    stored: found.stored,
    observed: new Set([...found.observed.objects.values()].map(({ metadata }) => metadata.uid)),
    date: found.observed.date,
    decisions: [],
    deletions,
    revision: undefined,
    isRecorded: false,
    obstacles,
    createNamespace: false,
  };
}

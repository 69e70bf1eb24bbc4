import { localLabels, manager, sharedNetwork } from "../../render/index.ts";
import type { Outcome } from "../index.ts";
import { isRefusal } from "./api/error.ts";
import type { Host } from "./host.ts";
import { labelsOf } from "./observe.ts";
import { entriesOf, recordOf, stateOf } from "./record/record-of.ts";
import { removeAll } from "./remove.ts";
import type { ApplyContext } from "./run.ts";
import { removeHelpers } from "./vault/volume-access.ts";
import type { Work } from "./work.ts";

/** Removes what is left of a stack, what is remembered of it last. Data goes only where that was asked for. */
export async function takeDown(work: Work, { host }: ApplyContext): Promise<Outcome> {
  const { engine } = host;
  const containers = await engine.containers(labelsOf(work.stack));
  await leaveAlone(work);
  await removeAll(host, containers);
  await removeHelpers(engine, work.stack);
  for (const { change } of work.volumes) {
    await engine.removeVolume(change.object.name);
    host.onProgress({ kind: "written", action: "delete", object: change.object });
  }
  await removeUnusedNetwork(host);
  await work.observed.store.remove(work.stack);
  const state = stateOf(work.ir, () => ({ status: "deleted", running: false }));
  const purged = new Set(work.volumes.map(({ change }) => change.object.name));
  const kept = [...work.observed.volumes.keys()].filter(name => !purged.has(name));
  return { result: "deleted", state, diagnostics: [], kept };
}

/** What is recorded counts as unproven from here on: who watches the stack brings nothing back that is going. */
async function leaveAlone(work: Work): Promise<void> {
  const { record, containers, store } = work.observed;
  const pending = record?.pending ?? record?.good;
  if (pending === undefined) return;
  const good = record?.good === undefined ? {} : { good: record.good };
  const state = stateOf(work.ir, () => ({ status: "deleting", running: false }));
  await store.write(recordOf(work, { state, inventory: entriesOf(work, containers.values()), ...good, pending }));
}

/** The last stack takes the shared network along. Another one may be coming at this moment: then it stays. */
async function removeUnusedNetwork({ engine }: Host): Promise<void> {
  const network = await engine.network(sharedNetwork);
  if (network?.labels[localLabels.manager] !== manager) return;
  const users = await engine.containers([`${localLabels.manager}=${manager}`]);
  if (users.length > 0) return;
  try {
    await engine.removeNetwork(sharedNetwork);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
  }
}

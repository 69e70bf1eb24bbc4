import type { Cluster } from "./api/cluster.ts";
import { isKind, type KindName } from "./api/kinds.ts";
import type { LiveObject } from "./api/live-object.ts";
import { survey } from "./probe/survey.ts";
import type { Work } from "./work.ts";

/** Whether what a plan was made from is still what is there. Asked when nobody else may write any more. */
export async function stillHolds(cluster: Cluster, work: Work): Promise<boolean> {
  const kinds = work.changes.flatMap(({ object: { kind } }): KindName[] => (isKind(kind) ? [kind] : []));
  const { stored, observed } = await survey(cluster, work.stack, kinds);
  if (stored?.resourceVersion !== work.stored?.resourceVersion) return false;
  const known = [...work.decisions, ...work.deletions].flatMap(({ live }) => live ?? []);
  const seen = new Map([...observed.objects.values()].map(live => [live.metadata.uid, live]));
  const expected = known.every(live => {
    const now = seen.get(live.metadata.uid);
    // What carries no label of ours was not listed, and is compared by the server when it is written.
    return now === undefined ? !work.observed.has(live.metadata.uid) : asWritten(now) === asWritten(live);
  });
  // What an earlier run was creating when it was killed may have come late.
  return expected && [...seen.keys()].every(uid => work.observed.has(uid));
}

/** An object without what controllers note in it all the time. */
const asWritten = (live: LiveObject): string =>
  JSON.stringify(live, (name, value) => (ignored.has(name) ? undefined : value));

const ignored: ReadonlySet<string> = new Set(["status", "resourceVersion", "managedFields"]);

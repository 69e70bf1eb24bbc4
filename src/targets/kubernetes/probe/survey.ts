import { type Diagnostic, finding } from "../../../diagnostics/index.ts";
import type { DeploymentRecord } from "../../../state/index.ts";
import { isVersion } from "../api/answer.ts";
import type { Cluster, ObjectList } from "../api/cluster.ts";
import { isStatus, unlessForbidden } from "../api/error.ts";
import { isKind, type KindName, keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { labelled } from "../api/selector.ts";
import type { DesiredObject } from "../compare/desired.ts";
import { readRecord, type StoredRecord } from "../record/record-store.ts";
import { missingRights, type Right, rightsFindings } from "./rights.ts";

/** What is there of a stack, by key: everything that carries its label, ours or not. */
interface Observed {
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** The server's clock, in milliseconds since 1970. */
  readonly date: number;
}

/** What is known of a stack before anything is decided. */
export interface Survey {
  readonly stored: StoredRecord | undefined;
  /** Whether there may be a record that we may not read. */
  readonly isRecordHidden: boolean;
  readonly observed: Observed;
  /** Kinds of objects that are, or were, part of the stack. */
  readonly kinds: readonly KindName[];
  /** Kinds we may not see. */
  readonly hidden: readonly KindName[];
}

const oldest = { major: 1, minor: 18 };

/** Asks for the server's version: the first word with a cluster, so what cannot be reached is not asked for long. */
export async function checkServer(cluster: Cluster): Promise<readonly Diagnostic[]> {
  const options = { attempts: 3, impatient: true, accepts: isVersion };
  const { body } = await cluster.call({ method: "GET", path: "/version" }, options);
  const { major = "", minor = "", gitVersion = "" } = body as Readonly<Record<string, string | undefined>>;
  const [majorNumber, minorNumber] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  const isOld = majorNumber < oldest.major || (majorNumber === oldest.major && minorNumber < oldest.minor);
  const args = { version: gitVersion, needed: `${oldest.major}.${oldest.minor}` };
  return isOld ? [finding("server-too-old", { argument: "" }, args)] : [];
}

/** Reads the record and lists what is there, kind by kind. */
export async function survey(cluster: Cluster, stack: string, wanted: readonly KindName[]): Promise<Survey> {
  const { stored, isRecordHidden } = await readableRecord(cluster, stack);
  const kinds = [...new Set([...wanted, ...recordedKinds(stored?.record), "Deployment" as const])];
  const lists = await Promise.all(kinds.map(kind => unlessForbidden(cluster.list(kind, labelled(stack)), undefined)));
  const hidden = kinds.filter((_, index) => lists[index] === undefined);
  return { stored, isRecordHidden, observed: observedIn(lists.filter(list => list !== undefined)), kinds, hidden };
}

const recordedKinds = (record: DeploymentRecord | undefined): readonly KindName[] =>
  (record?.inventory ?? []).flatMap(({ kind }) => (isKind(kind) ? [kind] : []));

/** Who may not read Secrets plans without the record. */
async function readableRecord(cluster: Cluster, stack: string): Promise<Pick<Survey, "stored" | "isRecordHidden">> {
  try {
    return { stored: await readRecord(cluster, stack), isRecordHidden: false };
  } catch (cause) {
    if (isStatus(cause, 403)) return { stored: undefined, isRecordHidden: true };
    throw cause;
  }
}

const observedIn = (lists: readonly ObjectList[]): Observed => ({
  objects: new Map(
    lists.flatMap(({ items }) => items.map(item => [keyOf({ kind: item.kind, name: item.metadata.name }), item])),
  ),
  date: Math.max(0, ...lists.map(({ date }) => date)),
});

export const kindsOf = (objects: readonly DesiredObject[]): readonly KindName[] => [
  ...new Set(objects.flatMap(({ object: { kind } }) => (isKind(kind) ? [kind] : []))),
];

/** Every right that is wanted and missing, each resource at what of the document needs it. */
export async function missingFor(
  cluster: Cluster,
  wanted: readonly Right[],
  objects: readonly DesiredObject[] = [],
): Promise<readonly Diagnostic[]> {
  const missing = await missingRights(cluster, wanted);
  const path = (kind: KindName): string | undefined =>
    objects.find(({ object }) => object.kind === (isWorkload(kind) ? "Deployment" : kind))?.path;
  return rightsFindings(missing, { namespace: cluster.namespace, path });
}

const isWorkload = (kind: KindName): boolean => kind === "Pod" || kind === "ReplicaSet";

/** Whether the namespace is there; who may not look takes it to be. */
export async function hasNamespace(cluster: Cluster): Promise<boolean> {
  try {
    await cluster.call({ method: "GET", path: `/api/v1/namespaces/${encodeURIComponent(cluster.namespace)}` });
    return true;
  } catch (cause) {
    if (isStatus(cause, 403)) return true;
    if (isStatus(cause, 404)) return false;
    throw cause;
  }
}

import { type Diagnostic, finding } from "../../../diagnostics/index.ts";
import type { DeploymentRecord } from "../../../state/index.ts";
import { isVersion } from "../api/answer.ts";
import type { Cluster } from "../api/cluster.ts";
import { isStatus } from "../api/error.ts";
import { isKind, type KindName } from "../api/kinds.ts";
import type { DesiredObject } from "../compare/desired.ts";
import { readRecord, type StoredRecord } from "../record/record-store.ts";
import { type Observed, observe } from "./observe.ts";
import { missingRights, type Right, rightsFindings } from "./rights.ts";

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
  const found = await Promise.all(kinds.map(kind => observeKind(cluster, stack, kind)));
  const hidden = kinds.filter((_, index) => found[index] === undefined);
  const seen = found.filter(list => list !== undefined);
  const observed = {
    objects: new Map(seen.flatMap(({ objects }) => [...objects])),
    date: Math.max(0, ...seen.map(({ date }) => date)),
  };
  return { stored, isRecordHidden, observed, kinds, hidden };
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

async function observeKind(cluster: Cluster, stack: string, kind: KindName): Promise<Observed | undefined> {
  try {
    return await observe(cluster, stack, [kind]);
  } catch (cause) {
    if (isStatus(cause, 403)) return undefined;
    throw cause;
  }
}

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

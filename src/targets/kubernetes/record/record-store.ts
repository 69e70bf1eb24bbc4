import { DiagnosticError, finding } from "../../../diagnostics/index.ts";
import { labelValue, manager, managerLabel, objectName, stackAnnotation, stackLabel } from "../../../render/index.ts";
import type { DeploymentRecord } from "../../../state/index.ts";
import { type Cluster, fieldManager } from "../api/cluster.ts";
import { isStatus } from "../api/error.ts";
import { collectionPath, objectPath, refOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { ApiRequest } from "../client.ts";
import { type Decoded, decodeRecord, type Encoded, encodeRecord } from "./record-codec.ts";

/** A record with the state of the Secret that holds it. */
export interface StoredRecord {
  readonly record: DeploymentRecord;
  readonly uid: string;
  readonly resourceVersion: string;
}

const secretType = "alien.dev/state";

const secretName = (stack: string): string => objectName("alien", stack, "state");
const secretRef = (stack: string) => refOf("Secret", secretName(stack));

/** Undefined where nothing is remembered. Throws a `DiagnosticError` for what is there and cannot be relied on. */
export async function readRecord(cluster: Cluster, stack: string): Promise<StoredRecord | undefined> {
  const secret = await cluster.get(secretRef(stack));
  if (secret === undefined) return undefined;
  const text = isOurs(secret, stack) ? contentOf(secret) : undefined;
  const decoded: Decoded = text === undefined ? { kind: "foreign" } : await decodeRecord(text, stack);
  if (decoded.kind !== "record") throw unreadable(decoded, stack, cluster.namespace);
  return stored(decoded.record, secret);
}

/** Whether there is a record, even one that cannot be relied on. */
export const isRemembered = async (cluster: Cluster, stack: string): Promise<boolean> =>
  (await cluster.get(secretRef(stack))) !== undefined;

/** Writes over the state that was read before, or anew without one. Throws `record-moved` where it is another now. */
export async function writeRecord(
  cluster: Cluster,
  record: DeploymentRecord,
  previous: StoredRecord | undefined,
): Promise<StoredRecord> {
  const encoded = await encodeRecord(record);
  if (encoded.kind === "too-large") throw tooLarge(record.stack, encoded);
  const { text } = encoded;
  try {
    const { body } = await cluster.call(writeRequest(cluster.namespace, { record, text, previous }));
    return stored(record, body as LiveObject);
  } catch (cause) {
    if (!isStatus(cause, 409) && !(previous !== undefined && isStatus(cause, 404))) throw cause;
    const secret = await cluster.get(secretRef(record.stack));
    // What we sent is there: the answer to it was lost, and it was sent again.
    const sent = secret !== undefined && isOurs(secret, record.stack) && contentOf(secret) === text;
    if (!sent || (previous !== undefined && previous.uid !== secret.metadata.uid)) throw moved(record.stack, cause);
    return stored(record, secret);
  }
}

export async function deleteRecord(cluster: Cluster, { record: { stack }, uid }: StoredRecord): Promise<void> {
  try {
    await cluster.remove(secretRef(stack), { uid });
  } catch (cause) {
    throw isStatus(cause, 409) ? moved(stack, cause) : cause;
  }
}

const stored = (record: DeploymentRecord, { metadata: { uid, resourceVersion } }: LiveObject): StoredRecord => ({
  record,
  uid,
  resourceVersion,
});

const isOurs = ({ type, metadata: { labels, annotations } }: LiveObject, stack: string): boolean =>
  type === secretType &&
  labels?.[managerLabel] === manager &&
  labels[stackLabel] === labelValue(stack) &&
  annotations?.[stackAnnotation] === stack;

function contentOf({ data }: LiveObject): string {
  const { record } = (data ?? {}) as { readonly record?: unknown };
  return typeof record === "string" ? record : "";
}

interface Writing {
  readonly record: DeploymentRecord;
  readonly text: string;
  readonly previous: StoredRecord | undefined;
}

function writeRequest(namespace: string, { record: { stack }, text, previous }: Writing): ApiRequest {
  const { apiVersion, kind, name } = secretRef(stack);
  const metadata = {
    name,
    labels: { [managerLabel]: manager, [stackLabel]: labelValue(stack) },
    annotations: { [stackAnnotation]: stack },
    ...(previous && { uid: previous.uid, resourceVersion: previous.resourceVersion }),
  };
  return {
    ...(previous === undefined
      ? { method: "POST", path: collectionPath("Secret", namespace) }
      : { method: "PUT", path: objectPath({ kind, name }, namespace) }),
    query: { fieldManager },
    body: { apiVersion, kind, metadata, type: secretType, data: { record: text } },
  };
}

const here = { argument: "" };

function unreadable(decoded: Exclude<Decoded, { kind: "record" }>, stack: string, namespace: string): DiagnosticError {
  const secret = secretName(stack);
  if (decoded.kind === "newer") {
    return new DiagnosticError([finding("record-newer", here, { stack, version: decoded.version })]);
  }
  if (decoded.kind === "foreign") {
    return new DiagnosticError([finding("record-foreign", here, { stack, secret, namespace })]);
  }
  const { problem, field } = decoded;
  return new DiagnosticError([finding("record-damaged", here, { stack, secret, namespace, problem, field })]);
}

const tooLarge = (stack: string, { size, limit }: Extract<Encoded, { kind: "too-large" }>): DiagnosticError =>
  new DiagnosticError([finding("record-too-large", here, { stack, size, limit })]);

const moved = (stack: string, cause: unknown): DiagnosticError =>
  new DiagnosticError([finding("record-moved", here, { stack })], { cause });

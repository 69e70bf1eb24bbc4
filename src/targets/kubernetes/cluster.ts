import type { Effects, ObjectRef, OnProgress, Timing } from "../index.ts";
import { ApiError, isStatus } from "./api-error.ts";
import type { ApiRequest, ApiResponse, Connection } from "./client.ts";
import { createGate } from "./gate.ts";
import { collectionPath, type KindName, objectPath, refOf } from "./kinds.ts";
import type { LiveObject } from "./live-object.ts";

/** Who we are to the server, in `managedFields`. */
export const fieldManager = "alien-compile";

export interface ClusterSetting {
  readonly connection: Connection;
  readonly namespace: string;
  readonly effects: Effects;
  readonly timing: Timing;
  readonly onProgress: OnProgress;
  /** Ends everything: an interrupt, or the end of the time that was given. */
  readonly signal: AbortSignal;
}

/** One namespace of a cluster: calls with a deadline each, tried again while that can help, so many at a time. */
export interface Cluster extends ClusterSetting {
  call(request: ApiRequest, options?: CallOptions): Promise<ApiResponse>;
  get(ref: Pick<ObjectRef, "kind" | "name">): Promise<LiveObject | undefined>;
  list(kind: KindName, selector?: Selector): Promise<ObjectList>;
  /** Server-side apply. Rejects with status 409 where another manager owns a field, unless forced. */
  apply(object: Applied, options?: ApplyOptions): Promise<{ readonly object: LiveObject; readonly created: boolean }>;
  /** Deletes one object if it is still the one that is meant; says whether it was there. */
  remove(ref: ObjectRef, options: RemoveOptions): Promise<boolean>;
  /** The same cluster, where another signal ends the calls too. */
  until(signal: AbortSignal): Cluster;
}

export interface CallOptions {
  /** How often it is tried at most; 6 by default. */
  readonly attempts?: number;
}

export interface Selector {
  readonly labels?: string;
  readonly fields?: string;
}

export interface ObjectList {
  readonly items: readonly LiveObject[];
  readonly resourceVersion: string;
  /** The server's clock when it answered, in milliseconds since 1970. */
  readonly date: number;
}

export interface Applied {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [section: string]: unknown;
}

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  /** The object that is meant; another one with its name is refused. */
  readonly uid?: string;
}

export interface RemoveOptions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** `Foreground`: gone only when everything it owns is gone. */
  readonly propagation?: "Background" | "Foreground";
}

const mostCalls = 16;
const mostAttempts = 6;

export function createCluster(setting: ClusterSetting): Cluster {
  return withGate(setting, createGate(mostCalls));
}

function withGate(setting: ClusterSetting, gate: ReturnType<typeof createGate>): Cluster {
  const { namespace } = setting;
  const call: Cluster["call"] = (request, { attempts = mostAttempts } = {}) =>
    retried(request, { setting, attempts, once: () => gate(() => sendOnce(request, setting)) });
  return {
    ...setting,
    call,
    get: async ref => found((await orMissing(call({ method: "GET", path: objectPath(ref, namespace) })))?.body),
    list: async (kind, selector = {}) => listOf(await call(listRequest(kind, namespace, selector)), kind),
    apply: async (object, options = {}) => {
      const { status, body } = await call(applyRequest(object, { namespace, ...options }));
      return { object: body as LiveObject, created: status === 201 };
    },
    remove: async (ref, options) =>
      (await orMissing(call(removeRequest(objectPath(ref, namespace), options)))) !== undefined,
    until: signal => withGate({ ...setting, signal: AbortSignal.any([setting.signal, signal]) }, gate),
  };
}

export const listRequest = (kind: KindName, namespace: string, { labels, fields }: Selector): ApiRequest => ({
  method: "GET",
  path: collectionPath(kind, namespace),
  query: { labelSelector: labels, fieldSelector: fields },
});

export function listOf({ body, date }: ApiResponse, kind: KindName): ObjectList {
  const { items, metadata } = body as { items: readonly LiveObject[] | null; metadata: { resourceVersion: string } };
  const { apiVersion } = refOf(kind, "");
  // The items of a list do not say what they are.
  return {
    items: (items ?? []).map(item => ({ ...item, apiVersion, kind })),
    resourceVersion: metadata.resourceVersion,
    date,
  };
}

function applyRequest(
  object: Applied,
  { namespace, dryRun, force, uid }: ApplyOptions & { readonly namespace: string },
): ApiRequest {
  const { kind, metadata } = object;
  return {
    method: "PATCH",
    path: objectPath({ kind, name: metadata.name }, namespace),
    query: { fieldManager, dryRun: dryRun ? "All" : undefined, force: force ? "true" : undefined },
    contentType: "application/apply-patch+yaml",
    body: uid === undefined ? object : { ...object, metadata: { ...metadata, uid } },
  };
}

const removeRequest = (
  path: string,
  { uid, resourceVersion, propagation = "Background" }: RemoveOptions,
): ApiRequest => ({
  method: "DELETE",
  path,
  body: {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation,
    preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) },
  },
});

/** An answer that is no object of the API is a proxy's, not the server's. */
const found = (body: unknown): LiveObject | undefined => body as LiveObject | undefined;

async function orMissing(answer: Promise<ApiResponse>): Promise<ApiResponse | undefined> {
  try {
    return await answer;
  } catch (cause) {
    if (isStatus(cause, 404)) return undefined;
    throw cause;
  }
}

async function sendOnce(request: ApiRequest, { connection, signal, timing }: ClusterSetting): Promise<ApiResponse> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timing.call);
  try {
    const answer = await connection.send(request, AbortSignal.any([signal, deadline]));
    if (typeof answer.body === "object" && answer.body !== null) return answer;
  } catch (cause) {
    signal.throwIfAborted();
    if (deadline.aborted) throw new ApiError("no answer in time", { status: 0, reason: "ETIMEDOUT", cause });
    throw cause;
  }
  throw new ApiError("the answer is not JSON", { status: 0, reason: "NotJson" });
}

interface Retrying {
  readonly setting: ClusterSetting;
  readonly attempts: number;
  readonly once: () => Promise<ApiResponse>;
}

async function retried(request: ApiRequest, { setting, attempts, once }: Retrying): Promise<ApiResponse> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (cause) {
      if (!(cause instanceof ApiError) || attempt >= attempts || !mayHelp(request, cause)) throw cause;
      setting.onProgress({ kind: "retrying", problem: problemOf(cause), attempt });
      await setting.effects.sleep(pause(cause, attempt, setting), setting.signal);
    }
  }
}

/** A word for what went wrong. */
export const problemOf = ({ status, reason }: ApiError): string => (status === 0 ? reason : String(status));

/** Whether the same request may be answered otherwise. */
function mayHelp({ method }: ApiRequest, error: ApiError): boolean {
  // An apply that met another write, not another owner.
  if (error.status === 409) return method === "PATCH" && error.reason === "Conflict" && error.causes.length === 0;
  return passes(error);
}

/** No answer, too many requests, the server's own trouble: gone after a while. */
export const passes = ({ status }: ApiError): boolean => status === 0 || status === 429 || status >= 500;

/** Doubles from attempt to attempt, shortened at random so that many do not come back at once. */
export function pause(
  { retryAfter }: Pick<ApiError, "retryAfter">,
  attempt: number,
  { timing, effects }: Pick<ClusterSetting, "timing" | "effects">,
): number {
  const longest = timing.retry * 2 ** (attempt - 1);
  return Math.max(longest / 2 + (effects.random() * longest) / 2, Math.min(retryAfter ?? 0, timing.call));
}

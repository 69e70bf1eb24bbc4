import { createGate, type Effects, type ObjectRef, type OnProgress, type Timing } from "../../index.ts";
import type { ApiRequest, ApiResponse, Connection } from "../client.ts";
import { type Accepts, isAnswer, isList, isObject, isRemoval } from "./answer.ts";
import { ApiError, isStatus } from "./error.ts";

import { collectionPath, type KindName, objectPath, refOf } from "./kinds.ts";
import type { LiveObject } from "./live-object.ts";
import { retried } from "./retry.ts";

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
  /** Called before each attempt of each call; throws where nothing may be sent any more. */
  readonly check?: () => void;
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
  /** The same cluster, where another signal ends the calls too, and a check may forbid them. */
  until(signal: AbortSignal, check?: () => void): Cluster;
}

export interface CallOptions {
  /** How often it is tried at most; 6 by default. */
  readonly attempts?: number;
  /** Whether one silence for the time of a call is enough. */
  readonly impatient?: boolean;
  /** Whether an answer is the API server's; by default every object of the API is. */
  readonly accepts?: Accepts;
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

export function createCluster(setting: ClusterSetting): Cluster {
  return withGate(setting, createGate(mostCalls));
}

function withGate(setting: ClusterSetting, gate: ReturnType<typeof createGate>): Cluster {
  const { namespace } = setting;
  const call: Cluster["call"] = (request, { accepts = isAnswer, ...options } = {}) =>
    retried(request, { setting, ...options, once: () => gate(() => sendOnce(request, setting, accepts)) });
  return {
    ...setting,
    call,
    get: async ref => found((await orMissing(call({ method: "GET", path: objectPath(ref, namespace) }, object)))?.body),
    list: async (kind, selector = {}) => listOf(await call(listRequest(kind, namespace, selector), list), kind),
    apply: async (applied, options = {}) => {
      const { status, body } = await call(applyRequest(applied, { namespace, ...options }), object);
      return { object: body as LiveObject, created: status === 201 };
    },
    remove: async (ref, options) =>
      (await orMissing(call(removeRequest(objectPath(ref, namespace), options), removal))) !== undefined,
    until: (signal, check = setting.check) =>
      withGate({ ...setting, signal: AbortSignal.any([setting.signal, signal]), ...(check && { check }) }, gate),
  };
}

const [object, list, removal] = [{ accepts: isObject }, { accepts: isList }, { accepts: isRemoval }];

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

const found = (body: unknown): LiveObject | undefined => body as LiveObject | undefined;

async function orMissing(answer: Promise<ApiResponse>): Promise<ApiResponse | undefined> {
  try {
    return await answer;
  } catch (cause) {
    if (isStatus(cause, 404)) return undefined;
    throw cause;
  }
}

async function sendOnce(
  request: ApiRequest,
  { connection, signal, timing, check }: ClusterSetting,
  accepts: Accepts,
): Promise<ApiResponse> {
  signal.throwIfAborted();
  await connection.authenticate?.(signal);
  check?.();
  const deadline = AbortSignal.timeout(timing.call);
  try {
    const answer = await connection.send(request, AbortSignal.any([signal, deadline]));
    if (accepts(answer.body)) return answer;
  } catch (cause) {
    signal.throwIfAborted();
    if (deadline.aborted) throw new ApiError("no answer in time", { status: 0, reason: "ETIMEDOUT", cause });
    throw cause;
  }
  // A page to sign in, for example: a proxy's, not the server's.
  throw new ApiError("the answer is not one of the API", { status: 0, reason: "NotApi" });
}

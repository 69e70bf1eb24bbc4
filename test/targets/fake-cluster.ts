import { defaultTiming, type Effects, type Progress, type Timing } from "../../src/targets/index.ts";
import { createCluster } from "../../src/targets/kubernetes/api/cluster.ts";
import { ApiError } from "../../src/targets/kubernetes/api/error.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import type { ApiRequest, ApiResponse, Connection } from "../../src/targets/kubernetes/client.ts";
import type { TestCluster } from "./clusters.ts";

/** What becomes of a request on its way. */
export type Fate = "arrives" | "request-lost" | "answer-lost" | "hangs";

export interface FakeApi {
  /** Everything that is stored, by path. */
  readonly objects: Map<string, LiveObject>;
  /** Every request that was sent, in order. */
  readonly requests: ApiRequest[];
  handle(request: ApiRequest): ApiResponse;
}

interface Body {
  readonly metadata?: { readonly name?: string; readonly uid?: string; readonly resourceVersion?: string };
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const refuse = (status: number, reason: string): never => {
  throw new ApiError(reason, { status, reason });
};

/** An API server in memory, as the real one was seen to behave: `lock-contract.ts` runs against both. */
export function createFakeApi(): FakeApi {
  const objects = new Map<string, LiveObject>();
  const requests: ApiRequest[] = [];
  let version = 100;
  let uids = 0;
  const store = (path: string, body: Body, { uid }: { readonly uid: string }): ApiResponse => {
    const metadata = { ...body.metadata, uid, resourceVersion: String(++version) };
    const object = structuredClone({ ...body, metadata }) as unknown as LiveObject;
    objects.set(path, object);
    return answer(object);
  };
  const answer = (body: unknown): ApiResponse => ({ status: 200, body: structuredClone(body), date: 0 });
  const create = (path: string, body: Body) => store(path, body, { uid: `uid-${++uids}` });
  const put = (path: string, body: Body): ApiResponse => {
    const { uid, resourceVersion } = body.metadata ?? {};
    const old = objects.get(path);
    if (uid !== undefined && uid !== old?.metadata.uid) return refuse(409, "Conflict");
    // A Lease is created by a write to none.
    if (old === undefined) return path.includes("/leases/") ? create(path, body) : refuse(404, "NotFound");
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) refuse(409, "Conflict");
    const same = JSON.stringify({ ...body, metadata: 0 }) === JSON.stringify({ ...old, metadata: 0 });
    return same ? answer(old) : store(path, body, old.metadata);
  };
  const remove = (path: string, { preconditions = {} }: Body): ApiResponse => {
    const { uid, resourceVersion } = preconditions;
    const old = objects.get(path) ?? refuse(404, "NotFound");
    if (uid !== undefined && uid !== old.metadata.uid) refuse(409, "Conflict");
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) refuse(409, "Conflict");
    objects.delete(path);
    return answer({ kind: "Status", status: "Success" });
  };
  const handle = ({ method, path, body: given }: ApiRequest): ApiResponse => {
    const body = (given ?? {}) as Body;
    if (method === "POST") {
      const created = `${path}/${body.metadata?.name}`;
      return objects.has(created) ? refuse(409, "AlreadyExists") : create(created, body);
    }
    if (method === "PUT") return put(path, body);
    if (method === "DELETE") return remove(path, body);
    return answer(objects.get(path) ?? refuse(404, "NotFound"));
  };
  return { objects, requests, handle };
}

export interface FakeClusterOptions {
  readonly effects: Effects;
  readonly timing?: Partial<Timing>;
  /** Asked for each request. */
  readonly fate?: (request: ApiRequest) => Fate;
  /** How long a request takes each way, in milliseconds. */
  readonly latency?: () => number;
}

/** One namespace of a fake API, over a network that may lose what it carries. */
export function openFakeCluster(api: FakeApi, options: FakeClusterOptions): TestCluster {
  const { effects, timing = {}, fate = () => "arrives", latency = () => 0 } = options;
  const interrupt = new AbortController();
  const progress: Progress[] = [];
  const setting = {
    namespace: "default",
    effects,
    timing: { ...defaultTiming, ...timing },
    onProgress: (said: Progress) => void progress.push(said),
    signal: interrupt.signal,
  };
  const travel = (signal: AbortSignal) => (latency() > 0 ? effects.sleep(latency(), signal) : undefined);
  const connection: Connection = {
    server: "https://fake",
    send: async (request, signal) => {
      api.requests.push(request);
      const becomes = fate(request);
      await travel(signal);
      // The cluster's own deadline runs on the machine's time; here it is the network that gives up.
      if (becomes === "hangs") {
        await effects.sleep(setting.timing.call, signal);
        throw new ApiError("no answer in time", { status: 0, reason: "ETIMEDOUT" });
      }
      if (becomes === "request-lost") throw new ApiError("lost", { status: 0, reason: "ECONNRESET" });
      const answered = api.handle(request);
      await travel(signal);
      if (becomes === "answer-lost") throw new ApiError("lost", { status: 0, reason: "ECONNRESET" });
      return answered;
    },
    lines: () => {
      throw new Error("the fake has no streams");
    },
    close: () => undefined,
  };
  const cluster = createCluster({ ...setting, connection });
  return { ...cluster, progress, abort: reason => interrupt.abort(reason), close: () => interrupt.abort() };
}

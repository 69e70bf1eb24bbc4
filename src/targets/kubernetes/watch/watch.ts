import { type Cluster, listRequest, type Selector } from "../api/cluster.ts";
import { ApiError, isStatus } from "../api/error.ts";
import type { KindName } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { passes, pause, problemOf } from "../api/retry.ts";
import type { ApiRequest } from "../client.ts";
import { readStream, type WatchEvent } from "./watch-stream.ts";

export interface Watched {
  readonly kind: KindName;
  readonly selector?: Selector;
  /** Whether it is left out where we may not read it (403). */
  readonly optional?: boolean;
}

export interface WatchSetting {
  readonly cluster: Cluster;
  readonly onChange: () => void;
  /** The server's clock in milliseconds since 1970, each time it is told. */
  readonly onDate: (date: number) => void;
}

/** The server ends a stream after so long. */
const streamSeconds = 240;
/** The pause between streams stops doubling here: at 4 seconds. */
const mostDoublings = 5;

/** The objects of one kind, as the server told last. */
export class Watch {
  readonly objects = new Map<string, LiveObject>();
  readonly #watched: Watched;
  readonly #setting: WatchSetting;
  /** Where the stream goes on; without it, the objects are listed first. */
  #resourceVersion: string | undefined;
  /** Streams in a row that told nothing. */
  #failures = 0;
  #leftOut = false;

  constructor(watched: Watched, setting: WatchSetting) {
    this.#watched = watched;
    this.#setting = setting;
  }

  get kind(): KindName {
    return this.#watched.kind;
  }

  async list(): Promise<void> {
    try {
      await this.#list();
    } catch (cause) {
      this.#leaveOut(cause);
    }
  }

  /** Follows what happens after the list. Rejects when that cannot go on, or when the cluster's signal is aborted. */
  async keep(): Promise<void> {
    while (!this.#leftOut) {
      const retryAfter = await this.#follow();
      this.#failures++;
      const { cluster } = this.#setting;
      const attempt = Math.min(this.#failures, mostDoublings);
      await cluster.effects.sleep(pause({ retryAfter }, attempt, cluster), cluster.signal);
    }
  }

  /** Lists if that is due, and reads one stream to its end. Returns what the server wants us to wait, if it says so. */
  async #follow(): Promise<number | undefined> {
    try {
      if (this.#resourceVersion === undefined) await this.#list();
      await readStream(this.#setting.cluster, this.#request(), event => this.#take(event));
      return undefined;
    } catch (cause) {
      return this.#judge(cause);
    }
  }

  async #list(): Promise<void> {
    const { cluster, onChange, onDate } = this.#setting;
    const { items, date, resourceVersion } = await cluster.list(this.#watched.kind, this.#watched.selector);
    onDate(date);
    this.#resourceVersion = resourceVersion;
    if (replaceAll(this.objects, items)) onChange();
  }

  #request(): ApiRequest {
    const { kind, selector = {} } = this.#watched;
    const { path, query, method } = listRequest(kind, this.#setting.cluster.namespace, selector);
    const watching = { watch: "true", allowWatchBookmarks: "true", timeoutSeconds: String(streamSeconds) };
    return { method, path, query: { ...query, ...watching, resourceVersion: this.#resourceVersion } };
  }

  #take(event: WatchEvent): void {
    if (event.type === "ERROR") {
      this.#resourceVersion = undefined;
      return;
    }
    const { type, object } = event;
    this.#resourceVersion = object.metadata.resourceVersion;
    this.#failures = 0;
    if (type !== "BOOKMARK" && update(this.objects, type, object)) this.#setting.onChange();
  }

  /** What may pass by itself is waited for; the rest is thrown. */
  #judge(cause: unknown): number | undefined {
    const { onProgress } = this.#setting.cluster;
    if (isStatus(cause, 410)) this.#resourceVersion = undefined;
    else if (!(cause instanceof ApiError && passes(cause))) this.#leaveOut(cause);
    // That one stream is dropped is everyday.
    else if (this.#failures > 0) onProgress({ kind: "retrying", problem: problemOf(cause), attempt: this.#failures });
    return cause instanceof ApiError ? cause.retryAfter : undefined;
  }

  #leaveOut(cause: unknown): void {
    if (!this.#watched.optional || !isStatus(cause, 403)) throw cause;
    this.#leftOut = true;
    if (replaceAll(this.objects, [])) this.#setting.onChange();
  }
}

/** Says whether anything is different. */
function replaceAll(objects: Map<string, LiveObject>, items: readonly LiveObject[]): boolean {
  const before = new Map(objects);
  objects.clear();
  for (const item of items) objects.set(item.metadata.name, item);
  return before.size !== objects.size || items.some(item => !isSame(before.get(item.metadata.name), item));
}

function update(objects: Map<string, LiveObject>, type: "ADDED" | "MODIFIED" | "DELETED", object: LiveObject): boolean {
  const { name } = object.metadata;
  if (type === "DELETED") return objects.delete(name);
  const before = objects.get(name);
  objects.set(name, object);
  return !isSame(before, object);
}

const isSame = (before: LiveObject | undefined, { metadata }: LiveObject): boolean =>
  before?.metadata.uid === metadata.uid && before.metadata.resourceVersion === metadata.resourceVersion;

import type { ApplyOptions } from "../index.ts";
import type { Cluster } from "./api/cluster.ts";
import type { LiveObject } from "./api/live-object.ts";
import type { Lock } from "./lock/lock.ts";
import type { StoredRecord } from "./record/record-store.ts";
import type { Work } from "./work.ts";

/** What carrying out a plan takes besides the plan. */
export interface ApplyContext {
  readonly cluster: Cluster;
  readonly holder: string;
  readonly lockTimeout: number;
  readonly options: ApplyOptions;
  /** Makes the plan again, from what is there now; throws where something speaks against it. */
  readonly again: () => Promise<Work>;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** The generations that objects were written in, by name: a rollout that is older is another one. */
export const generationsOf = (written: ReadonlyMap<string, LiveObject>): ReadonlyMap<string, number> =>
  new Map(
    [...written.values()].flatMap(({ kind, metadata: { name, generation } }) =>
      kind === "Deployment" && generation !== undefined ? [[name, generation]] : [],
    ),
  );

/** A plan under way: what it is, what holds the others off, and what the record says by now. */
export interface Run {
  readonly work: Work;
  readonly lock: Lock;
  readonly context: ApplyContext;
  readonly stored: StoredRecord;
}

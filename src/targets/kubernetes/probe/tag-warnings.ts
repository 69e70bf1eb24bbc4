import { type Diagnostic, finding, join, value } from "../../../diagnostics/index.ts";
import type { DaemonIr, StackIr } from "../../../ir/index.ts";
import { daemonLabel, labelValue, objectName } from "../../../render/index.ts";
import type { Cluster } from "../api/cluster.ts";
import { ApiError } from "../api/error.ts";
import { keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import { labelled } from "../api/selector.ts";
import { digestsOfTag } from "../registry-client.ts";
import { imageTag, pulledDigest } from "./image-tag.ts";

/** All of it together, in milliseconds: it must not hold up what was asked for. */
const limit = 2000;
const mostDaemons = 20;

interface TagInput {
  readonly stack: StackIr;
  readonly observed: ReadonlyMap<string, LiveObject>;
}

/** Daemons whose tag stands for another image by now than the one they run, which no node will pull by itself. */
export async function tagWarnings(cluster: Cluster, { stack, observed }: TagInput): Promise<readonly Diagnostic[]> {
  const daemons = stack.daemons.filter(daemon => keepsImage(daemon, { stack, observed }));
  if (daemons.length === 0 || stack.daemons.length > mostDaemons) return [];
  const limited = cluster.until(AbortSignal.timeout(limit));
  try {
    const { items } = await limited.list("Pod", labelled(stack.stack));
    const found = await Promise.all(daemons.map(daemon => tagWarning(daemon, items, limited.signal)));
    return found.flat();
  } catch (cause) {
    cluster.signal.throwIfAborted();
    // Nobody asked for it: what cannot be found out is not told.
    if (cause instanceof ApiError || limited.signal.aborted) return [];
    throw cause;
  }
}

/** Whether a daemon is there, with the same image, and its node uses what it has under that name. */
function keepsImage(daemon: DaemonIr, { stack, observed }: TagInput): boolean {
  const name = objectName(stack.stack, daemon.id);
  const { template } = (observed.get(keyOf({ kind: "Deployment", name }))?.spec ?? {}) as { template?: PodLike };
  const container = containerOf(template);
  return container !== undefined && container.image === imageOf(daemon) && container.imagePullPolicy !== "Always";
}

const imageOf = ({ code }: DaemonIr): string => (code.type === "image" ? code.image : "");

async function tagWarning(
  daemon: DaemonIr,
  pods: readonly LiveObject[],
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const image = imageOf(daemon);
  const tag = imageTag(image);
  const pulled = tag && pulledDigest(runningImage(daemon, pods), tag);
  if (tag === undefined || pulled === undefined) return [];
  const digests = await digestsOfTag(tag, signal);
  if (digests === undefined || digests.includes(pulled)) return [];
  return [finding("tag-not-pulled", value(join(daemon.code.path, "image")), { daemon: daemon.id, image })];
}

interface PodLike {
  readonly spec?: {
    readonly containers?: readonly {
      readonly name: string;
      readonly image?: string;
      readonly imagePullPolicy?: string;
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly { readonly name: string; readonly imageID?: string }[];
  };
}

const containerOf = (pod: PodLike | undefined) => pod?.spec?.containers?.find(({ name }) => name === "daemon");

/** What the newest running pod of a daemon was started from. */
function runningImage(daemon: DaemonIr, pods: readonly LiveObject[]): string {
  const running = pods.filter(
    ({ metadata, ...pod }) =>
      metadata.labels?.[daemonLabel] === labelValue(daemon.id) &&
      metadata.deletionTimestamp === undefined &&
      (pod as PodLike).status?.phase === "Running" &&
      containerOf(pod as PodLike)?.image === imageOf(daemon),
  );
  const created = ({ metadata }: LiveObject): string => metadata.creationTimestamp ?? "";
  const newest = running.toSorted((a, b) => (created(a) < created(b) ? 1 : -1))[0] as PodLike | undefined;
  return newest?.status?.containerStatuses?.find(({ name }) => name === "daemon")?.imageID ?? "";
}

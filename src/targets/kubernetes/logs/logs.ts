import { DiagnosticError, finding, suggest } from "../../../diagnostics/index.ts";
import { idAnnotation } from "../../../render/index.ts";
import { type LogLine, type LogOptions, merge } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import { ApiError, isStatus } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import { labelled } from "../api/selector.ts";
import { saysStack } from "../record/ownership.ts";
import { podView } from "../rollout/index.ts";
import { notFound } from "../status.ts";
import { type LogRequest, logLines, type TimedLine } from "./pod-log.ts";

/** What the daemons of a stack write. Following goes on over restarts and new pods, until the signal ends it. */
export async function* stackLogs(cluster: Cluster, stack: string, options: LogOptions): AsyncIterable<LogLine> {
  const deployments = (await cluster.list("Deployment", labelled(stack))).items;
  const ours = deployments.filter(live => saysStack(live, stack));
  if (ours.length === 0) throw new DiagnosticError([notFound(cluster, stack, deployments)]);
  const ids = ours.map(idOf);
  const unknown = options.daemons.filter(id => !ids.includes(id));
  if (unknown.length > 0) throw new DiagnosticError(unknown.map(id => unknownDaemon(id, ids)));
  const wanted = options.daemons.length > 0 ? options.daemons : ids.toSorted();
  yield* merge(wanted.map(daemon => daemonLog(cluster, { stack, daemon, options })));
}

export const unknownDaemon = (daemon: string, ids: readonly string[]) =>
  finding("unknown-daemon", { argument: daemon }, { daemon, known: ids, suggestion: suggest(daemon, ids) });

export const idOf = ({ metadata: { annotations, name } }: LiveObject): string => annotations?.[idAnnotation] ?? name;

interface DaemonLog {
  readonly stack: string;
  readonly daemon: string;
  readonly options: LogOptions;
}

/** How often is looked for the next process of a daemon, in milliseconds. */
const pause = 500;

async function* daemonLog(cluster: Cluster, { stack, daemon, options }: DaemonLog): AsyncIterable<LogLine> {
  const { follow, previous, since, tail } = options;
  let last: Read | undefined;
  do {
    if (last !== undefined) await cluster.effects.sleep(pause, cluster.signal);
    const found = await newestProcess(cluster, stack, daemon);
    const isSame = found.id === last?.id;
    // By the pod: its next process may have been read before the server counted the restart.
    const from = found.pod === last?.pod ? last?.at : undefined;
    const range = last === undefined ? { since, tail } : { from };
    last = { ...found, at: from };
    // A process that has ended writes nothing more.
    if (found.pod === undefined || (isSame && !found.isRunning)) continue;
    for await (const { at, text } of reading(cluster, { pod: found.pod, follow, previous, ...range })) {
      if (at !== "") last = { ...found, at };
      // The server starts at the second; what was read in it is left out.
      if (from === undefined || at > from) yield { daemon, text };
    }
  } while (follow);
}

/** How far a log was read. */
interface Read extends Pick<Process, "id" | "pod"> {
  readonly at: string | undefined;
}

/** A process that has not started has no log yet; one that is followed is looked for again. */
async function* reading(cluster: Cluster, wanted: LogRequest): AsyncIterable<TimedLine> {
  try {
    yield* logLines(cluster, wanted);
  } catch (cause) {
    cluster.signal.throwIfAborted();
    if (!isStatus(cause, 400, 404) && !(wanted.follow && cause instanceof ApiError && cause.status !== 403))
      throw cause;
  }
}

interface Process {
  readonly id: string;
  readonly pod?: string;
  readonly isRunning: boolean;
}

async function newestProcess(cluster: Cluster, stack: string, daemon: string): Promise<Process> {
  const { items } = await cluster.list("Pod", labelled(stack, daemon));
  const pods = items.map(pod => ({ uid: pod.metadata.uid, ...podView(pod) }));
  const [newest] = pods.toSorted((a, b) => Number(a.over) - Number(b.over) || b.createdAt - a.createdAt);
  if (newest === undefined) return { id: "", isRunning: false };
  const [container] = newest.containers;
  const id = `${newest.uid}/${container?.restarts ?? 0}`;
  return { id, pod: newest.name, isRunning: container?.running !== undefined };
}

import { DiagnosticError, finding, suggest } from "../../diagnostics/index.ts";
import { containerName, localLabels } from "../../render/index.ts";
import { type LogLine, type LogOptions, merge } from "../index.ts";
import type { Container, LogRequest, TimedLine } from "./api/engine.ts";
import { isStatus } from "./api/error.ts";
import type { Host } from "./host.ts";
import { labelsOf } from "./observe.ts";
import { isAway } from "./rollout/away.ts";
import { engineClock } from "./rollout/engine-clock.ts";
import { currentStart } from "./rollout/runs.ts";
import { notFound } from "./status.ts";

/**
 * What the daemons of a stack write: the process that runs or ended last, or what was written before it. Following goes
 * on over restarts and new containers, until the signal ends it.
 */
export async function* stackLogs(host: Host, stack: string, options: LogOptions): AsyncIterable<LogLine> {
  const { engine } = host;
  const listed = await engine.containers(labelsOf(stack));
  const ids = [...new Set(listed.flatMap(({ labels }) => labels[localLabels.daemon] ?? []))].sort();
  if (ids.length === 0) throw new DiagnosticError([await notFound(engine, stack)]);
  const unknown = options.daemons.filter(id => !ids.includes(id));
  if (unknown.length > 0) throw new DiagnosticError(unknown.map(id => unknownDaemon(id, ids)));
  const wanted = options.daemons.length > 0 ? options.daemons : ids;
  const since = options.since === undefined ? undefined : (await engineClock(host)).now() - options.since * 1000;
  yield* merge(wanted.map(daemon => daemonLog(host, { stack, daemon, options, since })));
}

const unknownDaemon = (daemon: string, ids: readonly string[]) =>
  finding("unknown-daemon", { argument: daemon }, { daemon, known: ids, suggestion: suggest(daemon, ids) });

interface DaemonLog {
  readonly stack: string;
  readonly daemon: string;
  readonly options: LogOptions;
  /** Only what is not older, by the engine's clock; milliseconds since 1970. */
  readonly since: number | undefined;
}

/** How far a log was read. */
interface Position {
  readonly container: string;
  readonly startedAt: number | undefined;
  /** Time of the last line; empty before the first. */
  readonly at: string;
  /** Whether the engine went away before the end. */
  readonly isBroken: boolean;
}

/** How often is looked for the next process of a daemon, in milliseconds. */
const pause = 500;

async function* daemonLog(host: Host, log: DaemonLog): AsyncIterable<LogLine> {
  const { daemon, options } = log;
  let read: Position | undefined;
  for (;;) {
    const container = await unlessAway(host, log, () => ownContainer(host, log));
    if (container !== undefined && hasMore(container, read)) {
      const lines = linesOf(host, container, { log, read });
      read = positionIn(container, read);
      try {
        for await (const { at, text } of lines) {
          read = { ...read, at };
          yield { daemon, text };
        }
      } catch (cause) {
        await unlessAway(host, log, () => Promise.reject(cause));
        read = { ...read, isBroken: true };
      }
    }
    if (!options.follow || options.previous) return;
    await host.effects.sleep(pause, host.signal);
  }
}

/** A container that goes has no log any more; and whoever follows waits for an engine that is away. */
async function unlessAway<T>(host: Host, { options }: DaemonLog, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (cause) {
    host.signal.throwIfAborted();
    if (isStatus(cause, 404, 409) || (options.follow && isAway(cause))) return undefined;
    throw cause;
  }
}

async function ownContainer({ engine }: Host, { stack, daemon }: DaemonLog): Promise<Container | undefined> {
  const container = await engine.container(containerName(stack, daemon));
  return container?.labels[localLabels.stack] === stack ? container : undefined;
}

const positionIn = ({ id, state }: Container, read: Position | undefined): Position => ({
  container: id,
  startedAt: state.startedAt,
  at: read?.container === id ? read.at : "",
  isBroken: false,
});

/** A process that has ended writes nothing more. */
const hasMore = ({ id, state }: Container, read: Position | undefined): boolean =>
  read?.container !== id || read.isBroken || state.status === "running" || state.startedAt !== read.startedAt;

interface Reading {
  readonly log: DaemonLog;
  /** How far it was read before. */
  readonly read: Position | undefined;
}

async function* linesOf({ engine }: Host, container: Container, { log, read }: Reading): AsyncIterable<TimedLine> {
  const { options, since } = log;
  if (options.previous) return yield* lastOf(engine.logs(container.id, earlier(container, since)), options.tail);
  const after = read?.container === container.id ? read.at : "";
  const follow = options.follow ? { follow: true } : {};
  const range = after === "" ? firstRange(container, log, read) : { since: Date.parse(after) / 1000 };
  // The engine starts at the millisecond; what was read in it is left out.
  for await (const line of engine.logs(container.id, { ...follow, ...range })) if (line.at > after) yield line;
}

/** A container that took another one's place is read from its start. */
function firstRange({ state }: Container, { options, since }: DaemonLog, read: Position | undefined): LogRequest {
  const start = currentStart(state);
  if (read !== undefined) return {};
  const from = start === undefined ? since : Math.max(start, since ?? 0);
  return {
    ...(from === undefined ? {} : { since: from / 1000 }),
    ...(options.tail === undefined ? {} : { tail: options.tail }),
  };
}

/** The engine keeps one log for all processes, and only of the last one when it started. */
function earlier({ state }: Container, since: number | undefined): LogRequest {
  const start = currentStart(state) ?? 0;
  return { until: start / 1000, ...(since === undefined ? {} : { since: since / 1000 }) };
}

/** The engine would count the last lines before it leaves out the later ones. */
async function* lastOf(lines: AsyncIterable<TimedLine>, count = Number.POSITIVE_INFINITY): AsyncIterable<TimedLine> {
  const kept: TimedLine[] = [];
  for await (const line of lines) {
    kept.push(line);
    if (kept.length > count) kept.shift();
  }
  yield* kept;
}

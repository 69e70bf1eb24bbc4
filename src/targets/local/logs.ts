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
  /** Where its process begins in it as it was first read, and where it is read from; milliseconds since 1970. */
  readonly start: number | undefined;
  readonly from: number | undefined;
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
      const tail = read === undefined ? options.tail : undefined;
      read = positionIn(container, log, read);
      const lines = linesOf(host, log, { ...read, tail });
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

function positionIn({ id, state }: Container, { since }: DaemonLog, read: Position | undefined): Position {
  const here = { container: id, startedAt: state.startedAt, isBroken: false };
  if (read?.container === id) return { ...read, ...here };
  // A container that took another one's place is read from its start.
  const start = currentStart(state);
  const from = read !== undefined || start === undefined ? since : Math.max(start, since ?? start);
  return { ...here, start, from, at: "" };
}

/** A process that has ended writes nothing more. */
const hasMore = ({ id, state }: Container, read: Position | undefined): boolean =>
  read?.container !== id || read.isBroken || state.status === "running" || state.startedAt !== read.startedAt;

interface Reading extends Position {
  readonly tail: number | undefined;
}

async function* linesOf({ engine }: Host, { options, since }: DaemonLog, reading: Reading): AsyncIterable<TimedLine> {
  const { container, at, from, tail } = reading;
  if (options.previous) {
    if (reading.start === undefined) return;
    return yield* lastOf(engine.logs(container, earlier(reading.start, since)), options.tail);
  }
  const start = at === "" ? from : Date.parse(at);
  const request: LogRequest = {
    ...(options.follow ? { follow: true } : {}),
    ...(start === undefined ? {} : { since: start / 1000 }),
    ...(tail === undefined ? {} : { tail }),
  };
  // The engine starts at the millisecond; what was read in it is left out.
  for await (const line of engine.logs(container, request)) if (line.at > at) yield line;
}

/** The engine keeps one log for all processes, and only of the last one when it started. */
const earlier = (start: number, since: number | undefined): LogRequest => ({
  until: start / 1000,
  ...(since === undefined ? {} : { since: since / 1000 }),
});

/** The engine would count the last lines before it leaves out the later ones. */
async function* lastOf(lines: AsyncIterable<TimedLine>, count = Number.POSITIVE_INFINITY): AsyncIterable<TimedLine> {
  const kept: TimedLine[] = [];
  for await (const line of lines) {
    kept.push(line);
    if (kept.length > count) kept.shift();
  }
  yield* kept;
}

import type { Container, TimedLine } from "../api/engine.ts";
import { EngineError } from "../api/error.ts";
import { ownMask } from "../containers/own-secrets.ts";
import type { Host } from "../host.ts";
import { currentStart } from "./runs.ts";

/** The last lines of the process that runs or ended last, and of the one before it. */
export interface LogTails {
  readonly current: readonly string[];
  readonly previous: readonly string[];
}

const mostLines = 20;
/** The engine keeps one log for all processes: so many lines are read for the last ones of two. */
const linesRead = 10 * mostLines;

export const noLines: LogTails = { current: [], previous: [] };

/** What the processes of a container wrote at last, without the secrets they were given. A log is no reason to fail. */
export async function logTails(host: Host, container: Container): Promise<LogTails> {
  const lines: TimedLine[] = [];
  try {
    for await (const line of host.engine.logs(container.id, { tail: linesRead })) lines.push(line);
  } catch (cause) {
    host.signal.throwIfAborted();
    if (!(cause instanceof EngineError)) throw cause;
  }
  const start = currentStart(container.state) ?? 0;
  const isCurrent = ({ at }: TimedLine): boolean => Date.parse(at) >= start;
  const hide = ownMask(container);
  const textOf = (wanted: readonly TimedLine[]) => wanted.slice(-mostLines).map(({ text }) => hide(text));
  return { current: textOf(lines.filter(isCurrent)), previous: textOf(lines.filter(line => !isCurrent(line))) };
}

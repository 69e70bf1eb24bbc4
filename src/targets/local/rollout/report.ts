import { type Detail, type Diagnostic, detailTitle, finding, key } from "../../../diagnostics/index.ts";
import type { DaemonIr, StackIr } from "../../../ir/index.ts";
import type { Timing } from "../../index.ts";
import type { Cause } from "./cause.ts";
import type { LogTails } from "./log-tails.ts";
import { placeOf } from "./places.ts";
import type { DaemonResult } from "./watched.ts";

export interface FailureContext {
  readonly daemon: DaemonIr;
  readonly stack: StackIr;
  readonly timing: Pick<Timing, "silence" | "timeout">;
  readonly logs: LogTails;
  /** Hides the values of secrets. */
  mask(text: string): string;
}

/** Why a daemon did not become ready, at the line that it comes from; nothing of one that is ready, or was not waited for. */
export function resultDiagnostic(result: DaemonResult, context: FailureContext): Diagnostic | undefined {
  const { end, verdict, lasted, daemon: awaited } = result;
  if (end === "ready" || end === "pending") return undefined;
  const { daemon, timing, mask } = context;
  if (verdict.trouble !== undefined) {
    return failureDiagnostic(clearer(verdict.trouble.cause, context.logs), { ...context, result, lasted });
  }
  const detail = verdict.detail === undefined ? undefined : mask(verdict.detail);
  const args = { daemon: daemon.id, detail, look: inspectCommand(awaited.name) };
  const more = { details: detailsOf(undefined, context) };
  return end === "silent"
    ? finding("rollout-silent", key(daemon.path), { ...args, silence: timing.silence, onHost: true }, more)
    : finding("rollout-timeout", key(daemon.path), { ...args, timeout: timing.timeout }, more);
}

interface FailureOf extends FailureContext {
  readonly result: DaemonResult;
  readonly lasted: number | undefined;
}

function failureDiagnostic(cause: Cause, context: FailureOf): Diagnostic {
  const { daemon, result, lasted, mask } = context;
  const { name } = result.daemon;
  const at = placeOf(cause, context);
  const more = { details: detailsOf(cause, context) };
  const ended = { daemon: daemon.id, lasted, look: `docker logs ${name}` };
  const looked = { ...ended, look: inspectCommand(name) };
  switch (cause.kind) {
    case "crash":
      return finding("crash-loop", at, { ...ended, exitCode: cause.exitCode, signal: signalOf(cause.exitCode) }, more);
    case "exits":
      return finding("daemon-exits", at, { ...ended, onHost: true }, more);
    case "out-of-memory":
      return finding("host-out-of-memory", at, ended, more);
    case "cannot-start":
      return finding("process-cannot-start", at, { ...looked, said: mask(cause.said) }, more);
    case "unhealthy":
      return finding("daemon-unhealthy", at, { ...looked, said: mask(lastLine(cause.said)) }, more);
    case "not-running":
      return finding("container-not-running", at, { ...looked, problem: cause.problem }, more);
  }
}

const inspectCommand = (name: string): string => `docker inspect ${name}`;

const lastLine = (text: string): string => text.split("\n").at(-1)?.trim() ?? "";

/** An exit code over 128 says by which signal a process was ended. */
const signalOf = (exitCode: number): number | undefined =>
  exitCode > 128 && exitCode < 128 + 65 ? exitCode - 128 : undefined;

/** What the container's init writes when there is nothing it can run. */
const notExecuted = /^\[FATAL tini \(\d+\)\] (exec .*) failed: (.*)$/;

/** What could not even be executed ended as if it had run; its log says so. */
function clearer(cause: Cause, { current, previous }: LogTails): Cause {
  if (cause.kind !== "crash") return cause;
  const [, command, said] = notExecuted.exec(current.at(-1) ?? previous.at(-1) ?? "") ?? [];
  return command === undefined ? cause : { kind: "cannot-start", said: `${command}: ${said}` };
}

/** What the health check and the daemon itself say: the last lines of the process, and of the one before it. */
function detailsOf(cause: Cause | undefined, { logs, mask }: FailureContext): readonly Detail[] {
  const check = cause?.kind === "unhealthy" ? cause.said.split("\n") : [];
  return [
    { title: detailTitle.healthCheck, lines: check },
    { title: detailTitle.previousLog, lines: logs.previous },
    { title: detailTitle.log, lines: logs.current },
  ]
    .map(({ title, lines }) => ({ title, lines: lines.map(line => mask(line)) }))
    .filter(({ lines }) => lines.length > 0);
}

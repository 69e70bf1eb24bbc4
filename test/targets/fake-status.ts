import { type Diagnostic, DiagnosticError, finding, key, suggest } from "../../src/diagnostics/index.ts";
import type { StackIr } from "../../src/ir/index.ts";
import type { StackState } from "../../src/state/index.ts";
import { createMask, type DaemonStatus } from "../../src/targets/index.ts";
import type { FakePlace, FakeProcess, FakeStack } from "./fake-place.ts";
import { imageOf, nameOf } from "./fake-plan.ts";

export const stackNotFound = (stack: string, namespace: string) =>
  finding("stack-not-found", { argument: "--stack" }, { stack, namespace, suggestion: undefined });

const byId = ({ running }: FakeStack): readonly FakeProcess[] =>
  [...running.values()].sort((a, b) => (a.daemon.id < b.daemon.id ? -1 : 1));

/** How the daemons of a stack are; none where it is not there. */
export const statusesOf = (stack: FakeStack | undefined): readonly DaemonStatus[] =>
  stack === undefined ? [] : byId(stack).map(process => statusOf(stack.stack, process));

function statusOf(stack: string, { daemon, exits }: FakeProcess): DaemonStatus {
  const isRunning = exits === undefined;
  return {
    daemon: daemon.id,
    daemonName: nameOf(stack, daemon.id),
    running: isRunning,
    phase: isRunning ? "running" : "failing",
    image: imageOf(daemon),
    restarts: isRunning ? 0 : 3,
    since: "2026-01-01T00:00:00Z",
  };
}

/** The state of the daemons of a document, as they are, or as nothing of them is left. */
export function stateOf({ stack, daemons }: StackIr, there: FakeStack | undefined): StackState {
  const resources = daemons.map(daemon => {
    const process = there?.running.get(daemon.id);
    const running = process !== undefined && process.exits === undefined;
    const [failure] = process === undefined ? [] : failuresOf([process]);
    const state = {
      type: "daemon" as const,
      status: running ? ("running" as const) : there === undefined ? ("deleted" as const) : ("update-failed" as const),
      config: { image: imageOf(daemon) },
      outputs: { type: "daemon" as const, daemonName: nameOf(stack, daemon.id), running },
      ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
    };
    return [daemon.id, state] as const;
  });
  return { platform: "kubernetes", resourcePrefix: stack, resources: Object.fromEntries(resources) };
}

/** What is there, or the finding that ends an operation. */
export function found({ stacks }: FakePlace, stack: string, namespace: string): FakeStack {
  const there = stacks.get(stack);
  if (there === undefined || there.running.size === 0) throw new DiagnosticError([stackNotFound(stack, namespace)]);
  return there;
}

/** The processes that are meant: all of them where none is named. */
export function chosen(stack: FakeStack, daemons: readonly string[]): readonly FakeProcess[] {
  const known = byId(stack).map(({ daemon }) => daemon.id);
  const unknown = daemons.filter(id => !known.includes(id));
  if (unknown.length === 0)
    return byId(stack).filter(({ daemon }) => daemons.length === 0 || daemons.includes(daemon.id));
  throw new DiagnosticError(
    unknown.map(daemon =>
      finding("unknown-daemon", { argument: daemon }, { daemon, known, suggestion: suggest(daemon, known) }),
    ),
  );
}

/** Why processes do not stay. */
export const failuresOf = (processes: readonly FakeProcess[]): readonly Diagnostic[] =>
  processes.flatMap(({ daemon: { id, path }, lines, exits: exitCode, secretValues }) => {
    if (exitCode === undefined) return [];
    const mask = createMask(secretValues.values());
    const args = { daemon: id, exitCode, signal: undefined, lasted: undefined, look: "logs" };
    const details = [{ title: "last lines of the log", lines: lines.map(mask) }];
    return [finding("crash-loop", key(path), args, { details })];
  });

import { rolloutDetail } from "../../../diagnostics/index.ts";
import { type DaemonProgress, plainWords } from "../../index.ts";
import type { Container, ContainerState } from "../api/engine.ts";
import { stateWithoutSecrets } from "../containers/own-secrets.ts";
import { type Cause, permanent, type Trouble, transient } from "./cause.ts";
import type { History, ProcessEnd } from "./history.ts";

/** How the container of a daemon stands. */
export interface Verdict {
  readonly phase: DaemonProgress["phase"];
  readonly detail?: string;
  readonly restarts: number;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly runningSince?: number;
  /** When to look again, by the engine's clock, because time alone changes the verdict. */
  readonly again?: number;
  readonly trouble?: Trouble;
}

export interface JudgeOptions {
  /** The engine's time, in milliseconds since 1970. */
  readonly now: number;
  /** How long a process has to run, in milliseconds. */
  readonly settle: number;
  readonly history: History;
}

/** Judges by what the engine says of the container, without a clock of its own. */
export function judge(container: Container | undefined, options: JudgeOptions): Verdict {
  if (container === undefined) return failing(permanent({ kind: "not-running", problem: "removed" }), 0);
  const state = stateWithoutSecrets(container);
  const { restarts, startedAt = options.now } = state;
  const settled = startedAt + options.settle;
  const isSettled = options.now >= settled;
  const trouble =
    state.status === "running"
      ? runningTrouble(state, isSettled, options.history)
      : idleTrouble(state, options.history);
  if (trouble !== undefined) return failing(trouble, restarts);
  const running = { restarts, runningSince: startedAt };
  if (!isSettled) {
    return { phase: "settling", detail: rolloutDetail.settling(options.settle / 1000), ...running, again: settled };
  }
  if (state.health?.status === "starting") return { phase: "settling", detail: rolloutDetail.checking, ...running };
  return { phase: "ready", ...running };
}

const failing = (trouble: Trouble, restarts: number): Verdict => ({
  phase: "failing",
  detail: detailOf(trouble),
  restarts,
  trouble,
});

/** What is wrong with one that runs: it has ended before, again and again, or its health check says so. */
function runningTrouble({ health }: ContainerState, isSettled: boolean, { ends, last }: History): Trouble | undefined {
  if (!isSettled && ends > 1 && last !== undefined) return permanent(endCause(last));
  if (health?.status !== "unhealthy") return undefined;
  return transient({ kind: "unhealthy", said: health.output.trim() });
}

/** What is wrong with one that does not run. */
function idleTrouble({ status, error, exitCode }: ContainerState, { ends, last }: History): Trouble {
  if (error !== "") return startTrouble(error, exitCode);
  if (status === "restarting") {
    const cause = endCause(last ?? { exitCode, outOfMemory: false });
    return ends > 1 ? permanent(cause) : transient(cause);
  }
  return transient({ kind: "not-running", problem: problems[status] ?? "stopped" });
}

const problems: { readonly [S in ContainerState["status"]]?: "created" | "paused" | "removed" } = {
  created: "created",
  paused: "paused",
  removing: "removed",
};

function endCause({ exitCode, outOfMemory }: ProcessEnd): Cause {
  if (outOfMemory) return { kind: "out-of-memory" };
  return exitCode === 0 ? { kind: "exits" } : { kind: "crash", exitCode };
}

const canNeverStart =
  /executable file not found|exec format error|no command specified|unable to find user|no matching entries in passwd/i;

/** Said of other files too, such as the engine's own while it ends: it counts where it is about the command. */
const cannotExecute =
  /\b(?:exec|OCI runtime|container process)\b.*(?:no such file or directory|permission denied|(?:not a|is a) directory|operation not permitted)/i;

/** Exit codes that the engine gives to what could not even be executed. */
const notExecuted: ReadonlySet<number> = new Set([126, 127]);

/** Why the engine refused to start it: what is said decides; else the code, as 128 may be its own hiccup. */
function startTrouble(error: string, exitCode: number): Trouble {
  const cause = { kind: "cannot-start", said: plainWords(error) } as const;
  const isPermanent = canNeverStart.test(error) || cannotExecute.test(error) || notExecuted.has(exitCode);
  return isPermanent ? permanent(cause) : transient(cause);
}

function detailOf({ cause }: Trouble): string {
  switch (cause.kind) {
    case "crash":
      return rolloutDetail.crash(cause.exitCode);
    case "cannot-start":
      return cause.said;
    case "unhealthy":
      return rolloutDetail.unhealthy(lastLine(cause.said));
    case "not-running":
      return rolloutDetail.container[cause.problem];
    default:
      return rolloutDetail[cause.kind];
  }
}

const lastLine = (text: string): string => text.split("\n").at(-1)?.trim() ?? "";

import { plainWords } from "../../index.ts";
import { permanent, type Trouble, transient } from "./cause.ts";
import { imageTrouble } from "./classify-image.ts";
import type { ContainerView, Termination } from "./pod-view.ts";

export interface ContainerSetting {
  /** What the last failed pull said. */
  readonly pulled: string | undefined;
  /** Whether all that happened to the container was since the rollout. */
  readonly fresh: boolean;
  /** When the rollout was started, in milliseconds. */
  readonly since: number;
}

const quiet: ReadonlySet<string> = new Set(["", "ContainerCreating", "PodInitializing"]);

/** What is wrong with a container, if anything. */
export function containerTrouble(container: ContainerView, setting: ContainerSetting): Trouble | undefined {
  const { waiting, terminated, last, image } = container;
  if (terminated !== undefined) return endTrouble(terminated, container, setting);
  if (waiting === undefined) return undefined;
  const { reason = "", message = "" } = waiting;
  if (reason === "CrashLoopBackOff" && last !== undefined) return endTrouble(last, container, setting);
  if (quiet.has(reason)) return undefined;
  if (reason === "CreateContainerConfigError") return configTrouble(message);
  if (reason === "RunContainerError" || reason === "CreateContainerError") {
    return startTrouble(message, last?.exitCode);
  }
  return (
    imageTrouble({ image, reason, message, pulled: setting.pulled }) ??
    transient({ kind: "unknown", said: plainWords(message) || reason })
  );
}

/** Why the kubelet cannot put the container's settings together. */
export function configTrouble(message: string): Trouble {
  const said = plainWords(message);
  const [, secret] = /\bsecrets? "([^"]+)" not found/i.exec(message) ?? [];
  if (secret !== undefined) return permanent({ kind: "secret-missing", secret, said });
  const [, key, holder] = /couldn't find key (\S+) in Secret [^/\s]+\/(\S+)/.exec(message) ?? [];
  if (key !== undefined && holder !== undefined) {
    return permanent({ kind: "secret-key-missing", secret: holder, key, said });
  }
  return canNeverStart.test(message) ? permanent({ kind: "cannot-start", said }) : transient({ kind: "unknown", said });
}

const canNeverStart =
  /executable file not found|no such file or directory|permission denied|exec format error|(?:not a|is a) directory|no command specified|runAsNonRoot|run as root|non-numeric user|unable to find user|no matching entries in passwd|operation not permitted/i;

const outOfMemory = /OOM[- ]?killed|memory limit too low/i;

/** Exit codes that engines use where the process could not even be executed. */
const notExecuted: ReadonlySet<number | undefined> = new Set([126, 127]);

/** Why a container could not be started: what is said decides; else the code, as 128 may be the engine's own hiccup. */
export function startTrouble(message: string, exitCode: number | undefined): Trouble {
  const said = plainWords(message);
  if (outOfMemory.test(message)) return permanent({ kind: "out-of-memory" });
  if (/timed out|timeout|deadline exceeded|is reserved for/i.test(message)) return transient({ kind: "unknown", said });
  const cause = { kind: "cannot-start", said } as const;
  return canNeverStart.test(message) || notExecuted.has(exitCode) ? permanent(cause) : transient(cause);
}

function endTrouble(end: Termination, container: ContainerView, setting: ContainerSetting): Trouble {
  const { reason = "", message = "", exitCode, signal } = end;
  if (reason === "ContainerCannotRun" || reason === "StartError") return startTrouble(message, exitCode);
  const judged = endedAgain(end, container, setting) ? permanent : transient;
  if (reason === "OOMKilled") return judged({ kind: "out-of-memory" });
  if (exitCode === 0) return judged({ kind: "exits" });
  return judged({ kind: "crash", exitCode, ...(signal === undefined ? {} : { signal }) });
}

/** Whether the process that ended was itself a restart of one that ended, both since the rollout. */
const endedAgain = (end: Termination, { restarts }: ContainerView, { fresh, since }: ContainerSetting): boolean =>
  restarts >= 1 && (fresh || (end.startedAt ?? 0) >= since);

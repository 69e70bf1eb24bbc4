import { noAnswer } from "./connecting.ts";
import { allOf, duration, plural, quote } from "./entry.ts";

interface DaemonTold {
  readonly daemon: string;
  readonly phase: string;
  readonly detail?: string;
  /** In milliseconds. */
  readonly patience?: number;
}

interface LayerTold {
  readonly phase: string;
  /** Bytes, of the phase. */
  readonly current?: number;
  readonly total?: number;
}

interface PullTold {
  readonly image: string;
  readonly layers: readonly LayerTold[];
  readonly done: boolean;
}

/** "12.3 of 48.0 MB, 3 of 7 layers". How much there is in all is known when the engine has begun each layer. */
function loaded(layers: readonly LayerTold[]): string {
  const done = layers.filter(({ phase }) => phase === "done").length;
  const sum = (bytes: (layer: LayerTold) => number): number => layers.reduce((all, layer) => all + bytes(layer), 0);
  const here = sum(({ phase, current = 0, total = 0 }) =>
    phase === "downloading" ? current : phase === "waiting" ? 0 : total,
  );
  const all = sum(({ total = 0 }) => total);
  const isKnown = layers.every(({ phase, total }) => phase === "done" || total !== undefined);
  const bytes = all === 0 ? [] : isKnown ? [`${inUnit(here, all)} of ${size(all)}`] : [size(here)];
  return [...bytes, `${done} of ${plural(layers.length, "layer")}`].join(", ");
}

const giga = 1e9;

/** A number of bytes in the unit that suits the whole. */
const inUnit = (bytes: number, whole: number): string =>
  whole >= giga ? (bytes / giga).toFixed(2) : (bytes / 1e6).toFixed(1);

const size = (bytes: number): string => `${inUnit(bytes, bytes)} ${bytes >= giga ? "GB" : "MB"}`;

/** What the command line says while something is going on, and of what it found. */
export const progressText = {
  lockHeld: (holder: string): string => `waiting for ${quote(holder)}, who is changing the stack`,
  written: (action: string, object: string): string => `${written[action] ?? action} ${object}`,
  daemon: ({ daemon, phase, detail, patience }: DaemonTold): string =>
    `${daemon}: ${phase}${patience === undefined ? "" : `, waiting up to ${duration(patience)} for it to pass`}${detail === undefined ? "" : ` (${detail})`}`,
  pulling: ({ image, layers, done }: PullTold): string =>
    done ? `pulled ${image}` : `pulling ${image}${layers.length === 0 ? "" : `: ${loaded(layers)}`}`,
  rollingBack: (revision: number | undefined): string =>
    revision === undefined ? "going back to what ran before" : `going back to revision ${revision}, which worked`,
  /** The problem is a code of the system or an HTTP status. */
  retrying: (problem: string, attempt: number): string =>
    `trying the cluster again (attempt ${attempt + 1}): ${noAnswer[problem] ?? (/^\d+$/.test(problem) ? `it answered ${problem}` : problem)}`,
  more: (count: number): string => `… and ${plural(count, "more daemon")}`,
} as const;

const written: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  adopt: "took over",
  replace: "replaced",
  delete: "deleted",
};

/** How an operation ended, in one line. */
export const outcomeText = {
  unchanged: "nothing to do: everything is as declared",
  applied: "applied; not waiting for the daemons",
  ready: "all daemons run",
  restarted: "restarted",
  deleted: "deleted",
  deleting: "being deleted; not waiting until everything is gone",
  kept: (volumes: readonly string[]): string =>
    `the data stays in ${volumes.map(quote).join(", ")}; \`delete --purge\` deletes it too`,
  nothingThere: (stack: string): string => `nothing to delete: ${quote(stack)} is not deployed`,
  inSync: (stack: string): string => `${quote(stack)} is as it was applied`,
} as const;

/** The heads of the columns of `status`. */
export const statusHeads = ["DAEMON", "NAME", "STATE", "RESTARTS", "SINCE", "DETAIL"] as const;

interface RepairTold {
  readonly repaired: boolean;
  readonly detail?: string;
}

/** What was wrong with a daemon. */
const repairs = {
  stopped: "it was stopped",
  paused: "it was paused",
  removed: "its container was removed",
  altered: "its container was altered",
} as const;

/** Why a daemon could not be brought back, where no engine says so. */
export const repairText = {
  unknownSecrets: (variables: readonly string[]): string =>
    `the ${variables.length === 1 ? "value" : "values"} of ${allOf(variables)} ${variables.length === 1 ? "is" : "are"} not known; \`apply\` makes it anew, or \`watch\` with the file and the values of its secrets`,
  foreign: (kind: "container" | "volume", name: string): string =>
    `there is a ${kind} ${quote(name)} that is not of this stack; remove or rename it if nobody needs it`,
} as const;

interface BackoffTold {
  readonly by: "engine" | "watch";
  readonly ends: number;
  readonly exitCode?: number;
  readonly pause: number;
}

/** The lines of `watch`. */
export const watchText = {
  health: (running: number, all: number): string => `${running} of ${all} ${all === 1 ? "daemon runs" : "daemons run"}`,
  change: (daemon: string, from: string | undefined, to: string): string =>
    from === undefined ? `${daemon}: ${to}` : `${daemon}: ${from} → ${to}`,
  repair: (daemon: string, problem: keyof typeof repairs, { repaired, detail }: RepairTold): string =>
    `${daemon}: ${repairs[problem]}${detail === undefined || !repaired ? "" : ` (${detail})`}; ${repaired ? "brought back" : `could not be brought back${detail === undefined ? "" : `: ${detail}`}`}`,
  backoff: (daemon: string, { by, ends, exitCode, pause }: BackoffTold): string =>
    `${daemon}: ${by === "engine" ? "ended" : "had to be brought back"} ${plural(ends, "time")} in a row${exitCode === undefined ? "" : `, last with code ${exitCode}`}; ${by === "engine" ? "the engine starts it again after" : "left alone for"} ${duration(pause)}`,
  revision: (revision: number, isPending: boolean): string =>
    isPending
      ? `revision ${revision} is being applied, or was not waited for; nothing is repaired until an \`apply\` has seen it run`
      : `revision ${revision} was applied and is watched from here on`,
  record: (isUsable: boolean, detail: string | undefined): string =>
    isUsable
      ? "what was applied is known again"
      : `nothing is repaired until the next \`apply\`: ${detail ?? "what was applied is not remembered by this user on this machine"}`,
  engine: (reachable: boolean): string =>
    reachable ? "the engine is back" : "the engine does not answer; waiting for it",
  stopped: (daemons: readonly string[]): string =>
    daemons.length === 0 ? "nothing ran any more" : `stopped ${daemons.join(", ")}`,
  gone: "the stack was deleted; there is nothing left to watch",
  drift: (objects: readonly string[]): string =>
    objects.length === 0 ? "everything is as it was applied" : `not as it was applied: ${objects.join(", ")}`,
} as const;

/** Why a file is no plan. */
export const planFileProblems = {
  "not-a-plan": "it is something else",
  newer: "a newer version of alien-compile wrote it",
  damaged: "parts of it are missing or were changed",
  elsewhere: (place: string): string => `it was made for another cluster, ${quote(place)}`,
} as const;

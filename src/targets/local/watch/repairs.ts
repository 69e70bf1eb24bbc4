import { DiagnosticError } from "../../../diagnostics/index.ts";
import type { WatchEvent } from "../../index.ts";
import { isAway } from "../rollout/away.ts";
import { type Attempts, attemptedAt, attemptsAt, noAttempts, pauseAfter } from "./attempts.ts";
import type { Look, Place } from "./look.ts";
import { type Problem, problemOf } from "./problems.ts";
import { type Repair, type RepairInput, repairDaemons } from "./repair.ts";
import { rhythm } from "./rhythm.ts";

/** Repairs under way and to come. */
export interface Repairs {
  /** Takes in what is wrong at a moment, and begins what is due. */
  consider(look: Look): void;
  /** When the next one is due, by our clock; infinity while none is, or some are under way. */
  nextAt(): number;
  /** The engine came back: it is left to start its containers first. */
  engineIsBack(): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

export interface RepairsOptions extends Pick<RepairInput, "secrets" | "secretValues"> {
  /** Where the calls do not end with the signal. */
  readonly openPlace: () => Promise<Place>;
  readonly now: () => number;
  readonly tell: (event: Untimed) => void;
}

type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;
/** An event that was not told yet. */
export type Untimed = WithoutTime<WatchEvent>;

interface Case {
  readonly problem: Problem;
  /** Since when something is wrong. */
  readonly since: number;
  readonly dueAt: number;
}

interface Books {
  readonly options: RepairsOptions;
  /** By daemon. */
  readonly attempts: Map<string, Attempts>;
  /** When somebody else is at it, or the engine is away. */
  readonly notBefore: Map<string, number>;
  cases: ReadonlyMap<string, Case>;
  graceUntil: number;
  running: Promise<void> | undefined;
  bug: { readonly cause: unknown } | undefined;
}

export function createRepairs(options: RepairsOptions): Repairs {
  const books: Books = {
    options,
    attempts: new Map(),
    notBefore: new Map(),
    cases: new Map(),
    graceUntil: Number.NEGATIVE_INFINITY,
    running: undefined,
    bug: undefined,
  };
  return {
    consider: look => consider(books, look),
    nextAt: () =>
      books.running === undefined
        ? Math.min(...Array.from(books.cases.values(), ({ dueAt }) => dueAt))
        : Number.POSITIVE_INFINITY,
    engineIsBack: () => {
      books.graceUntil = options.now() + rhythm.engineStart;
    },
    settled: async () => books.running,
  };
}

function consider(books: Books, { remembered, containers }: Look): void {
  const { options, running, bug } = books;
  if (bug !== undefined) throw bug.cause;
  if (running !== undefined) return;
  const desired = remembered.kind === "good" ? remembered.good.containers : [];
  const problems = desired.map(one => problemOf(one, containers)).filter(problem => problem !== undefined);
  books.cases = new Map(problems.map(problem => [problem.desired.daemon.id, caseOf(books, problem)]));
  forgetFailures(books);
  const due = [...books.cases].filter(([, { dueAt }]) => dueAt <= options.now()).map(([id]) => id);
  if (due.length === 0) return;
  books.running = run(books, new Set(due))
    .catch(cause => {
      books.bug = { cause };
    })
    .finally(() => {
      books.running = undefined;
    });
}

/** What failed was put right by somebody else. */
function forgetFailures({ attempts, cases }: Books): void {
  for (const [id, { failure }] of attempts) if (failure !== undefined && !cases.has(id)) attempts.delete(id);
}

function caseOf(books: Books, problem: Problem): Case {
  const { options, attempts, notBefore, graceUntil, cases } = books;
  const { id } = problem.desired.daemon;
  const since = cases.get(id)?.since ?? options.now();
  const before = attemptsAt(attempts.get(id) ?? noAttempts, since);
  attempts.set(id, before);
  const restAt = notBefore.get(id) ?? graceUntil;
  const dueAt = Math.max(since + rhythm.patience, before.at + pauseAfter(before), graceUntil, restAt);
  if (!cases.has(id) && dueAt > since + rhythm.patience) tellPause(books, problem, before);
  return { problem, since, dueAt };
}

/** Once for each time that the pause grows. */
function tellPause({ options, attempts }: Books, { kind, desired, live }: Problem, before: Attempts): void {
  const { id } = desired.daemon;
  const pause = pauseAfter(before);
  if (before.failure !== undefined || pause <= before.toldPause) return;
  attempts.set(id, { ...before, toldPause: pause });
  const exitCode = kind === "stopped" && live !== undefined ? { exitCode: live.state.exitCode } : {};
  options.tell({ kind: "backoff", daemon: id, by: "watch", ends: before.repaired + 1, ...exitCode, pause });
}

async function run(books: Books, daemons: ReadonlySet<string>): Promise<void> {
  const { options, cases } = books;
  try {
    const repaired = await repairDaemons({ ...options, place: await options.openPlace(), daemons });
    for (const repair of repaired) take(books, repair);
    const done = new Set(repaired.map(({ problem }) => problem.desired.daemon.id));
    postpone(
      books,
      [...daemons].filter(id => !done.has(id)),
    );
  } catch (cause) {
    postpone(books, [...daemons]);
    if (isAway(cause)) return;
    if (!(cause instanceof DiagnosticError)) throw cause;
    const failure = cause.diagnostics.map(({ message }) => message).join("; ");
    for (const { problem } of [...daemons].flatMap(id => cases.get(id) ?? [])) take(books, { problem, failure });
  }
}

function postpone({ notBefore, options }: Books, daemons: readonly string[]): void {
  for (const id of daemons) notBefore.set(id, options.now() + rhythm.health);
}

/** What fails again for the same reason was told already. */
function take({ options, attempts }: Books, { problem, failure }: Repair): void {
  const { kind, desired, fields } = problem;
  const { id } = desired.daemon;
  const before = attempts.get(id) ?? noAttempts;
  attempts.set(id, attemptedAt(before, options.now(), failure));
  if (failure !== undefined && failure === before.failure) return;
  const detail = failure ?? (fields.length === 0 ? undefined : fields.join(", "));
  options.tell({
    kind: "repair",
    daemon: id,
    problem: kind,
    repaired: failure === undefined,
    ...(detail === undefined ? {} : { detail }),
  });
}

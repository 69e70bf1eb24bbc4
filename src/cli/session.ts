import { type Diagnostic, DiagnosticError, finding, isError, type Places } from "../diagnostics/index.ts";
import { loadTargets, type Target } from "../pipeline.ts";
import type { Call } from "./call.ts";
import { effects } from "./effects.ts";
import { exitOf } from "./exit-code.ts";
import { createFindings, type Findings } from "./findings.ts";
import { isInterrupt, listenForInterrupts } from "./interrupt.ts";
import { type Opening, openTarget } from "./open-target.ts";
import { createProgressLines } from "./progress-lines.ts";
import { createLiveProgress } from "./progress-live.ts";
import type { ProgressDisplay } from "./progress-sentence.ts";
import { isTalkative } from "./report.ts";
import { timingsOf } from "./timings.ts";
import { exit, type World } from "./world.ts";

/** What a verb works with while a target is open. */
export interface Session {
  readonly target: Target;
  /** Prints around the progress, with known secret values masked. */
  readonly world: World;
  /** Prints what holds names and states alone, for the next step to read: nothing is masked in it. */
  plain(text: string): void;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
  report(diagnostics: readonly Diagnostic[]): Promise<void>;
  /** Aborted when the user wants it to end. */
  readonly signal: AbortSignal;
  /** Takes the progress away: what is going on is over. */
  endProgress(): void;
}

export interface SessionOptions extends Pick<Opening, "documented" | "platform"> {
  readonly verb: string;
  readonly places: Places;
  /** What was found before the target is opened. */
  readonly diagnostics: readonly Diagnostic[];
  /** Values that no output may show. */
  readonly secretValues: Iterable<string>;
  /** Whether an interrupt may leave something half done. */
  readonly writes: boolean;
  /** How the call ends when an interrupt is the usual end of it. */
  readonly interruptedWith?: number;
}

type Work = (session: Session) => Promise<number>;

/** Opens the target of a call, works with it, and turns what ends the work into findings and an exit code. */
export async function withTarget(call: Call, world: World, options: SessionOptions, work: Work): Promise<number> {
  const { createDocumentMask, createMask, maskFinding } = await loadTargets();
  const values = [...options.secretValues];
  const [mask, whole] = [createMask(values), createDocumentMask(values)];
  const masked = printingWorld(world, { out: text => world.out(whole(text)), error: text => world.error(whole(text)) });
  const display = maskedDisplay(createDisplay(call, masked), mask);
  const shown = printingWorld(masked, {
    out: text => display.around(() => masked.out(text)),
    error: text => display.around(() => masked.error(text)),
  });
  const plain = (text: string): void => display.around(() => world.out(text));
  const raw = createFindings(shown, call, options.places);
  const findings = {
    ...raw,
    report: (found: readonly Diagnostic[]) => raw.report(found.map(one => maskFinding(one, mask))),
  };
  try {
    return await listening({ call, world: shown, options, display, findings, mask, plain }, work);
  } catch (cause) {
    throw maskedError(cause, mask);
  } finally {
    display.close();
    await findings.close();
  }
}

/** What the platform says of a daemon may hold anything. */
const maskedDisplay = (display: ProgressDisplay, mask: (text: string) => string): ProgressDisplay => ({
  ...display,
  onProgress: progress =>
    display.onProgress(
      "detail" in progress && progress.detail !== undefined ? { ...progress, detail: mask(progress.detail) } : progress,
    ),
});

/** A bug of ours is told with its message, which may quote what it stumbled over. */
function maskedError(cause: unknown, mask: (text: string) => string): unknown {
  if (!(cause instanceof Error)) return mask(String(cause));
  if (mask(cause.message) === cause.message) return cause;
  return Object.assign(new Error(mask(cause.message)), { name: cause.name });
}

interface Stage extends Pick<Session, "plain" | "mask"> {
  readonly call: Call;
  readonly world: World;
  readonly options: SessionOptions;
  readonly display: ProgressDisplay;
  readonly findings: Findings;
}

async function listening({ call, world, options, display, findings, ...printing }: Stage, work: Work): Promise<number> {
  const timings = await timingsOf(call);
  await findings.report([...options.diagnostics, ...timings.diagnostics]);
  if (timings.diagnostics.some(isError)) return exit.usage;
  const { signal, close } = listenForInterrupts(world.signals ?? process, () => display.close());
  const onProgress = display.onProgress;
  let target: Target | undefined;
  try {
    const opened = await openTarget(call, world, {
      ...timings.value,
      documented: options.documented,
      platform: options.platform,
      onProgress,
      signal,
    });
    target = opened.value;
    await findings.report(opened.diagnostics);
    if (target === undefined) return exitOf(opened.diagnostics);
    const code = await work({
      target,
      world,
      signal,
      report: findings.report,
      endProgress: display.close,
      ...printing,
    });
    return signal.aborted ? (options.interruptedWith ?? code) : code;
  } catch (cause) {
    display.close();
    if (isInterrupt(cause, signal)) return await interrupted(options, findings);
    if (!(cause instanceof DiagnosticError)) throw cause;
    await findings.report(cause.diagnostics);
    return exitOf(cause.diagnostics);
  } finally {
    close();
    target?.close();
  }
}

async function interrupted({ verb, writes, interruptedWith }: SessionOptions, findings: Findings): Promise<number> {
  if (interruptedWith !== undefined) return interruptedWith;
  await findings.report([finding("interrupted", { argument: verb }, { verb, wrote: writes })]);
  return exit.interrupted;
}

/** The same world, printing otherwise. Whether it is a terminal is asked of it only when somebody wants to know. */
const printingWorld = (world: World, printing: Pick<World, "out" | "error">): World =>
  Object.assign(Object.create(world) as World, printing);

const silent: ProgressDisplay = { onProgress: () => undefined, around: print => print(), close: () => undefined };

/** Live lines where somebody looks, plain ones where they are kept, none where they would stand in a document. */
function createDisplay(call: Call, world: World): ProgressDisplay {
  if (!isTalkative(call)) return silent;
  const { CI, TERM } = world.environment;
  const isLive = world.errorIsTerminal && !CI && TERM !== "dumb";
  if (!isLive) return createProgressLines(world.error, effects.now);
  return createLiveProgress({ write: world.error, columns: () => world.columns?.() ?? 80 });
}

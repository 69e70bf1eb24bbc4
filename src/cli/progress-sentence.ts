import { printable, progressText } from "../diagnostics/index.ts";
import type { Progress } from "../pipeline.ts";

/** Shows what happens while something is going on. */
export interface ProgressDisplay {
  onProgress(progress: Progress): void;
  /** Lets something else be printed. */
  around(print: () => void): void;
  /** Leaves nothing behind. */
  close(): void;
}

/** One step of progress in words, safe to print. */
export const progressSentence = (progress: Progress): string => printable(sentenceOf(progress));

function sentenceOf(progress: Progress): string {
  switch (progress.kind) {
    case "lock-held":
      return progressText.lockHeld(progress.holder);
    case "written":
      return progressText.written(progress.action, `${progress.object.kind}/${progress.object.name}`);
    case "daemon":
      return progressText.daemon(progress);
    case "pull":
      return progressText.pulling(progress);
    case "rolling-back":
      return progressText.rollingBack(progress.revision);
    case "retrying":
      return progressText.retrying(progress.problem, progress.attempt);
  }
}

import type { Progress } from "../pipeline.ts";
import { type ProgressDisplay, progressSentence } from "./progress-sentence.ts";

/** How often a log says how far a pull is, in milliseconds. */
const pullEvery = 10_000;

/** Progress as lines, for logs: one for each step that says something new, and now and then one for a long pull. */
export function createProgressLines(write: (text: string) => void, now: () => number): ProgressDisplay {
  const last = new Map<string, string>();
  const pulls = new Map<string, number>();
  const isTooSoon = (progress: Progress): boolean => {
    if (progress.kind !== "pull" || progress.done) return false;
    const saidAt = pulls.get(progress.image);
    if (saidAt !== undefined && now() - saidAt < pullEvery) return true;
    pulls.set(progress.image, now());
    return false;
  };
  return {
    onProgress: progress => {
      if (isTooSoon(progress)) return;
      const sentence = progressSentence(progress);
      const about = aboutOf(progress);
      if (last.get(about) === sentence) return;
      last.set(about, sentence);
      write(`${sentence}\n`);
    },
    around: print => print(),
    close: () => {
      last.clear();
      pulls.clear();
    },
  };
}

const aboutOf = (progress: Progress): string =>
  progress.kind === "daemon" ? `daemon ${progress.daemon}` : progress.kind === "pull" ? `pull ${progress.image}` : "";

import { type ProgressDisplay, progressSentence } from "./progress-sentence.ts";

/** Progress as lines, for logs: one for each step that says something new. */
export function createProgressLines(write: (text: string) => void): ProgressDisplay {
  const last = new Map<string, string>();
  return {
    onProgress: progress => {
      const sentence = progressSentence(progress);
      const about = progress.kind === "daemon" ? progress.daemon : "";
      if (last.get(about) === sentence) return;
      last.set(about, sentence);
      write(`${sentence}\n`);
    },
    around: print => print(),
    close: () => last.clear(),
  };
}

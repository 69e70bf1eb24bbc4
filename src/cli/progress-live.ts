import { displayWidth, progressText } from "../diagnostics/index.ts";
import type { Progress } from "../pipeline.ts";
import { type ProgressDisplay, progressSentence } from "./progress-sentence.ts";

export interface Screen {
  write(text: string): void;
  /** Its width now. */
  columns(): number;
}

/** More lines could reach above the top of a terminal, where they cannot be redrawn. */
const mostLines = 15;

const nothing = (): void => undefined;

const hideCursor = "\x1b[?25l";
const showCursor = "\x1b[?25h";

/**
 * Progress on a terminal: one line for each daemon and each image on its way, drawn again when it changes, below what is
 * printed for good.
 */
export function createLiveProgress(screen: Screen): ProgressDisplay {
  const lines = new Map<string, string>();
  let drawn: readonly string[] = [];
  let isCursorHidden = false;

  const clear = (): void => {
    // A narrower terminal has broken them into more rows.
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / screen.columns())), 0);
    if (rows > 0) screen.write(`\x1b[${rows}A\r\x1b[J`);
    drawn = [];
  };
  const draw = (): void => {
    drawn = liveLines([...lines.values()], screen.columns());
    if (drawn.length === 0) return;
    screen.write(`${isCursorHidden ? "" : hideCursor}${drawn.map(line => `${line}\n`).join("")}`);
    isCursorHidden = true;
  };
  const around = (print: () => void): void => {
    clear();
    print();
    draw();
  };

  return {
    onProgress: progress => {
      const sentence = progressSentence(progress);
      const line = lineOf(progress);
      if (line === undefined || (progress.kind === "pull" && progress.done)) {
        return around(() => {
          lines.delete(line ?? "");
          screen.write(`${sentence}\n`);
        });
      }
      if (lines.get(line) === sentence) return;
      lines.set(line, sentence);
      around(nothing);
    },
    around,
    close: () => {
      clear();
      lines.clear();
      if (isCursorHidden) screen.write(showCursor);
      isCursorHidden = false;
    },
  };
}

/** What keeps its line; the rest is printed for good. */
function lineOf(progress: Progress): string | undefined {
  if (progress.kind === "daemon") return `daemon ${progress.daemon}`;
  return progress.kind === "pull" ? `pull ${progress.image}` : undefined;
}

/** As many lines as may be drawn, each no wider than the terminal. */
function liveLines(sentences: readonly string[], columns: number): readonly string[] {
  const shown = sentences.length > mostLines ? sentences.slice(0, mostLines - 1) : sentences;
  const hidden = sentences.length - shown.length;
  return [...shown, ...(hidden > 0 ? [progressText.more(hidden)] : [])].map(line => cut(line, columns - 1));
}

function cut(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  let kept = "";
  for (const character of line) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

import { expect, test } from "vitest";
import { createProgressLines } from "../../src/cli/progress-lines.ts";
import { createLiveProgress } from "../../src/cli/progress-live.ts";
import type { Progress } from "../../src/pipeline.ts";

const daemon = (id: string, phase: "starting" | "ready" | "waiting", detail?: string): Progress => ({
  kind: "daemon",
  daemon: id,
  phase,
  ...(detail === undefined ? {} : { detail }),
});
const written: Progress = {
  kind: "written",
  action: "create",
  object: { apiVersion: "apps/v1", kind: "Deployment", name: "acme-a" },
};

/** A terminal: what can be seen on it, line by line, and whether its cursor can. */
function createTerminal(columns: number) {
  let lines = [""];
  let row = 0;
  let column = 0;
  let isCursorShown = true;
  const put = (character: string): void => {
    if (column === terminal.width) [row, column] = [row + 1, 0];
    lines[row] = (lines[row] ?? "").slice(0, column).padEnd(column) + character;
    column += 1;
  };
  const obey = (parameter: string, command: string): void => {
    if (command === "A") row -= Math.min(row, Number(parameter));
    if (command === "J") lines = [...lines.slice(0, row), (lines[row] ?? "").slice(0, column)];
    if (command === "h" || command === "l") isCursorShown = command === "h";
  };
  const terminal = {
    width: columns,
    write: (text: string): void => {
      for (const [all, parameter = "", command] of text.matchAll(/\x1b\[(\??\d*)([A-Za-z])|[\s\S]/g)) {
        if (command !== undefined) obey(parameter, command);
        else if (all === "\n") [row, column] = [row + 1, 0];
        else if (all === "\r") column = 0;
        else put(all);
      }
    },
    columns: () => terminal.width,
    seen: () => lines.map(line => line.trimEnd()).filter((line, index) => line !== "" || index < row),
    isCursorShown: () => isCursorShown,
  };
  return terminal;
}

test("on a terminal each daemon has one line, drawn again below what was printed for good", () => {
  const terminal = createTerminal(40);
  const live = createLiveProgress(terminal);
  live.onProgress({ kind: "rolling-back", revision: 1 });
  live.onProgress(daemon("a", "starting"));
  live.onProgress(daemon("b", "waiting", "pulling the image"));
  expect(terminal.seen()).toEqual([
    "going back to revision 1, which worked",
    "a: starting",
    "b: waiting (pulling the image)",
  ]);
  expect(terminal.isCursorShown()).toBe(false);
  live.onProgress(written);
  live.onProgress(daemon("a", "ready"));
  live.around(() => terminal.write("a finding\n"));
  expect(terminal.seen()).toEqual([
    "going back to revision 1, which worked",
    "created Deployment/acme-a",
    "a finding",
    "a: ready",
    "b: waiting (pulling the image)",
  ]);
  live.close();
  expect(terminal.seen()).toEqual(["going back to revision 1, which worked", "created Deployment/acme-a", "a finding"]);
  expect(terminal.isCursorShown()).toBe(true);
});

test("a line is never wider than the terminal, and a wide character counts twice", () => {
  const terminal = createTerminal(20);
  const live = createLiveProgress(terminal);
  live.onProgress(daemon("connector", "waiting", "a detail that is far too long for it"));
  expect(terminal.seen()).toEqual(["connector: waiting…"]);
  live.onProgress(daemon("connector", "waiting", "画画画画"));
  expect(terminal.seen().length).toBe(1);
  live.close();
  expect(terminal.seen()).toEqual([]);
});

test("a terminal that became narrower is cleaned all the same", () => {
  const terminal = createTerminal(20);
  let columns = 40;
  const live = createLiveProgress({ write: terminal.write, columns: () => columns });
  terminal.write("kept\n");
  live.onProgress(daemon("a", "waiting", "something of thirty letters"));
  expect(terminal.seen()).toHaveLength(3);
  columns = 20;
  live.close();
  expect(terminal.seen()).toEqual(["kept"]);
});

test("more daemons than lines are counted", () => {
  const terminal = createTerminal(80);
  const live = createLiveProgress(terminal);
  for (let index = 0; index < 40; index += 1) live.onProgress(daemon(`d${index}`, "starting"));
  expect(terminal.seen()).toHaveLength(15);
  expect(terminal.seen().at(-1)).toBe("… and 26 more daemons");
  live.close();
  expect(terminal.seen()).toEqual([]);
});

test("what was never drawn leaves nothing, not even a cursor", () => {
  const texts: string[] = [];
  const live = createLiveProgress({ columns: () => 80, write: text => texts.push(text) });
  live.close();
  live.close();
  expect(texts).toEqual([]);
});

test("in a log each step that says something new is a line, and nothing in it is obeyed", () => {
  const texts: string[] = [];
  const lines = createProgressLines(
    text => texts.push(text),
    () => 0,
  );
  lines.onProgress({ kind: "lock-held", holder: "acme/app run 7" });
  lines.onProgress(daemon("a", "starting"));
  lines.onProgress(daemon("b", "starting"));
  lines.onProgress(daemon("a", "starting"));
  lines.onProgress(daemon("a", "waiting", "\x1b[2J##[error]x\n::error::y"));
  lines.onProgress({ kind: "rolling-back", revision: 3 });
  lines.onProgress({ kind: "retrying", problem: "503", attempt: 1 });
  expect(texts).toEqual([
    "waiting for `acme/app run 7`, who is changing the stack\n",
    "a: starting\n",
    "b: starting\n",
    "a: waiting (\\u{1b}[2J##\\u{5b}error]x\\u{a}::error::y)\n",
    "going back to revision 3, which worked\n",
    "trying the cluster again (attempt 2): it answered 503\n",
  ]);
});

const mega = 1_000_000;
const giga = 1_000_000_000;
type Layer = Extract<Progress, { kind: "pull" }>["layers"][number];

const pull = (image: string, layers: readonly Layer[] = [], done = false): Progress => ({
  kind: "pull",
  image,
  layers,
  done,
});
const half: readonly Layer[] = [
  { id: "a", phase: "done", current: 10 * mega, total: 10 * mega },
  { id: "b", phase: "extracting", current: mega, total: 2 * mega },
  { id: "c", phase: "downloading", current: 300_000, total: 36 * mega },
];

test("on a terminal each image on its way has one line, and leaves one when it is there", () => {
  const terminal = createTerminal(60);
  const live = createLiveProgress(terminal);
  live.onProgress(pull("acme/agent:v1"));
  live.onProgress(pull("acme/other:v1", half));
  live.onProgress(pull("acme/agent:v1", half));
  expect(terminal.seen()).toEqual([
    "pulling acme/agent:v1: 12.3 of 48.0 MB, 1 of 3 layers",
    "pulling acme/other:v1: 12.3 of 48.0 MB, 1 of 3 layers",
  ]);
  live.onProgress(pull("acme/agent:v1", half, true));
  live.onProgress(daemon("agent", "starting"));
  expect(terminal.seen()).toEqual([
    "pulled acme/agent:v1",
    "pulling acme/other:v1: 12.3 of 48.0 MB, 1 of 3 layers",
    "agent: starting",
  ]);
  live.close();
  expect(terminal.seen()).toEqual(["pulled acme/agent:v1"]);
});

test.each<[string, readonly Layer[]]>([
  ["0 of 1 layer", [{ id: "a", phase: "waiting" }]],
  // How much there is in all is not known before every layer was begun.
  [
    "1.0 MB, 0 of 2 layers",
    [
      { id: "a", phase: "downloading", current: mega, total: 4 * mega },
      { id: "b", phase: "waiting" },
    ],
  ],
  [
    "1.0 of 4.0 MB, 1 of 2 layers",
    [
      { id: "a", phase: "downloading", current: mega, total: 4 * mega },
      { id: "b", phase: "done" },
    ],
  ],
  ["1.25 of 2.50 GB, 0 of 1 layer", [{ id: "a", phase: "downloading", current: 1.25 * giga, total: 2.5 * giga }]],
  ["0.00 of 2.50 GB, 0 of 1 layer", [{ id: "a", phase: "downloading", current: 0, total: 2.5 * giga }]],
])("how far a pull is: %s", (expected, layers) => {
  const texts: string[] = [];
  createProgressLines(
    text => texts.push(text),
    () => 0,
  ).onProgress(pull("agent", layers));
  expect(texts).toEqual([`pulling agent: ${expected}\n`]);
});

test("in a log a pull is a line when it begins, one now and then, and one when it is over", () => {
  const texts: string[] = [];
  let now = 5_000;
  const lines = createProgressLines(
    text => texts.push(text),
    () => now,
  );
  for (let count = 0; count < 100; count += 1) {
    lines.onProgress(
      pull("agent", count === 0 ? [] : [{ id: "a", phase: "downloading", current: count * mega, total: 100 * mega }]),
    );
    now += 250;
  }
  lines.onProgress(pull("agent", [], true));
  // A daemon may be called like its image.
  lines.onProgress(daemon("agent", "starting"));
  expect(texts).toEqual([
    "pulling agent\n",
    "pulling agent: 40.0 of 100.0 MB, 0 of 1 layer\n",
    "pulling agent: 80.0 of 100.0 MB, 0 of 1 layer\n",
    "pulled agent\n",
    "agent: starting\n",
  ]);
});

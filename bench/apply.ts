import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, inTurn, median, output, type Result, run, seconds } from "./measure.ts";

interface Setting {
  readonly cli: string;
  readonly kubectl: string;
  /** A directory for files. */
  readonly work: string;
}

const daemons = 200;

/** Nothing is started: no node has the label, so what is measured is the control plane's share. */
const stack = `stack: bench
platforms: { kubernetes: { networkPolicy: false, pod: { nodeSelector: { bench: nowhere } } } }
resources:
${Array.from(
  { length: daemons },
  (_, index) => `  connector-${index}:
    type: daemon
    code: { type: image, image: "ghcr.io/acme/connector:v1" }
    environment: { LOG_LEVEL: info, REGION: eu-central-1, QUEUE: jobs-${index} }
`,
).join("")}`;

/** First and unchanged applies of 200 daemons, against `kubectl apply --server-side` of the same objects. */
export function measureApply({ cli, kubectl, work }: Setting): readonly Result[] {
  const file = join(work, "apply.yaml");
  const objects = join(work, "apply-objects.yaml");
  writeFileSync(file, stack);
  run({ command: process.execPath, arguments: [cli, "render", file, "--output", objects] });
  const ours = (namespace: string): Command => ({
    command: process.execPath,
    arguments: [cli, "apply", file, "--platform", "kubernetes", "--namespace", namespace, "--no-wait", "--quiet"],
  });
  const theirs = (namespace: string): Command => ({
    command: kubectl,
    arguments: ["apply", "--server-side", "--namespace", namespace, "--filename", objects],
  });
  const prefix = `alien-bench-${process.pid}`;
  const commands = { ours, theirs };
  const firsts = Array.from({ length: 5 }, (_, turn) => measureFirst(kubectl, commands, { prefix, turn }));
  const ratios = median(firsts.map(pair => pair.ours / pair.theirs));
  const [mine, other] = [median(firsts.map(pair => pair.ours)), median(firsts.map(pair => pair.theirs))];
  const unchanged = measureUnchanged(kubectl, commands, prefix);
  const what = (which: string) =>
    `${which} apply of ${daemons} daemons, control plane only : kubectl apply --server-side`;
  return [
    { what: what("first"), figures: `${seconds(mine)} : ${seconds(other)}`, ratio: ratios, limit: 1, unit: "×" },
    {
      what: what("unchanged"),
      figures: `${seconds(unchanged.ours)} : ${seconds(unchanged.theirs)}`,
      ratio: unchanged.ratio,
      limit: 0.5,
      unit: "×",
    },
  ];
}

type Commands = Readonly<Record<"ours" | "theirs", (namespace: string) => Command>>;

/** One turn, each in a namespace of its own; who begins changes from turn to turn. */
function measureFirst(kubectl: string, { ours, theirs }: Commands, { prefix, turn }: { prefix: string; turn: number }) {
  const [mine, other] = [`${prefix}-ours-${turn}`, `${prefix}-theirs-${turn}`];
  return inNamespaces(kubectl, [mine, other], () => {
    const measure = (command: Command, namespace: string): number => {
      const { seconds: took } = run(command);
      waitForPods(kubectl, namespace);
      return took;
    };
    const first = turn % 2 === 0 ? measure(ours(mine), mine) : undefined;
    const second = measure(theirs(other), other);
    return { ours: first ?? measure(ours(mine), mine), theirs: second };
  });
}

const measureUnchanged = (kubectl: string, { ours, theirs }: Commands, prefix: string) =>
  inNamespaces(kubectl, [`${prefix}-ours`, `${prefix}-theirs`], ([mine = "", other = ""]) => {
    for (const [command, namespace] of [
      [ours(mine), mine],
      [theirs(other), other],
    ] as const) {
      run(command);
      waitForPods(kubectl, namespace);
    }
    return inTurn(ours(mine), theirs(other), 15);
  });

/** Works in new namespaces, and returns when they are gone again: nothing of one turn goes on in the next. */
function inNamespaces<T>(kubectl: string, names: readonly string[], work: (names: readonly string[]) => T): T {
  for (const name of names) run({ command: kubectl, arguments: ["create", "namespace", name] });
  try {
    return work(names);
  } finally {
    run({ command: kubectl, arguments: ["delete", "namespace", ...names, "--timeout=300s"] });
  }
}

/** The controllers' own work on what was applied is over when each daemon has its pod, which no node takes. */
function waitForPods(kubectl: string, namespace: string): void {
  const count = ["get", "pods", "--namespace", namespace, "--no-headers", "--output", "name"];
  const isOver = (): boolean => output({ command: kubectl, arguments: count }).split("\n").length > daemons;
  for (let tries = 0; !isOver(); tries += 1) {
    if (tries > 600) throw new Error(`the controllers did not finish their work in ${namespace}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

// Measures alien-compile against its peers, in turn, and writes RESULTS.md. Fails when a ratio is missed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureApply } from "./apply.ts";
import { composeVersion, measureLocal } from "./local.ts";
import { type Command, inTurn, median, type Result, reportPeak, run, seconds } from "./measure.ts";
import { writeMeasurements, writeSection } from "./results.ts";

const here = import.meta.dirname;
const cli = join(here, "../dist/cli.js");
const work = mkdtempSync(join(tmpdir(), "alien-bench-"));
const { version } = JSON.parse(readFileSync(join(here, "../package.json"), "utf8")) as { version: string };

const results: Result[] = [];
/** These have a section of their own: they are measured alone as well. */
const onEngine: Result[] = [];
const missing: string[] = [];

/** A stack of so many daemons, and the same objects for kustomize. */
function prepare(daemons: number): { stack: string; kustomization: string; objects: string } {
  const entries = Array.from(
    { length: daemons },
    (_, index) => `  connector-${index}:
    type: daemon
    code: { type: image, image: "ghcr.io/acme/connector:v1" }
    environment:
      LOG_LEVEL: info
      REGION: eu-central-1
      QUEUE: jobs-${index}
`,
  );
  const stack = join(work, `${daemons}.yaml`);
  writeFileSync(
    stack,
    `stack: acme\nplatforms: { kubernetes: { networkPolicy: false } }\nresources:\n${entries.join("")}`,
  );
  const kustomization = join(work, `kustomize-${daemons}`);
  mkdirSync(kustomization);
  const objects = join(kustomization, "objects.yaml");
  run({ command: process.execPath, arguments: [cli, "render", stack, "--output", objects] });
  writeFileSync(join(kustomization, "kustomization.yaml"), "resources: [objects.yaml]\n");
  return { stack, kustomization, objects };
}

const render = (...words: string[]): Command => ({ command: process.execPath, arguments: [cli, "render", ...words] });
const withPeak = (stack: string): Command => ({
  command: process.execPath,
  arguments: [reportPeak, cli, "render", stack],
});
const versionOf = (command: string, ...words: string[]): string | undefined => {
  const { status, stdout } = spawnSync(command, words, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
};

const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const cdk8s = join(here, "node_modules/.bin/cdk8s");
const versions = {
  Node: process.version,
  "alien-compile": version,
  kubectl: versionOf(kubectl, "version", "--client"),
  "cdk8s-cli": existsSync(cdk8s) ? versionOf(process.execPath, cdk8s, "--version") : undefined,
  "Docker Compose": composeVersion(),
};

function measureKustomize(): void {
  if (versions.kubectl === undefined) {
    missing.push("kubectl kustomize");
    return;
  }
  const one = prepare(1);
  const single = inTurn(render(one.stack), { command: kubectl, arguments: ["kustomize", one.kustomization] }, 41);
  const figures = (pair: typeof single): string => `${seconds(pair.ours)} : ${seconds(pair.theirs)}`;
  results.push({
    what: "render of one daemon : kubectl kustomize of its Deployment",
    figures: figures(single),
    ratio: single.ratio,
    limit: 1,
    unit: "×",
  });
  const thousand = prepare(1000);
  const many = inTurn(
    render(thousand.stack),
    { command: kubectl, arguments: ["kustomize", thousand.kustomization] },
    11,
  );
  results.push({
    what: "render of 1,000 daemons : kubectl kustomize of the same objects",
    figures: figures(many),
    ratio: many.ratio,
    limit: 0.1,
    unit: "×",
  });
}

function measureCdk8s(): void {
  if (versions["cdk8s-cli"] === undefined) {
    missing.push("cdk8s synth");
    return;
  }
  const stack = join(work, "1.yaml");
  if (!existsSync(stack)) prepare(1);
  const object = join(work, "deployment.json");
  const { stdout } = spawnSync(process.execPath, [cli, "render", stack, "--format", "json"], { encoding: "utf8" });
  writeFileSync(object, JSON.stringify(JSON.parse(stdout).items[0]));
  const app = [
    cdk8s,
    "synth",
    "--app",
    `${process.execPath} ${join(here, "cdk8s/main.js")}`,
    "--output",
    join(work, "cdk8s"),
  ];
  const theirs = {
    command: process.execPath,
    arguments: app,
    directory: here,
    environment: { BENCH_OBJECT: object, CI: "1" },
  };
  const pair = inTurn(render(stack), theirs, 7);
  results.push({
    what: "render of one daemon : cdk8s synth of its Deployment",
    figures: `${seconds(pair.ours)} : ${seconds(pair.theirs)}`,
    ratio: pair.ratio,
    limit: 1 / 15,
    unit: "×",
  });
}

function measureScale(): void {
  const [thousand, tenThousand] = [join(work, "1000.yaml"), prepare(10_000).stack];
  if (!existsSync(thousand)) prepare(1000);
  const pair = inTurn(render(tenThousand), render(thousand), 7);
  results.push({
    what: "render of 10,000 daemons : of 1,000",
    figures: `${seconds(pair.ours)} : ${seconds(pair.theirs)}`,
    ratio: pair.ratio,
    limit: 11,
    unit: "×",
  });
  const peak = median([1, 2, 3].map(() => run(withPeak(tenThousand)).peakMiB));
  results.push({
    what: "peak memory of 10,000 daemons",
    figures: `${Math.round(peak)} MiB`,
    ratio: peak,
    limit: 700,
    unit: "MiB",
  });
}

/** A tenth of the largest file that is read, and the largest: one wide mapping, the shape that tempts to be quadratic. */
function measureLargeFile(): void {
  const file = (mebibytes: number): string => {
    const path = join(work, `${mebibytes}-mib.yaml`);
    const line = (index: number): string => `      VARIABLE_${String(index).padStart(7, "0")}: value number ${index}\n`;
    const head = "stack: acme\nplatforms: { kubernetes: { networkPolicy: false } }\nresources:\n";
    const parts = [head];
    for (let index = 0, size = head.length; size < mebibytes * 1024 * 1024 - 4096; index += 1) {
      const start =
        index % 5000 === 0
          ? `  daemon-${index}:\n    type: daemon\n    code: { type: image, image: "acme/agent:1" }\n    environment:\n`
          : "";
      const part = start + line(index);
      parts.push(part);
      size += part.length;
    }
    writeFileSync(path, parts.join(""));
    return path;
  };
  const pair = inTurn(render(file(10)), render(file(1)), 3);
  results.push({
    what: "render of a 10 MiB file : of a 1 MiB file",
    figures: `${seconds(pair.ours)} : ${seconds(pair.theirs)}`,
    ratio: pair.ratio,
    limit: 12,
    unit: "×",
  });
}

function measureCluster(): void {
  if (versions.kubectl === undefined || !existsSync(process.env.KUBECONFIG ?? "")) {
    missing.push("apply to Kubernetes");
    return;
  }
  results.push(...measureApply({ cli, kubectl, work }));
}

function measureEngine(): void {
  if (versions["Docker Compose"] === undefined) {
    missing.push("apply to Local");
    return;
  }
  onEngine.push(...measureLocal({ cli, work }));
  writeSection("Docker engine", `${head()}\n${table(onEngine)}\n`);
}

function table(rows: readonly Result[]): string {
  const number = ({ ratio, unit }: Result): string =>
    unit === "MiB" ? `${Math.round(ratio)} MiB` : `${ratio.toFixed(ratio < 0.2 ? 3 : 2)} ×`;
  const limit = ({ limit: most, unit }: Result): string =>
    unit === "MiB" ? `${most} MiB` : `${most < 0.1 ? "1/15" : most} ×`;
  const lines = rows.map(
    result =>
      `| ${result.what} | ${result.figures} | ${number(result)} | ${limit(result)} | ${result.ratio <= result.limit ? "met" : "missed"} |`,
  );
  return `| what | figures | ratio | at most | |\n|---|---|---|---|---|\n${lines.join("\n")}`;
}

function head(): string {
  const measured = Object.entries(versions).map(([name, value]) => `- ${name}: ${value ?? "not installed"}`);
  return `Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}.\n\n${measured.join("\n")}\n`;
}

const report = (): string => `# Measurements

Whole processes, run in turn, medians. Ratios are medians of the ratios of each turn; single times depend on the machine.
What a first call compiled is cached, as it is from the second call on. ${head()}
${table(results)}
${missing.length === 0 ? "" : `\nNot measured, because not installed: ${missing.join(", ")}.\n`}`;

/** By the word that asks for one alone; without a word, all. */
const parts: Readonly<Record<string, readonly (() => void)[]>> = {
  render: [measureKustomize, measureCdk8s, measureScale, measureLargeFile],
  kubernetes: [measureCluster],
  local: [measureEngine],
};

try {
  const part = process.argv[2];
  for (const measure of part === undefined ? Object.values(parts).flat() : (parts[part] ?? [])) measure();
  if (part === undefined) writeMeasurements(report());
  const all = [...results, ...onEngine];
  process.stdout.write(`${table(all)}\n`);
  process.exitCode = all.every(({ ratio, limit }) => ratio <= limit) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

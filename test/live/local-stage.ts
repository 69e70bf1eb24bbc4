import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createWorkplace, type LiveOptions, type LiveRun, type Running, type Workplace } from "./cli.ts";
import { docker, stackName, sweep } from "./docker.ts";
import type { FoundRun, PlannedChange } from "./scene.ts";
import { scriptImage, stays } from "./stage.ts";

/** A directory with a stack of a name that nobody else has, for one test on the Docker engine. */
export interface LocalStage {
  readonly stack: string;
  readonly workplace: Workplace;
  /** Where it is remembered what was deployed. */
  readonly stateDirectory: string;
  /** The name of the container of a daemon. */
  containerOf(daemon: string): string;
  /** Writes `alien.yaml`. */
  write(text: string): void;
  start(line: string, options?: LiveOptions): Running;
  /** Runs a verb, with the findings as data. */
  run(line: string, options?: LiveOptions): Promise<FoundRun>;
  /** Applies what stands in `alien.yaml`; throws unless it works. */
  apply(line?: string, options?: LiveOptions): Promise<FoundRun>;
  /** Writes `alien.yaml` and applies it; throws unless it works. */
  deploy(text: string, line?: string, options?: LiveOptions): Promise<FoundRun>;
  /** The changes of a plan; throws where there is none. */
  plan(line?: string, options?: LiveOptions): Promise<readonly PlannedChange[]>;
}

/** A stage that is taken down when the test is over, with everything that its stack left on the engine. */
export function openLocalStage(prefix: string, finished: (callback: () => void) => void): LocalStage {
  const stack = stackName(prefix);
  const workplace = createWorkplace({});
  finished(() => {
    sweep(stack);
    workplace.remove();
  });
  return stageOf(stack, workplace);
}

function stageOf(stack: string, workplace: Workplace): LocalStage {
  const stateDirectory = join(workplace.directory, "state");
  // What is found on a terminal of the machine is none of a test's business.
  const home = join(workplace.directory, "home");
  mkdirSync(home);
  const { DOCKER_HOST } = process.env;
  const given = { HOME: home, ALIEN_STATE_DIR: stateDirectory, ...(DOCKER_HOST ? { DOCKER_HOST } : {}) };
  const start: LocalStage["start"] = (line, options = {}) =>
    workplace.start(wordsOf(line), { ...options, environment: { ...given, ...options.environment } });
  const run: LocalStage["run"] = async (line, options) => {
    const done = await start(`${line} --diagnostics json`, options).done;
    return { ...done, findings: findingsIn(done) };
  };
  const apply: LocalStage["apply"] = async (line = "", options) => worked(await run(`apply ${line}`.trim(), options));
  const write = (text: string): void => workplace.write("alien.yaml", text);
  return {
    stack,
    workplace,
    stateDirectory,
    containerOf: daemon => `${stack}-${daemon}`,
    write,
    start,
    run,
    apply,
    deploy: (text, line, options) => {
      write(text);
      return apply(line, options);
    },
    plan: async (line = "", options) => {
      const { out } = worked(await run(`plan --format json ${line}`.trim(), options));
      return JSON.parse(out).changes;
    },
  };
}

/** On Local, and with as little waiting as a test needs. */
function wordsOf(line: string): readonly string[] {
  const words = line.split(" ");
  const says = (flag: string): boolean => words.includes(flag);
  const settle = ["apply", "restart"].includes(words[0] ?? "") && !says("--settle") && !says("--no-wait");
  const isPlaced = says("--platform") || says("--plan");
  return [...words, ...(isPlaced ? [] : ["--platform", "local"]), ...(settle ? ["--settle", "0s"] : [])];
}

function worked(done: FoundRun): FoundRun {
  if (done.exitCode !== 0) throw new Error(`ended with ${done.exitCode}\n${done.out}${done.error}`);
  return done;
}

/** The findings among what was written for people. */
function findingsIn({ error }: LiveRun): FoundRun["findings"] {
  const start = error.search(/^\{$/m);
  return start < 0 ? [] : JSON.parse(error.slice(start, error.lastIndexOf("\n}") + 2)).diagnostics;
}

export interface LocalDaemonSetting {
  readonly image?: string;
  /** Shell commands, where the image runs them. */
  readonly script?: string;
  /** Further lines of the daemon. */
  readonly lines?: readonly string[];
  /** Further lines of `environment`. */
  readonly environment?: readonly string[];
}

export interface LocalSetting {
  readonly daemons?: Readonly<Record<string, LocalDaemonSetting>>;
  /** Further lines of `resources`. */
  readonly resources?: readonly string[];
  /** Further lines of the document. */
  readonly lines?: readonly string[];
}

/** A stack for Local whose daemons, by default `agent` alone, run shell commands. */
export const localDocument = (
  stack: string,
  { daemons = { agent: {} }, resources = [], lines = [] }: LocalSetting = {},
): string =>
  [
    `stack: ${stack}`,
    "supportedPlatforms: [local]",
    ...lines,
    "resources:",
    ...resources.map(line => `  ${line}`),
    ...Object.entries(daemons).flatMap(([id, setting]) => daemonLines(id, setting)),
    "",
  ].join("\n");

const daemonLines = (
  id: string,
  { image = scriptImage, script = stays, environment = [], lines = [] }: LocalDaemonSetting,
): readonly string[] => [
  `  ${id}:`,
  "    type: daemon",
  `    code: { type: image, image: "${image}" }`,
  "    environment:",
  `      SCRIPT: ${JSON.stringify(script)}`,
  ...environment.map(line => `      ${line}`),
  ...lines.map(line => `    ${line}`),
];

/** A part of what the engine says of a container, as data. */
export const inspected = <T>(name: string, part = "."): T =>
  JSON.parse(docker("inspect", name, "--format", `{{json ${part}}}`));

/** The environment of a container, as the engine has it. */
export const environmentOf = (name: string): ReadonlyMap<string, string> =>
  new Map(
    inspected<readonly string[]>(name, ".Config.Env").map(text => [
      text.slice(0, text.indexOf("=")),
      text.slice(text.indexOf("=") + 1),
    ]),
  );

import { createWorkplace, type LiveOptions, type LiveRun, type Running, type Workplace } from "./cli.ts";
import { scriptImage, stays } from "./docker.ts";
import { createNamespace, type KubernetesItem, kubectlRun, type TestNamespace } from "./namespace.ts";

export { buildScriptImage, scriptImage, stays } from "./docker.ts";

export interface ScriptSetting {
  readonly stack?: string;
  readonly daemons?: Readonly<Record<string, DaemonSetting>>;
  /** Lines of the document after `stack`. */
  readonly secrets?: string;
  /** Fields of `platforms.kubernetes.pod`, in YAML's flow form. */
  readonly pod?: string;
}

export interface DaemonSetting {
  readonly image?: string;
  readonly script?: string;
  /** Further lines of `environment`. */
  readonly environment?: readonly string[];
}

/** A stack whose daemons, by default `agent` alone, run shell commands. */
export const scripted = ({ stack = "acme", daemons = { agent: {} }, secrets = "", pod = "" }: ScriptSetting): string =>
  `stack: ${stack}
${secrets}resources:
${Object.entries(daemons).map(daemonText).join("")}platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1, ${pod.includes("resources:") ? "" : little}${pod} }
`;

/** So little that a small node takes the pods of many tests. */
const little = "resources: { requests: { cpu: 1m, memory: 8Mi } }, ";

const daemonText = ([id, { image = scriptImage, script = stays, environment = [] }]: [string, DaemonSetting]): string =>
  `  ${id}:
    type: daemon
    code: { type: image, image: "${image}" }
    environment:
      SCRIPT: ${JSON.stringify(script)}
${environment.map(line => `      ${line}\n`).join("")}`;

/** `line:column` of the first place where a text stands in a document, from 1. */
export function placeIn(document: string, text: string): string {
  const before = document.slice(0, document.indexOf(text)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

/** A workplace and a namespace of one test. */
export interface Stage {
  readonly workplace: Workplace;
  readonly namespace: TestNamespace;
  /** Flags that say where the stack is. */
  readonly where: readonly string[];
  write(text: string): void;
  start(verb: string, words?: readonly string[], options?: LiveOptions): Running;
  run(verb: string, words?: readonly string[], options?: LiveOptions): Promise<LiveRun>;
  /** Applies a document that is expected to work. */
  deploy(text: string, options?: LiveOptions): Promise<LiveRun>;
}

/** A stage that is taken down when the test is over; pods do not outlive it for long. */
export async function createStage(prefix: string, finished: (callback: () => Promise<void>) => void): Promise<Stage> {
  const namespace = await createNamespace(prefix);
  const workplace = createWorkplace({});
  finished(async () => {
    workplace.remove();
    await namespace.remove();
  });
  const where = ["--platform", "kubernetes", "--namespace", namespace.name];
  const write = (text: string): void => workplace.write("alien.yaml", text);
  const start: Stage["start"] = (verb, words = [], options) =>
    workplace.start(
      [verb, ...where, ...(settles.has(verb) && !words.includes("--settle") ? brief : []), ...words],
      options,
    );
  const run: Stage["run"] = (verb, words, options) => start(verb, words, options).done;
  const deploy: Stage["deploy"] = async (text, options) => {
    write(text);
    const done = await run("apply", [], options);
    if (done.exitCode !== 0) throw new Error(`apply ended with ${done.exitCode}\n${done.out}${done.error}`);
    return done;
  };
  return { workplace, namespace, where, write, start, run, deploy };
}

const brief = ["--settle", "1s"];
const settles: ReadonlySet<string> = new Set(["apply", "restart"]);

/** A finding as `--diagnostics json` has it. */
export interface JsonFinding {
  readonly severity: string;
  readonly code: string;
  readonly name: string;
  readonly message: string;
  readonly help?: string;
  readonly range?: { readonly file: string; readonly start: { readonly line: number; readonly column: number } };
  readonly details?: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** The findings of a run with `--diagnostics json`: the document behind what else stands on standard error. */
export function findingsOf({ error }: LiveRun): readonly JsonFinding[] {
  const start = error.search(/^\{$/m);
  if (start === -1) throw new Error(`no JSON in ${error}`);
  return (JSON.parse(error.slice(start)) as { readonly diagnostics: readonly JsonFinding[] }).diagnostics;
}

/** Everything in the namespace that carries our label or name, as `Kind/name`. */
export async function ours(namespace: string): Promise<readonly string[]> {
  const kinds = "deployments,replicasets,pods,secrets,serviceaccounts,roles,rolebindings,networkpolicies,leases";
  const text = await kubectlRun(["-n", namespace, "get", kinds, "-o", "name", "--ignore-not-found"]);
  return text
    .split("\n")
    .filter(name => name !== "" && !/default-token|\/default$/.test(name))
    .sort();
}

/** The Secrets that hold the values of daemons. */
export const secretsOf = async ({ namespace }: Stage): Promise<readonly KubernetesItem[]> =>
  (await namespace.get("secrets")).filter(({ metadata }) => metadata.name.includes("-env"));

import { printable } from "../diagnostics/index.ts";
import type { ResourceStatus, StackState } from "./stack-state.ts";

export type OutputFormat = "json" | "env" | "github";

/** What whoever deploys a daemon gets to know of it. */
interface DaemonOutput {
  /** Missing where nothing was observed yet. */
  readonly daemonName?: string;
  readonly running: boolean;
  readonly status: ResourceStatus;
}

interface NamedOutput {
  readonly id: string;
  readonly output: DaemonOutput;
}

/** The outputs of a stack, its daemons by id: a JSON document, lines for a shell, or lines for `$GITHUB_OUTPUT`. */
export function formatOutputs(state: StackState, format: OutputFormat): string {
  const outputs = outputsOf(state);
  if (format === "env") return envLines(outputs);
  if (format === "github") return githubLines(outputs);
  return `${JSON.stringify({ formatVersion: "1", platform: state.platform, daemons: byId(outputs) }, null, 2)}\n`;
}

/** The state of a stack as a whole, in the platform's words. */
export function stackStatus({ resources }: StackState): "pending" | "in_progress" | "running" | "deleted" | "failure" {
  const statuses = Object.values(resources).map(({ status }) => status);
  if (statuses.length === 0) return "pending";
  if (statuses.some(status => status.endsWith("-failed"))) return "failure";
  if (statuses.every(status => status === "running")) return "running";
  if (statuses.every(status => status === "deleted")) return "deleted";
  return "in_progress";
}

const outputsOf = ({ resources }: StackState): readonly NamedOutput[] =>
  Object.entries(resources)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([id, { status, outputs }]) => ({
      id: printable(id),
      output: {
        ...(outputs === undefined ? {} : { daemonName: printable(outputs.daemonName, "\n") }),
        running: outputs?.running ?? false,
        status,
      },
    }));

const byId = (outputs: readonly NamedOutput[]): Readonly<Record<string, DaemonOutput>> =>
  Object.fromEntries(outputs.map(({ id, output }) => [id, output]));

function envLines(outputs: readonly NamedOutput[]): string {
  const prefixes = prefixesOf(outputs.map(({ id }) => id));
  const lines = outputs.flatMap(({ output: { daemonName, running, status } }, index) => [
    ...(daemonName === undefined ? [] : [`${prefixes[index]}_DAEMON_NAME=${shellWord(printable(daemonName))}`]),
    `${prefixes[index]}_RUNNING=${running}`,
    `${prefixes[index]}_STATUS=${status}`,
  ]);
  return lines.map(line => `${line}\n`).join("");
}

/** Ids as the start of a variable's name, each another: where two are the same, the later one gets a number. */
function prefixesOf(ids: readonly string[]): readonly string[] {
  const plain = ids.map(variableName);
  const taken = new Set<string>();
  return plain.map(name => {
    const free = taken.has(name)
      ? numbered(name, candidate => taken.has(candidate) || plain.includes(candidate))
      : name;
    taken.add(free);
    return free;
  });
}

function numbered(name: string, isTaken: (candidate: string) => boolean): string {
  for (let number = 2; ; number++) if (!isTaken(`${name}_${number}`)) return `${name}_${number}`;
}

const variableName = (id: string): string =>
  id
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, "_")
    .replace(/^(?=\d)/, "_");

const shellWord = (text: string): string =>
  /^[\w.:/@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

function githubLines(outputs: readonly NamedOutput[]): string {
  const [only, ...others] = outputs;
  const single = only !== undefined && others.length === 0 ? only.output : undefined;
  return [
    githubLine("daemons", JSON.stringify(byId(outputs))),
    ...(single?.daemonName === undefined ? [] : [githubLine("daemon-name", single.daemonName)]),
    ...(single === undefined ? [] : [githubLine("running", String(single.running))]),
  ].join("");
}

/** A value of several lines stands between two lines that are not in it. */
function githubLine(name: string, value: string): string {
  if (!value.includes("\n")) return `${name}=${value}\n`;
  let delimiter = "EOF";
  while (value.includes(delimiter)) delimiter += "_";
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

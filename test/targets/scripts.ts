/** What a daemon of the contract does, whatever runs it. */
export interface Doing {
  readonly prints?: readonly string[];
  /** Ends at once with this code; without one it stays until it is asked to end. */
  readonly exits?: number;
}

const ownId = "$(cat /proc/sys/kernel/random/uuid)";

/** Shell commands. The first line that they print names the process. */
export const scriptOf = ({ prints = [], exits }: Doing): string =>
  [
    ...[`process ${ownId}`, ...prints].map(line => `echo "${line}"`),
    exits === undefined ? "trap 'exit 0' TERM; sleep 100000 & wait" : `exit ${exits}`,
  ].join("; ");

interface Done {
  readonly prints: readonly string[];
  readonly exits: number | undefined;
}

let processes = 0;

/** What a shell makes of such commands, where there is none. */
export function readScript(script: string, environment: ReadonlyMap<string, string>): Done {
  const id = `${++processes}`;
  const spelled = (text: string): string =>
    text.replaceAll(ownId, id).replaceAll(/\$(\w+)/g, (_, name: string) => environment.get(name) ?? "");
  const prints = Array.from(script.matchAll(/echo "([^"]*)"/g), ([, text = ""]) => spelled(text));
  const [, code] = /exit (\d+)$/.exec(script) ?? [];
  return { prints, exits: code === undefined ? undefined : Number(code) };
}

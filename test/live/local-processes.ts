import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { until } from "../targets/until.ts";
import { dockerLater } from "./docker.ts";

export interface LocalProcesses {
  /** When a daemon had two processes: the containers they were in. */
  readonly doubles: readonly string[];
  /** Waits until every event has arrived: what was told of is what runs. */
  caughtUp(): Promise<void>;
  close(): void;
}

interface Event {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** Looks at every start and end of a stack's processes, in the engine's order. */
export async function watchLocalProcesses(stack: string): Promise<LocalProcesses> {
  const filters = ["--filter", `label=dev.alien.stack=${stack}`, "--filter", "type=container"];
  const since = await dockerLater("info", "--format", "{{.SystemTime}}");
  const events = spawn("docker", ["events", ...filters, "--since", since, "--format", "{{json .}}"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const running = new Map<string, string>();
  const doubles: string[] = [];
  createInterface({ input: events.stdout }).on("line", line => see(JSON.parse(line), running, doubles));
  const isSame = async (): Promise<boolean> => {
    const words = ["ps", "--quiet", "--no-trunc", "--filter", `label=dev.alien.stack=${stack}`];
    const listed = (await dockerLater(...words, "--filter", "status=running")).split("\n");
    return listed.sort().join() === (running.size === 0 ? "" : [...running.keys()].sort().join());
  };
  return { doubles, caughtUp: () => until(isSame, 10_000), close: () => void events.kill("SIGKILL") };
}

function see(
  { Action: action, Actor: { ID: id, Attributes } }: Event,
  running: Map<string, string>,
  doubles: string[],
) {
  const daemon = Attributes["dev.alien.daemon"] ?? Attributes.name ?? id;
  if (action === "die" || action === "destroy") running.delete(id);
  if (action !== "start") return;
  running.set(id, daemon);
  const same = [...running].filter(([, other]) => other === daemon).map(([one]) => one.slice(0, 12));
  if (same.length > 1) doubles.push(`${daemon} in ${same.join(" and ")}`);
}

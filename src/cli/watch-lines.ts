import { printable, watchText } from "../diagnostics/index.ts";
import { type DaemonStatus, loadTargets, type WatchEvent } from "../pipeline.ts";
import { jsonLine } from "./json-line.ts";

type DriftEvent = Extract<WatchEvent, { kind: "drift" }>;

/** An event as a line of JSON; of a plan only what differs. */
export const eventJson = async (event: WatchEvent): Promise<string> =>
  jsonLine(event.kind === "drift" ? { kind: event.kind, at: event.at, objects: await driftedObjects(event) } : event);

/** An event as a line for people. */
export const eventText = async (event: WatchEvent): Promise<string> =>
  `${printable(`${event.at}  ${await sentence(event)}`)}\n`;

export async function driftedObjects({ plan }: DriftEvent): Promise<readonly string[]> {
  const { effective } = await loadTargets();
  return effective(plan).map(({ object: { kind, name } }) => `${kind}/${name}`);
}

async function sentence(event: WatchEvent): Promise<string> {
  switch (event.kind) {
    case "health":
      return watchText.health(event.daemons.filter(({ running }) => running).length, event.daemons.length);
    case "change":
      return watchText.change(event.daemon, event.from?.phase, stateOf(event.to));
    case "drift":
      return watchText.drift(await driftedObjects(event));
    case "repair":
      return watchText.repair(event.daemon, event.problem, event);
    case "backoff":
      return watchText.backoff(event.daemon, event);
    case "revision":
      return watchText.revision(event.revision, event.pending === true);
    case "record":
      return watchText.record(event.usable, event.detail);
    case "engine":
      return watchText.engine(event.reachable);
    case "stopped":
      return watchText.stopped(event.daemons);
    case "gone":
      return watchText.gone;
  }
}

const stateOf = ({ phase, detail }: DaemonStatus): string => (detail === undefined ? phase : `${phase}: ${detail}`);

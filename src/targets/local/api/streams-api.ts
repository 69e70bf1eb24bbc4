import type { Labels } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { Engine, EngineEvent } from "./engine.ts";
import { EngineError } from "./error.ts";
import { jsonLines } from "./json-lines.ts";
import { logLines } from "./log-lines.ts";
import { segment } from "./missing.ts";

export const streamsOf = (calls: Calls): Pick<Engine, "logs" | "events"> => ({
  logs: (id, { follow = false, tail = "all", since, until }) => {
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      tail,
      since: moment(since),
      until: moment(until),
    };
    return logLines(calls.stream({ method: "GET", path: `/containers/${segment(id)}/logs`, query }));
  },
  events: (labels, signal) => events(calls, labels, signal),
});

/** Without an exponent, which the engine does not read. */
const moment = (seconds: number | undefined): string | undefined => seconds?.toFixed(9);

async function* events(
  calls: Calls,
  labels: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void> {
  if (signal.aborted) return;
  const query = { filters: JSON.stringify({ type: ["container"], label: labels }) };
  try {
    for await (const line of jsonLines(calls.stream({ method: "GET", path: "/events", query }, { signal }))) {
      const event = eventOf(line);
      if (event !== undefined) yield event;
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw cause;
  }
  if (!signal.aborted) throw new EngineError("the stream of events ended", { status: 0, code: "ECONNRESET" });
}

/** In its own names an event has what it is about beside the labels of the container. */
function eventOf({ Action: action, Actor: actor }: Readonly<Record<string, unknown>>): EngineEvent | undefined {
  const { ID: container, Attributes: labels = {} } = (actor ?? {}) as {
    readonly ID?: unknown;
    readonly Attributes?: Labels;
  };
  if (typeof action !== "string" || typeof container !== "string") return undefined;
  return { action, container, labels };
}

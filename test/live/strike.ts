import type { ChooseFault, ProxiedRequest } from "../targets/fault-proxy.ts";

/** Where a run is killed: at a write to the API server, or to the engine. */
export interface Point {
  /** The how-manyth write of the run, from 1. */
  readonly write: number;
  /** Which writes are counted, by method and URL; all where it is not said. */
  readonly of?: RegExp;
  /** Whether the server has got it, and the run its answer. */
  readonly moment: "received" | "forwarded" | "answered";
  /** Milliseconds from there to the kill; meant for the time in which nothing is written. */
  readonly later?: number;
}

/** What changes something. Renewals of the lock come by the clock and are not counted. */
export const isWrite = ({ method, url }: Pick<ProxiedRequest, "method" | "url">): boolean =>
  method !== "GET" &&
  !url.includes("dryRun=") &&
  !url.includes("/selfsubjectaccessreviews") &&
  !(method === "PUT" && url.includes("/leases/"));

export interface Strike {
  readonly choose: ChooseFault;
  /** The write that was struck at; undefined when the run ended before. */
  struck(): string | undefined;
}

/** Kills at a point, by a fault of the proxy at that write; `counts` says what one is. */
export function createStrike(
  { write, of = /(?:)/, moment, later = 0 }: Point,
  kill: () => void,
  counts = isWrite,
): Strike {
  let count = 0;
  let struck: string | undefined;
  const end = (): void => void (later === 0 ? kill() : setTimeout(kill, later));
  const isCounted = (request: ProxiedRequest): boolean =>
    counts(request) && of.test(`${request.method} ${request.url}`);
  const choose: ChooseFault = request => {
    if (!isCounted(request) || ++count !== write) return undefined;
    const place = request.url.split("?")[0]?.split("/").slice(-2).join("/");
    struck = `${request.method} ${place?.replace(/[\da-f]{64}/, id => id.slice(0, 12))}`;
    if (moment === "forwarded") return { kind: "reset-after-forward", onForwarded: end };
    if (moment === "answered") return { kind: "none", onAnswered: end };
    end();
    return { kind: "reset" };
  };
  return { choose, struck: () => struck };
}

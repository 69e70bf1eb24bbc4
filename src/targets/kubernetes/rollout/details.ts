import { type Detail, detailTitle } from "../../../diagnostics/index.ts";
import { plainWords } from "../../index.ts";
import type { Evidence } from "./evidence.ts";
import { eventView } from "./views.ts";

const mostEvents = 8;
const mostLogLines = 20;

/** The end of what a process wrote. */
export interface LogTail {
  readonly of: "current" | "previous";
  readonly lines: readonly string[];
}

export interface DetailSetting {
  readonly evidence: Evidence;
  readonly logs: readonly LogTail[];
  /** The server's time, in milliseconds since 1970. */
  readonly now: number;
  readonly since: number;
}

/** What the cluster and the daemon itself say: events, newest last, and the last lines of its log. */
export const detailsOf = (setting: DetailSetting): readonly Detail[] =>
  [{ title: detailTitle.events, lines: eventLines(setting) }, ...setting.logs.map(logDetail)].filter(
    ({ lines }) => lines.length > 0,
  );

const logDetail = ({ of, lines }: LogTail): Detail => ({
  title: of === "previous" ? detailTitle.previousLog : detailTitle.log,
  lines: lines.slice(-mostLogLines),
});

interface Happening {
  readonly reason: string;
  readonly message: string;
  count: number;
  at: number;
}

function eventLines({ evidence, now, since }: DetailSetting): readonly string[] {
  return happenings(evidence, since)
    .slice(-mostEvents)
    .map(({ reason, message, count, at }) => {
      const times = count > 1 ? ` ×${count}` : "";
      return `${age(now - at)} ago  ${reason}${times}  ${message}`;
    });
}

/** Events of the rollout; what was said several times is one. */
function happenings({ events }: Evidence, since: number): readonly Happening[] {
  const found = new Map<string, Happening>();
  for (const { reason, message: raw, count, at } of events.map(eventView)) {
    if (at < Math.floor(since / 1000) * 1000) continue;
    const message = plainWords(raw);
    const happening = found.get(`${reason} ${message}`) ?? { reason, message, count: 0, at };
    happening.count += count;
    happening.at = Math.max(happening.at, at);
    found.set(`${reason} ${message}`, happening);
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

/** "12s", "3m" or "2h". */
function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3600)}h`;
}

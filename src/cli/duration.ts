import { type Diagnostic, finding } from "../diagnostics/index.ts";
import { type Call, flagOf } from "./call.ts";
import type { FlagName } from "./flags.ts";

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof milliseconds;

/** The milliseconds of `30s`, `1h30m`, `500ms`, or of a number of seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * milliseconds.s);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * milliseconds[unit as Unit], 0));
}

/** A longer one would overflow Node's timers. */
const longest = { text: "500h", milliseconds: 500 * milliseconds.h };

/** The milliseconds that a flag gives, or what is wrong with it; undefined where it is not given. */
export function durationOf(call: Call, flag: FlagName, least = "0s"): number | Diagnostic | undefined {
  const value = flagOf(call, flag);
  if (value === undefined) return undefined;
  const name = `--${flag}`;
  const duration = parseDuration(value);
  if (duration === undefined) return finding("bad-duration", { argument: name }, { name, value });
  if (duration > longest.milliseconds) {
    return finding("bad-duration", { argument: name }, { name, value, most: longest.text });
  }
  const isShort = duration < (parseDuration(least) ?? 0);
  return isShort ? finding("bad-duration", { argument: name }, { name, value, least }) : duration;
}

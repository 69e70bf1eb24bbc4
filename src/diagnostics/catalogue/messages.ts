import { plural, quote } from "./entry.ts";

/** "2 errors, 1 warning": the last line of a report. */
export const summary = ({
  errorCount,
  warningCount,
}: {
  readonly errorCount: number;
  readonly warningCount: number;
}): string =>
  [
    ...(errorCount > 0 ? [plural(errorCount, "error")] : []),
    ...(warningCount > 0 ? [plural(warningCount, "warning")] : []),
  ].join(", ");

/** Beside a finding at an alias: where the value stands. */
export const fromAnchor = "the value stands here";

/** Beside a finding: what stands at a related place. */
export const beside = {
  aDaemon: "a daemon",
  declared: "declared here",
  enabled: "enabled here",
  firstGiven: "first given here",
  firstLinked: "first linked here",
  linked: "linked here",
  otherOne: "the other one",
} as const;

/** What an editor offers to do. */
export const fixTitle = {
  change: (to: string): string => `change it to ${quote(to)}`,
  quoteKey: (quoted: string): string => `quote the key: ${quoted}`,
  quoteText: (quoted: string): string => `quote it: ${quoted}`,
  rename: (to: string): string => `rename it to ${quote(to)}`,
} as const;

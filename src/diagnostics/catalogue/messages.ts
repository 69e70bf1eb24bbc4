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
  sameImage: "the same image",
} as const;

/** What an editor offers to do. */
export const fixTitle = {
  change: (to: string): string => `change it to ${quote(to)}`,
  quoteKey: (quoted: string): string => `quote the key: ${quoted}`,
  quoteText: (quoted: string): string => `quote it: ${quoted}`,
  rename: (to: string): string => `rename it to ${quote(to)}`,
} as const;

/** Above what belongs to a finding and is not ours. */
export const detailTitle = {
  engine: "the engine says",
  events: "events",
  log: "last lines of the log",
  healthCheck: "last output of the health check",
  previousLog: "last lines of the process before",
} as const;

/** Why a daemon is not ready, where the platform itself has no words for it. */
export const rolloutDetail = {
  checking: "its health check has not passed yet",
  container: {
    created: "its container was not started",
    paused: "its container is paused",
    removed: "its container is not there",
    stopped: "its container is stopped",
  },
  crash: (exitCode: number): string => `the process ended with code ${exitCode}`,
  engineAway: "the engine does not answer",
  exits: "the process ended with code 0",
  noPod: "the pod is not there yet",
  notSeen: "the cluster has not looked at it yet",
  notThere: "the Deployment is not there yet",
  "out-of-memory": "the process used more memory than it may",
  paused: "the Deployment is paused",
  settling: (seconds: number): string => `it has to run for ${seconds} s`,
  "scaled-down": "the Deployment is scaled down",
  stopping: "the process before is still stopping",
  unhealthy: (said: string): string => `its health check fails${said === "" ? "" : `: ${said}`}`,
} as const;

import type { TargetPlatform } from "../ir/index.ts";
import type { ResourceState, ResourceStatus, StackState } from "../state/index.ts";
import type { DaemonStatus } from "./target.ts";

/** The state of a stack whose document nobody has: what is observed is all there is. */
export const stateOfStatuses = (
  stack: string,
  platform: TargetPlatform,
  daemons: readonly DaemonStatus[],
): StackState => ({
  platform,
  resourcePrefix: stack,
  resources: Object.fromEntries(daemons.map(status => [status.daemon, resourceOf(status)])),
});

const resourceOf = ({ daemonName, running, phase, image }: DaemonStatus): ResourceState => ({
  type: "daemon",
  status: statuses[phase],
  config: { image },
  outputs: { type: "daemon", daemonName, running },
});

const statuses: Readonly<Record<DaemonStatus["phase"], ResourceStatus>> = {
  missing: "refresh-failed",
  starting: "updating",
  running: "running",
  failing: "refresh-failed",
  deleting: "deleting",
};

import type { DaemonStatus } from "./target.ts";

/** What was observed of daemons, by id. */
export type KnownDaemons = ReadonlyMap<string, DaemonStatus>;

export interface DaemonChange {
  readonly kind: "change";
  readonly daemon: string;
  readonly from: DaemonStatus | undefined;
  readonly to: DaemonStatus;
}

/** The daemons of which something else is told: its phase, its restarts, what runs, or what the platform says about it. */
export function daemonChanges(before: KnownDaemons, now: KnownDaemons): readonly DaemonChange[] {
  const gone = [...before.values()].filter(({ daemon, phase }) => !now.has(daemon) && phase !== "missing");
  const all = [...now.values(), ...gone.map(missing)];
  return all.flatMap(to => {
    const from = before.get(to.daemon);
    return from !== undefined && told(from) === told(to) ? [] : [{ kind: "change", daemon: to.daemon, from, to }];
  });
}

const missing = ({ daemon, daemonName, restarts }: DaemonStatus): DaemonStatus => ({
  daemon,
  daemonName,
  restarts,
  running: false,
  phase: "missing",
});

const told = ({ phase, restarts, image, detail }: DaemonStatus): string =>
  JSON.stringify([phase, restarts, image, detail]);

import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import { createMask } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import { type DaemonResult, type LogTail, resultDiagnostic } from "../rollout/index.ts";
import { logTail } from "./pod-log.ts";
import { secretsOf } from "./pod-secrets.ts";

export interface FailureSetting {
  readonly cluster: Cluster;
  readonly stack: StackIr;
  /** The server's clock when it started, and now; milliseconds since 1970. */
  readonly since: number;
  readonly now: number;
  readonly mask: (text: string) => string;
}

/** Why daemons do not run, by their ids, each with its events and the last lines of its log. */
export async function reportFailures(
  results: readonly DaemonResult[],
  setting: FailureSetting,
): Promise<ReadonlyMap<string, Diagnostic>> {
  const failed = results.filter(({ end }) => end !== "ready" && end !== "pending");
  const found = await Promise.all(
    failed.map(async result => [result.daemon, await reportFailure(result, setting)] as const),
  );
  return new Map(found.flatMap(([daemon, failure]) => (failure === undefined ? [] : [[daemon, failure]])));
}

async function reportFailure(result: DaemonResult, setting: FailureSetting): Promise<Diagnostic | undefined> {
  const { cluster, stack, since, now, mask } = setting;
  const daemon = stack.daemons.find(({ id }) => id === result.daemon);
  if (daemon === undefined) return undefined;
  const values = await secretsOf(cluster, result.evidence.deployment);
  const hide = createMask(values ?? []);
  // What a process wrote may hold what it was given: without knowing that, nothing of it is shown.
  const tails = values === undefined ? [] : await logsOf(cluster, result);
  const logs = tails.map(({ of, lines }) => ({ of, lines: lines.map(line => hide(mask(line))) }));
  const { namespace, timing } = cluster;
  return resultDiagnostic(result, { daemon, stack, namespace, timing, mask, logs, now, since });
}

/** What the process wrote, and the one before it where it was started again. */
async function logsOf(cluster: Cluster, { verdict: { pod, restarts } }: DaemonResult): Promise<readonly LogTail[]> {
  if (pod === undefined) return [];
  const wanted = [
    ...(restarts > 0 ? [{ of: "previous" as const, previous: true }] : []),
    { of: "current" as const, previous: false },
  ];
  const tails = await Promise.all(
    wanted.map(async ({ of, previous }) => ({ of, lines: await logTail(cluster, { pod, previous, lines: 20 }) })),
  );
  return tails.filter(({ lines }) => lines.length > 0);
}

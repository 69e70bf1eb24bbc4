import { type Diagnostic, DiagnosticError, finding } from "../../diagnostics/index.ts";
import { localStack } from "../../render/index.ts";
import type { Plan } from "../index.ts";
import { type Deciding, decide } from "./containers/decide.ts";
import { desiredContainers } from "./containers/desired.ts";
import { deletionsOf } from "./deletions.ts";
import type { Host } from "./host.ts";
import { type Observed, observe, observeWanted } from "./observe.ts";
import { liveImages } from "./plan.ts";
import { notFound } from "./status.ts";
import { networkChange, volumeDecisions } from "./surroundings.ts";
import type { Decision } from "./work.ts";

/** What an apply of the recorded revision would change. Only reads, no value of a secret either. */
export async function driftPlan(host: Host, stack: string): Promise<Plan> {
  const observed = await observe(host, stack);
  const { record } = observed;
  // What was applied last, also where nobody has waited for it yet.
  const revision = record?.pending ?? record?.good;
  if (revision === undefined) throw new DiagnosticError([await nothingRecorded(host, stack, observed)]);
  const local = localStack(revision.ir);
  const network = await host.engine.network(local.network.name);
  const [wanted, images] = await Promise.all([
    observeWanted(host, local, { observed, network }),
    liveImages(host, observed, []),
  ]);
  // An image that was pulled meanwhile changes nothing that runs, so no reference is looked up.
  const deciding: Deciding = { observed, wanted, images, pulled: new Map(), secretValues: new Map(), adopt: true };
  const decisions = desiredContainers(local, { source: record?.source })
    .map(container => decide(container, deciding))
    .filter((decided): decided is Decision => "change" in decided);
  const missing = networkChange(local, wanted);
  const volumes = volumeDecisions(local, observed, { wanted, adopt: true }).value;
  const deletions = deletionsOf(observed, new Set(local.daemons.map(({ id }) => id)));
  const changes = [
    ...(missing === undefined ? [] : [missing]),
    ...[...volumes, ...decisions, ...deletions].map(({ change }) => change),
  ];
  return { stack, platform: "local", place: host.engine.address, ir: revision.ir, changes, approximate: false };
}

async function nothingRecorded({ engine }: Host, stack: string, { containers }: Observed): Promise<Diagnostic> {
  if (containers.size === 0) return notFound(engine, stack);
  return finding("state-missing", { argument: "--exit-code" }, { stack });
}

import { type Diagnostic, isError, type Staged } from "../../diagnostics/index.ts";
import { type LocalStack, localStack } from "../../render/index.ts";
import { revisionOf } from "../../state/index.ts";
import { type Change, createMask, type Desired, maskFinding, maskPlan, type Permissions } from "../index.ts";
import type { Image } from "./api/engine.ts";
import { checkNetwork, checkRecord, missingValues } from "./checks.ts";
import { type Deciding, decide } from "./containers/decide.ts";
import { desiredContainers } from "./containers/desired.ts";
import { deletionsOf, leftoversOf } from "./deletions.ts";
import type { Host } from "./host.ts";
import { type Resolved, resolveImages } from "./images/resolve.ts";
import type { WantedImage } from "./images/wanted.ts";
import { type Observed, observe, observeWanted, type Wanted } from "./observe.ts";
import { networkChange, volumeDecisions } from "./surroundings.ts";
import type { Decision, Work } from "./work.ts";

export interface PlanInput {
  readonly desired: Desired;
  readonly permissions: Permissions;
}

/** Everything that speaks against bringing a stack to the engine, or what would be done. Changes nothing. */
export async function planStack(host: Host, input: PlanInput): Promise<Staged<Work | undefined>> {
  const { desired } = input;
  const local = localStack(desired.stack);
  const [observed, images, network] = await Promise.all([
    observe(
      host,
      local.stack,
      local.daemons.map(({ name }) => name),
    ),
    resolveImages(host, wantedImages(local), desired.pull ?? "missing"),
    host.engine.network(local.network.name),
  ]);
  const wanted = await observeWanted(host, local, { observed, network });
  const against = [
    ...missingValues(desired),
    ...checkRecord(input, observed),
    ...checkNetwork(local, wanted),
    ...images.diagnostics,
  ];
  const found = against.some(isError)
    ? { value: undefined, diagnostics: [] }
    : await decideAll(host, { ...input, local, observed, wanted, images: images.value });
  const mask = createMask(desired.secretValues.values());
  const diagnostics = [...against, ...found.diagnostics].map(one => maskFinding(one, mask));
  return { value: found.value === undefined ? undefined : maskPlan(found.value, mask), diagnostics };
}

const wantedImages = ({ daemons }: LocalStack): readonly WantedImage[] =>
  daemons.map(({ id, image, imagePath }) => ({ reference: image, daemon: id, path: imagePath }));

interface Surveyed extends PlanInput {
  readonly local: LocalStack;
  readonly observed: Observed;
  readonly wanted: Wanted;
  readonly images: Resolved;
}

async function decideAll(host: Host, surveyed: Surveyed): Promise<Staged<Work | undefined>> {
  const { desired, permissions, local, observed, wanted, images } = surveyed;
  const containers = desiredContainers(local, { source: desired.source });
  const deciding: Deciding = {
    observed,
    wanted,
    images: new Map([...images.present, ...(await liveImages(host, observed, images.present.values()))]),
    pulled: images.digests,
    secretValues: desired.secretValues,
    adopt: permissions.adopt,
  };
  const decided = containers.map(container => decide(container, deciding));
  const volumes = volumeDecisions(local, observed, { wanted, adopt: permissions.adopt });
  const diagnostics = [...decided.filter(isFinding), ...volumes.diagnostics];
  if (diagnostics.some(isError)) return { value: undefined, diagnostics };
  const decisions = decided.filter((one): one is Decision => !isFinding(one));
  return { value: workOf(host, surveyed, { decisions, volumes: volumes.value }), diagnostics };
}

const isFinding = (decided: Decision | Diagnostic): decided is Diagnostic => "code" in decided;

/** What the containers were made from, by id: their images may have lost their names since. */
export async function liveImages(
  { engine }: Host,
  { containers }: Observed,
  known: Iterable<Image>,
): Promise<ReadonlyMap<string, Image>> {
  const byId = new Map(Array.from(known, image => [image.id, image]));
  const ids = [...new Set(Array.from(containers.values(), ({ imageId }) => imageId))];
  const found = await Promise.all(ids.map(async id => [id, byId.get(id) ?? (await engine.image(id))] as const));
  return new Map(found.flatMap(([id, image]) => (image === undefined ? [] : [[id, image]])));
}

function workOf(
  host: Host,
  { desired, permissions, local, observed, wanted, images }: Surveyed,
  { decisions, volumes }: Pick<Work, "decisions" | "volumes">,
): Work {
  const { stack } = desired;
  const { record } = observed;
  const network = networkChange(local, wanted);
  const deletions = deletionsOf(observed, new Set(local.daemons.map(({ id }) => id)));
  const leftovers = leftoversOf(observed, decisions);
  const changes: readonly Change[] = [
    ...(network === undefined ? [] : [network]),
    ...[...volumes, ...decisions, ...leftovers, ...deletions].map(({ change }) => change),
  ];
  // What runs needs no image any more.
  const made = decisions.filter(({ change: { action } }) => action !== "unchanged" && action !== "update");
  const isMade = (id: string): boolean => made.some(({ desired: { daemon } }) => daemon.id === id);
  const revision = revisionOf(record, { stack, secrets: {}, appliedAt: host.effects.date().toISOString() });
  return {
    stack: local.stack,
    platform: "local",
    place: host.engine.address,
    ir: stack,
    changes,
    approximate: false,
    desired,
    permissions,
    observed,
    decisions,
    deletions,
    leftovers,
    pulls: images.pulls.filter(({ daemon }) => isMade(daemon)),
    network,
    volumes,
    revision,
    isRecorded:
      changes.every(({ action }) => action === "unchanged") &&
      (revision === record?.pending || revision === record?.good) &&
      (desired.source ?? record?.source) === record?.source,
  };
}

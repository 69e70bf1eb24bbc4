import { localLabels } from "../../../render/index.ts";
import type { Container } from "../api/engine.ts";
import { differences } from "../containers/compare.ts";
import type { DesiredContainer } from "../containers/desired.ts";
import { nextName, previousName } from "../containers/names.ts";

/** How a daemon is not as it was recorded. */
export interface Problem {
  readonly kind: "stopped" | "paused" | "removed" | "altered";
  readonly desired: DesiredContainer;
  /** What there is of it, perhaps under another name. */
  readonly live: Container | undefined;
  /** What was altered, in the document's words. */
  readonly fields: readonly string[];
  /** Whether only another container will do. */
  readonly isLost: boolean;
}

/** What is wrong with the container of a daemon, in a way that the engine does not put right by itself. */
export function problemOf(desired: DesiredContainer, containers: ReadonlyMap<string, Container>): Problem | undefined {
  const live = ownContainer(desired, containers);
  if (live === undefined) return { kind: "removed", desired, live, fields: [], isLost: true };
  const { status } = live.state;
  // Whoever removes it is not done yet.
  if (status === "removing") return undefined;
  const changed = differences({ desired, live, image: undefined, liveImage: undefined, secretValues: new Map() });
  const fields = [...(live.name === desired.daemon.name ? [] : ["name"]), ...changed.map(({ field }) => field)];
  const isLost = status === "dead" || changed.some(({ field }) => !isMendable(field, live));
  if (fields.length > 0) return { kind: "altered", desired, live, fields, isLost };
  if (status === "paused") return { kind: "paused", desired, live, fields, isLost };
  return isDown(live) ? { kind: "stopped", desired, live, fields, isLost } : undefined;
}

/** Nobody will start it: an engine that is about to start it again says `restarting`. */
export const isDown = ({ state: { status } }: Container): boolean =>
  status === "exited" || status === "created" || status === "dead";

/** A container keeps its process while its policy is set, or while it is put back on its only network. */
const isMendable = (field: string, { networks }: Container): boolean =>
  field === "restartPolicy" || (field === "network" && networks.length === 0);

/** The container of a daemon by its name; else one that was renamed, or that a repair was about to replace. */
function ownContainer(
  { daemon: { id, name } }: DesiredContainer,
  containers: ReadonlyMap<string, Container>,
): Container | undefined {
  const named = containers.get(name);
  if (named !== undefined) return named;
  const besides = new Set([nextName(name), previousName(name)]);
  const renamed = [...containers.values()].find(
    ({ name: other, labels }) => labels[localLabels.daemon] === id && !besides.has(other),
  );
  return renamed ?? containers.get(previousName(name));
}

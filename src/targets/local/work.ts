import type { Revision } from "../../state/index.ts";
import type { Change, DeletionPermissions, Desired, Plan } from "../index.ts";
import type { Container } from "./api/engine.ts";
import type { DesiredContainer } from "./containers/desired.ts";
import type { WantedImage } from "./images/wanted.ts";
import type { Observed } from "./observe.ts";

/** A plan with what carrying it out takes. */
export interface Work extends Plan {
  /** Nothing is desired where a stack is deleted. */
  readonly desired: Desired | undefined;
  readonly permissions: DeletionPermissions;
  readonly observed: Observed;
  readonly decisions: readonly Decision[];
  readonly deletions: readonly Deletion[];
  /** What a run that was cut short left under a name that is not its last. */
  readonly leftovers: readonly Deletion[];
  /** Images to pull before anything is made. */
  readonly pulls: readonly WantedImage[];
  /** What has to be made before the containers. */
  readonly network: Change | undefined;
  readonly volumes: readonly VolumeDecision[];
  /** What will be recorded. */
  readonly revision: Revision | undefined;
  /** Whether the record says all of this already. */
  readonly isRecorded: boolean;
}

/** What will be done with the container of one daemon. */
export interface Decision {
  readonly change: Change;
  readonly desired: DesiredContainer;
  /** What is there: under its own name, or under the one it has while it is replaced. */
  readonly live: Container | undefined;
}

export interface VolumeDecision {
  readonly change: Change;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Deletion {
  readonly change: Change;
}

export const isWork = (plan: Plan): plan is Work => plan.platform === "local" && "decisions" in plan;

import type { DeploymentRecord } from "../../state/index.ts";
import type { ApplyOptions } from "../index.ts";
import type { Host } from "./host.ts";
import type { Work } from "./work.ts";

/** What carrying out a plan takes besides the plan. */
export interface ApplyContext {
  readonly host: Host;
  readonly options: ApplyOptions;
  /** Makes the plan again, from what is there now; throws where something speaks against it. */
  readonly again: () => Promise<Work>;
  /** Hides known values of secrets. */
  readonly mask: (text: string) => string;
}

/** A plan under way, with what is remembered of it by now. */
export interface Run {
  readonly work: Work;
  readonly context: ApplyContext;
  readonly record: DeploymentRecord;
}

import { daemonLabel, labelValue, stackLabel } from "../../../render/index.ts";
import type { Selector } from "./cluster.ts";

/** Selects what carries the label of a stack, ours or not; or of one of its daemons. */
export const labelled = (stack: string, daemon?: string): Required<Pick<Selector, "labels">> => {
  const own = `${stackLabel}=${labelValue(stack)}`;
  return { labels: daemon === undefined ? own : `${own},${daemonLabel}=${labelValue(daemon)}` };
};

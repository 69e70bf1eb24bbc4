import type { StackIr } from "../../ir/index.ts";
import { localLabels } from "../../render/index.ts";
import { bareStack } from "../index.ts";
import type { ContainerSummary } from "./api/engine.ts";

/** What is known of a stack whose document nobody has: its name and its daemons. */
export function unknownStack(stack: string, containers: Iterable<Pick<ContainerSummary, "labels">>): StackIr {
  const ids = new Set([...containers].flatMap(({ labels }) => labels[localLabels.daemon] ?? []));
  return bareStack(stack, [...ids].sort());
}

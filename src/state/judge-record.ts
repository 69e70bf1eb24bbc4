import { irVersion } from "../ir/index.ts";
import { type DeploymentRecord, recordVersion } from "./record.ts";
import { recordProblem } from "./record-shape.ts";
import type { StackState } from "./stack-state.ts";

/** What was remembered: a record of the stack, or why it is none. */
export type JudgedRecord =
  | { readonly kind: "record"; readonly record: DeploymentRecord }
  | { readonly kind: "newer"; readonly version: string }
  /** It is the record of another stack. */
  | { readonly kind: "foreign" }
  /** `field` is the path of the first field that is not what it has to be. */
  | { readonly kind: "damaged"; readonly field: string };

interface Versions {
  readonly formatVersion?: unknown;
  readonly stack?: unknown;
  readonly good?: { readonly ir?: { readonly irVersion?: unknown } };
  readonly pending?: { readonly ir?: { readonly irVersion?: unknown } };
}

/** Tells what is newer from what is damaged, even where everything else changed. */
export function judgeRecord(
  value: unknown,
  { stack, platform }: { readonly stack: string; readonly platform: StackState["platform"] },
): JudgedRecord {
  const { formatVersion, good, pending, stack: recorded } = (value ?? {}) as Versions;
  const versions = [
    [formatVersion, recordVersion],
    [good?.ir?.irVersion, irVersion],
    [pending?.ir?.irVersion, irVersion],
  ] as const;
  const newer = versions.find(([found, known]) => typeof found === "number" && found > known);
  if (newer !== undefined) return { kind: "newer", version: String(newer[0]) };
  if (typeof recorded === "string" && recorded !== stack) return { kind: "foreign" };
  const field = formatVersion === recordVersion ? recordProblem(value, { stack, platform }) : "/formatVersion";
  return field === undefined ? { kind: "record", record: value as DeploymentRecord } : { kind: "damaged", field };
}

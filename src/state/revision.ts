import type { StackIr } from "../ir/index.ts";
import type { DeploymentRecord, Revision } from "./record.ts";

export interface RevisionInput {
  readonly stack: StackIr;
  readonly secrets: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly appliedAt: string;
}

/** The revision to be recorded: one that is recorded already where it says the same. */
export function revisionOf(
  record: DeploymentRecord | undefined,
  { stack, secrets, appliedAt }: RevisionInput,
): Revision {
  const known = [record?.pending, record?.pending === undefined ? record?.good : undefined].find(
    revision => revision !== undefined && saysSame(revision, stack, secrets),
  );
  const number = Math.max(record?.good?.number ?? 0, record?.pending?.number ?? 0) + 1;
  return known ?? { number, ir: stack, secrets, appliedAt };
}

/** The IR is plain and its lists are sorted, so equal stacks have equal text. */
const saysSame = (revision: Revision, stack: StackIr, secrets: Readonly<Record<string, string>>): boolean =>
  JSON.stringify(revision.ir) === JSON.stringify(stack) && JSON.stringify(revision.secrets) === JSON.stringify(secrets);

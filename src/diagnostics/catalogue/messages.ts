import { plural } from "./entry.ts";

/** "2 errors, 1 warning": the last line of a report. */
export const summary = ({
  errorCount,
  warningCount,
}: {
  readonly errorCount: number;
  readonly warningCount: number;
}): string =>
  [
    ...(errorCount > 0 ? [plural(errorCount, "error")] : []),
    ...(warningCount > 0 ? [plural(warningCount, "warning")] : []),
  ].join(", ");

/** Beside a finding at an alias: where the value stands. */
export const fromAnchor = "the value stands here";

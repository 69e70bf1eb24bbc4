import { type Diagnostic, isError } from "../diagnostics/index.ts";
import { exit } from "./world.ts";

/** Findings that say nothing about the document: what runs is not what should run, or somebody else is at work. */
const failures: ReadonlySet<string> = new Set([
  "lock-held",
  "lock-lost",
  "stack-busy",
  "record-moved",
  "rollback-failed",
  "delete-stuck",
  "stack-not-found",
  "drifted",
  "state-missing",
]);

/** The cluster was reached, and does not allow it. */
const forbidden: ReadonlySet<string> = new Set(["rights-missing", "cannot-grant"]);

/** The exit code that findings of a target deserve. */
export function exitOf(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(isError);
  if (errors.length === 0) return exit.ok;
  const codes = errors.map(codeOf);
  // What is worst for whoever reads the code: not reached, then failed, then refused.
  return [exit.interrupted, exit.unreachable, exit.failed].find(code => codes.includes(code)) ?? exit.refused;
}

/** Clusters and engines that cannot be reached. */
const connecting = /^AL(60..|630.|6310)$/;
/** Daemons that do not run, and images that cannot be had. */
const failing = /^AL(62..|631[2-9]|6320|633.)$/;

function codeOf({ name, code }: Diagnostic): number {
  if (name === "interrupted") return exit.interrupted;
  if (connecting.test(code) || forbidden.has(name)) return exit.unreachable;
  return failing.test(code) || failures.has(name) ? exit.failed : exit.refused;
}

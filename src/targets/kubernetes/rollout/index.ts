export type { Cause } from "./cause.ts";
export type { LogTail } from "./details.ts";
export { type Evidence, evidenceOf, type Observed } from "./evidence.ts";
export { type JudgeOptions, judge, type Verdict } from "./judge.ts";
export { podView } from "./pod-view.ts";
export { type FailureContext, resultDiagnostic } from "./report.ts";
export { type AwaitedDaemon, type DaemonResult, type WaitInput, waitForDaemons } from "./wait.ts";

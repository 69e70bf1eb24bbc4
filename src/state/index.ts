export { type JudgedRecord, judgeRecord } from "./judge-record.ts";
export { type DaemonState, observedState } from "./observed-state.ts";
export { formatOutputs, type OutputFormat, stackStatus } from "./outputs.ts";
export * from "./record.ts";
export { revisionOf } from "./revision.ts";
export * from "./stack-state.ts";

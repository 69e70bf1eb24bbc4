export { formatOutputs, type OutputFormat, stackStatus } from "./outputs.ts";
export * from "./record.ts";
export { recordProblem } from "./record-shape.ts";
export * from "./stack-state.ts";

export { digestOf } from "./digest.ts";
export type { Effects } from "./effects.ts";
export { maskFinding, maskPlan } from "./mask-findings.ts";
export { createDocumentMask, createMask } from "./masking.ts";
export * from "./plan.ts";
export { changeDigest, digestKey, type PlanFile, readPlanFile, writePlanFile } from "./plan-file.ts";
export type { DaemonProgress, OnProgress, Progress } from "./progress.ts";
export * from "./target.ts";
export { defaultTiming, type Timing } from "./timing.ts";

export type { Effects } from "./effects.ts";
export * from "./plan.ts";
export type { DaemonProgress, OnProgress, Progress } from "./progress.ts";
export * from "./target.ts";
export { defaultTiming, type Timing } from "./timing.ts";

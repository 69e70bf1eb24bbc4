export * from "./record.ts";
export * from "./stack-state.ts";

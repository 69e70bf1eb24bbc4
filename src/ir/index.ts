export * from "./binding.ts";
export * from "./daemon.ts";
export * from "./kinds.ts";
export * from "./local-mount.ts";
export * from "./platforms.ts";
export * from "./stack.ts";
export * from "./vault.ts";

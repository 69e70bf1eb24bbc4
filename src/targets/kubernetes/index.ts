export type { OpenOptions } from "./open-options.ts";
export { openKubernetes } from "./target.ts";

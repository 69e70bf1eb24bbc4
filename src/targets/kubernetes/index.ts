export type { OpenOptions } from "./api/open-options.ts";
export { openKubernetes } from "./target.ts";

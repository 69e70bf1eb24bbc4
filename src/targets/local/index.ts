export type { OpenOptions } from "./open-options.ts";
export { openLocal } from "./target.ts";

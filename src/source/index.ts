export { decodeSource, type SourceFile, tooLarge } from "./decode.ts";
export { applyFlags, type Flags } from "./flags.ts";
export type { Mapping } from "./layers.ts";
export { limits } from "./limits.ts";
export { readSource, type SourceTree } from "./read.ts";

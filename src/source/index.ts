export { decodeSource, type SourceFile, tooLarge } from "./decode.ts";
export { isMapping, type Mapping } from "./layers.ts";
export { limits } from "./limits.ts";
export { type Override, override } from "./override.ts";
export { readSource, type SourceTree } from "./read.ts";

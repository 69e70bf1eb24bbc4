export type * from "./generated/document.ts";
export { validate } from "./validate.ts";

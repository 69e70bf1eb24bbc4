export { fromStack, stackPath } from "./from-stack.ts";
export { type Baggage, isStackJson, type JsonObject } from "./stack-json.ts";
export { toStack } from "./to-stack.ts";

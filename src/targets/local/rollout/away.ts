import { EngineError } from "../api/error.ts";

/** What else is said by an engine that works, and will be said again. */
const notImplemented = 501;

/** Whether the engine did not answer, or failed itself: it may be starting. */
export const isAway = (cause: unknown): boolean =>
  cause instanceof EngineError && (cause.status === 0 || cause.status >= 500) && cause.status !== notImplemented;

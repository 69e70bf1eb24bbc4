/** A call that the engine refused, or that had no answer. */
export class EngineError extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The system's word for why there was none, such as `ECONNREFUSED`; else empty. */
  readonly code: string;

  constructor(
    message: string,
    { status, code = "", cause }: { readonly status: number; readonly code?: string; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.name = "EngineError";
    this.status = status;
    this.code = code;
  }
}

export const isStatus = (cause: unknown, ...statuses: readonly number[]): cause is EngineError =>
  cause instanceof EngineError && statuses.includes(cause.status);

/** One reason the server gives for refusing a request. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** A request that the server refused, or that had no answer. */
export class ApiError extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The server's word for it, such as `NotFound`; or the system's, such as `ECONNREFUSED`. */
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    {
      status,
      reason = "",
      causes = [],
      retryAfter,
      cause,
    }: {
      readonly status: number;
      readonly reason?: string | undefined;
      readonly causes?: readonly StatusCause[] | undefined;
      readonly retryAfter?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause });
    this.name = "ApiError";
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfter = retryAfter;
  }
}

/** What an answer gives, or something else where it is forbidden to ask. */
export async function unlessForbidden<T, E>(answer: Promise<T>, otherwise: E): Promise<T | E> {
  try {
    return await answer;
  } catch (cause) {
    if (isStatus(cause, 403)) return otherwise;
    throw cause;
  }
}

export const isStatus = (cause: unknown, ...statuses: readonly number[]): cause is ApiError =>
  cause instanceof ApiError && statuses.includes(cause.status);

/** There is no answer because the server's certificate is not trusted. */
export const isCertificate = ({ status, reason }: ApiError): boolean =>
  status === 0 && /CERT|^UNABLE_TO_|SIGNED/.test(reason);

import type { CredentialSource } from "./credentials.ts";

interface EngineErrorOptions {
  readonly status: number;
  readonly code?: string;
  readonly credentials?: CredentialSource | undefined;
  readonly hasRepository?: boolean | undefined;
  readonly cause?: unknown;
}

/** A call that the engine refused, or that had no answer. */
export class EngineError extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The system's word for why there was none, such as `ECONNREFUSED`; else empty. */
  readonly code: string;
  /** Where the credentials come from that a registry was asked with. */
  readonly credentials: CredentialSource | undefined;
  /** Whether the registry has the repository of the image that it has not; undefined where it does not say. */
  readonly hasRepository: boolean | undefined;

  constructor(message: string, { status, code = "", credentials, hasRepository, cause }: EngineErrorOptions) {
    super(message, { cause });
    this.name = "EngineError";
    this.status = status;
    this.code = code;
    this.credentials = credentials;
    this.hasRepository = hasRepository;
  }
}

export const isStatus = (cause: unknown, ...statuses: readonly number[]): cause is EngineError =>
  cause instanceof EngineError && statuses.includes(cause.status);

/** The engine answered, and would not; asking again would be no use. */
export const isRefusal = (cause: unknown): cause is EngineError => cause instanceof EngineError && cause.status > 0;

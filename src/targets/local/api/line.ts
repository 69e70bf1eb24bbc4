import type { AuthConfig } from "./credentials.ts";

/** One call of the engine. */
export interface EngineRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is. */
  readonly file?: Uint8Array;
  readonly auth?: AuthConfig | undefined;
  /** Whether the answer may take its time; then it does not take the connection of a call. */
  readonly isLong?: boolean;
}

/** What comes back, as it comes. */
export interface Answer extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** All of it, where it came as a whole. */
  readonly whole?: Uint8Array;
}

/** A line to an engine: each request is sent once. */
export interface Line {
  /** Resolves with any answer, also one that refuses; rejects with the system's error. The signal ends it, and the answer. */
  send(request: EngineRequest, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

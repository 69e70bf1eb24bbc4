import type { Host } from "./host.ts";

/** What a shell gives, so that an engine can be worked on. */
export interface OpenOptions
  extends Pick<Host, "effects" | "timing" | "onProgress" | "signal" | "holder" | "lockTimeout"> {
  readonly connect: ConnectOptions;
  /** Absolute path of the directory in which is remembered what was deployed. */
  readonly stateDirectory: string;
}

/** Where the engine is, as the Docker CLI would find it. */
export interface ConnectOptions {
  /** Name of a Docker context; the flag's. */
  readonly context?: string;
  /** `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_AUTH_CONFIG`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`, `HOME`, `USERPROFILE`, `PATH`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

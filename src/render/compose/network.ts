import { networkOptions } from "../local/settings.ts";
import type { LocalNetwork } from "../local/stack.ts";
import type { ComposeFile, ComposeService } from "./compose-file.ts";
import { escapeDollars } from "./interpolation.ts";

/** What a network is to the file as a whole, and to each service. */
export interface JoinedNetwork {
  readonly file: Pick<ComposeFile, "networks">;
  readonly service: Pick<ComposeService, "network_mode">;
}

/** The engine's own networks: Compose cannot join them by name, because they know no aliases. */
const predefined: ReadonlySet<string> = new Set(["bridge", "host", "none"]);

/**
 * The network that the document names, or one of the project's own.
 * Compose refuses a network of that name that it did not make, so the one that `apply` shares is not used.
 */
export function joinedNetwork({ name, path }: LocalNetwork): JoinedNetwork {
  if (path === undefined) {
    return { file: { networks: { default: { driver: "bridge", driver_opts: networkOptions } } }, service: {} };
  }
  if (predefined.has(name)) return { file: {}, service: { network_mode: name } };
  return { file: { networks: { default: { name: escapeDollars(name), external: true } } }, service: {} };
}

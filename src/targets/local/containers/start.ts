import { sharedNetwork } from "../../../render/index.ts";
import { isRefusal, isStatus } from "../api/error.ts";
import type { Host } from "../host.ts";
import { ensureNetwork } from "../surroundings.ts";

/** Before each further try, in milliseconds. */
const pauses: readonly number[] = [500, 1_000, 2_000, 4_000];

const isAboutNetwork = new RegExp(`\\bnetwork ${sharedNetwork} not found`);

/**
 * Starts a container. An engine that fails itself may be about to end, or just have begun: it is asked again for a while,
 * and nobody else would start it then. The shared network is made again, should the last other stack have taken it away
 * just now. Throws what the engine says last.
 */
export async function startContainer({ engine, effects, signal }: Host, id: string): Promise<void> {
  for (const pause of pauses) {
    try {
      return await engine.startContainer(id);
    } catch (cause) {
      if (isStatus(cause, 404) && isAboutNetwork.test(cause.message)) await ensureNetwork({ engine }, sharedNetwork);
      else if (!isRefusal(cause) || cause.status < 500) throw cause;
      else await effects.sleep(pause, signal);
    }
  }
  await engine.startContainer(id);
}

/** A process that cannot be started is the daemon's matter: waiting for it finds out why, and says so at its line. */
export async function unlessRefused(starting: Promise<void>): Promise<void> {
  try {
    await starting;
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
  }
}

import { localLabels, stackLabels } from "../../../render/index.ts";
import type { Engine } from "../api/engine.ts";
import type { Host } from "../host.ts";
import { emptyArchive } from "./archive.ts";

/** Where the volume is in a helper. */
export const volumeMount = "/vault";

/**
 * Works on a volume through a container that is never started: that reaches the volume of a remote engine too, and runs
 * nothing. Its image is empty. Both are gone afterwards; those of a run that died, before. Needs the stack's lock.
 */
export async function withVolume<T>(
  host: Host,
  { stack, volume }: { readonly stack: string; readonly volume: string },
  work: (id: string) => Promise<T>,
): Promise<T> {
  const { engine, effects } = host;
  const [image, labels] = [imageOf(stack), { ...stackLabels(stack), [localLabels.helper]: "vault" }];
  await removeHelpers(engine, stack);
  await engine.importImage(await emptyArchive(), image);
  try {
    const mounts = [{ volume, target: volumeMount }];
    const name = `${volume}.helper-${Math.floor(effects.random() * 0x1_0000_0000).toString(16)}`;
    const id = await engine.createContainer(name, { image, environment: [], labels, network: "none", mounts });
    return await work(id);
  } finally {
    await cleanUp(host, stack);
  }
}

/** An interrupt ends the work, and leaves nothing either. */
async function cleanUp(host: Host, stack: string): Promise<void> {
  if (!host.signal.aborted) return removeHelpers(host.engine, stack);
  const { engine } = host.afterSignal();
  try {
    await removeHelpers(engine, stack);
  } finally {
    engine.close();
  }
}

/** Removes what was made to reach the volumes of a stack. */
export async function removeHelpers(engine: Engine, stack: string): Promise<void> {
  const labels = { ...stackLabels(stack), [localLabels.helper]: "vault" };
  const found = await engine.containers(Object.entries(labels).map(([name, value]) => `${name}=${value}`));
  for (const { id } of found) await engine.removeContainer(id);
  const image = imageOf(stack);
  if ((await engine.image(image)) !== undefined) await engine.removeImage(image);
}

/** One for each stack: only the stack's lock keeps two from making it at a time. */
const imageOf = (stack: string): string => `alien-compile/vault:stack-${stack}`;

import { repairText } from "../../../diagnostics/index.ts";
import { localLabels } from "../../../render/index.ts";
import type { Container } from "../api/engine.ts";
import { restartPolicy } from "../containers/compare.ts";
import { makeContainer } from "../containers/make.ts";
import { nextName, previousName } from "../containers/names.ts";
import { moveIn } from "../containers/replace.ts";
import { startContainer } from "../containers/start.ts";
import type { Host } from "../host.ts";
import { pullImages } from "../images/pull.ts";
import { ensureNetwork, volumeLabels } from "../surroundings.ts";
import type { GoodRevision, Look, Place } from "./look.ts";
import { isDown, type Problem } from "./problems.ts";

/** Puts right what can be put right while the container stays: its process goes on, or is started. */
export async function mendContainer({ engine }: Host, { desired, live }: Mendable): Promise<void> {
  const { name } = desired.daemon;
  if (live.name !== name) await engine.renameContainer(live.id, name);
  if (live.restartPolicy !== restartPolicy) await engine.setRestartPolicy(live.id, restartPolicy);
  if (live.networks.length === 0) await engine.connectNetwork(desired.network, live.id);
  if (live.state.status === "paused") await engine.unpauseContainer(live.id);
  if (isDown(live)) await engine.startContainer(live.id);
}

interface Mendable extends Pick<Problem, "desired"> {
  readonly live: Container;
}

/** Removes what a repair that was cut short has left. */
export async function clearAway({ engine }: Host, { desired, live }: Problem, look: Look): Promise<void> {
  for (const name of [nextName(desired.daemon.name), previousName(desired.daemon.name)]) {
    const left = look.containers.get(name);
    if (left !== undefined && left.id !== live?.id) await engine.removeContainer(left.id);
  }
}

/** Makes the container of a daemon anew, and lets it take the place of what is there of it. Its secret values are filled in. */
export async function makeAnew(
  { host, info }: Place,
  { desired, live }: Pick<Problem, "desired" | "live">,
): Promise<void> {
  const { name } = desired.daemon;
  const next = await makeContainer(host, desired, { name: nextName(name), info, reveal: () => "" });
  await moveIn(host, name, { live, next });
  await startContainer(host, next);
  if (live !== undefined) await host.engine.removeContainer(live.id);
}

/** Brings back what the containers need. Says what cannot be had. */
export async function prepareSurroundings(
  { host, stack }: Place,
  { local }: GoodRevision,
  { desired: { daemon, network }, live, isLost }: Problem,
): Promise<string | undefined> {
  const { engine } = host;
  const isShared = local.network.path === undefined;
  if (isShared) await ensureNetwork(host, network);
  const holder = live?.name === daemon.name ? undefined : await engine.container(daemon.name);
  if (holder !== undefined) return repairText.foreign("container", daemon.name);
  if (!isLost) return undefined;
  for (const volume of local.volumes.filter(({ name }) => daemon.mounts.some(mount => mount.volume === name))) {
    const labels = volumeLabels(stack, volume);
    const found = await engine.volume(volume.name);
    if (found === undefined) await engine.createVolume({ name: volume.name, labels });
    else if (found.labels[localLabels.stack] !== stack) return repairText.foreign("volume", volume.name);
  }
  if ((await engine.image(daemon.image)) !== undefined) return undefined;
  const [refused] = await pullImages(host, [{ reference: daemon.image, daemon: daemon.id, path: daemon.imagePath }]);
  return refused?.message;
}

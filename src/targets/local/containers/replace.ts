import type { Container } from "../api/engine.ts";
import type { Host } from "../host.ts";
import { restartPolicy } from "./compare.ts";
import { stopSeconds } from "./make.ts";
import { nextName, previousName } from "./names.ts";
import { startContainer } from "./start.ts";

export interface Swap {
  /** The container that has the name, or had it. */
  readonly live: Pick<Container, "id" | "name" | "restartPolicy"> | undefined;
  /** Id of the one that was made. */
  readonly next: string;
}

/**
 * Puts the container that was made as the next one into the place of the one that is there, without starting it. The old
 * process has ended then; its container is kept under another name.
 */
export async function moveIn({ engine }: Host, name: string, { live, next }: Swap): Promise<void> {
  if (live !== undefined) {
    // With that policy the engine would start it again when it starts itself.
    if (live.restartPolicy === "always") await engine.setRestartPolicy(live.id, restartPolicy);
    await engine.stopContainer(live.id, stopSeconds);
    if (live.name !== previousName(name)) await engine.renameContainer(live.id, previousName(name));
  }
  await engine.renameContainer(next, name);
}

/**
 * Brings the container back that was replaced: what has its name by now goes first. Says whether there was one. Where the
 * live one was not replaced yet, it runs at least.
 */
export async function swapBack(host: Host, name: string, live: Pick<Container, "id"> | undefined): Promise<boolean> {
  const { engine } = host;
  const [current, previous, next] = await Promise.all(
    [name, previousName(name), nextName(name)].map(one => engine.container(one)),
  );
  if (next !== undefined) await engine.removeContainer(next.id);
  if (previous === undefined) {
    // It may have been stopped, and nothing else was done with it.
    if (current?.id === live?.id && current?.state.status === "exited") await startContainer(host, current.id);
    return false;
  }
  if (current !== undefined) {
    await engine.stopContainer(current.id, stopSeconds);
    await engine.removeContainer(current.id);
  }
  await engine.renameContainer(previous.id, name);
  await startContainer(host, previous.id);
  return true;
}

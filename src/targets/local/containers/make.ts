import { containerSettings } from "../../../render/index.ts";
import type { EngineInfo } from "../api/engine.ts";
import type { Host } from "../host.ts";
import { containerSpec, type DesiredContainer } from "./desired.ts";
import { writableDirectories } from "./writable-directories.ts";

export interface MakeOptions {
  /** The name it gets, which may be one for the time being. */
  readonly name: string;
  readonly info: EngineInfo;
  /** The value of a secret. */
  readonly reveal: (secret: string) => string;
}

/** Makes the container of a daemon without starting it, its volumes writable for any user. Returns its id. */
export async function makeContainer(
  { engine }: Host,
  desired: DesiredContainer,
  { name, ...options }: MakeOptions,
): Promise<string> {
  const id = await engine.createContainer(name, containerSpec(desired, options));
  const { mounts } = desired.daemon;
  if (mounts.length > 0) await engine.putArchive(id, "/", writableDirectories(mounts.map(({ target }) => target)));
  return id;
}

export const { stopSeconds } = containerSettings;

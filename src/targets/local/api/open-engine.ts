import { architectureOf, hasTexts } from "./answers.ts";
import type { CallSetting, Calls } from "./calls.ts";
import { containersOf } from "./containers-api.ts";
import type { Engine, EngineInfo } from "./engine.ts";
import { imagesOf, type RegistryAccess } from "./images-api.ts";
import { networksOf, volumesOf } from "./networks-api.ts";
import { streamsOf } from "./streams-api.ts";

export interface EngineSetting extends CallSetting, RegistryAccess {
  readonly address: string;
}

/** An engine behind calls. Nothing is sent before it is asked for something. */
export const createEngine = (calls: Calls, { address, ...setting }: EngineSetting): Engine => ({
  address,
  info: () => inform(calls),
  ...containersOf(calls, setting),
  ...imagesOf(calls, setting),
  ...networksOf(calls),
  ...volumesOf(calls),
  ...streamsOf(calls),
  close: () => calls.close(),
});

async function inform(calls: Calls): Promise<EngineInfo> {
  const request = { method: "GET", path: "/info" } as const;
  const found = await calls.json(
    request,
    hasTexts("ID", "ServerVersion", "LoggingDriver", "OSType", "Architecture", "SystemTime"),
  );
  return {
    id: idOf(found),
    version: found.ServerVersion,
    logDriver: found.LoggingDriver,
    operatingSystem: found.OSType,
    architecture: architectureOf(found.Architecture),
    time: Date.parse(found.SystemTime),
  };
}

/** Podman makes up another id for each answer. Where its data is stays the same. */
function idOf(found: { readonly ID: string }): string {
  const isPodman = hasTexts("BuildahVersion", "Name", "DockerRootDir")(found);
  return isPodman ? `podman:${found.Name}:${found.DockerRootDir}` : found.ID;
}

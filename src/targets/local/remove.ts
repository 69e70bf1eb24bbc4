import { createGate } from "../index.ts";
import type { ContainerSummary } from "./api/engine.ts";
import { stopSeconds } from "./containers/make.ts";
import type { Host } from "./host.ts";
import { parallel } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";

/** Stops and removes containers; each is asked to end first. */
export async function removeAll(
  host: Host,
  containers: readonly Pick<ContainerSummary, "id" | "name">[],
): Promise<void> {
  const gate = createGate(parallel);
  await Promise.all(
    containers.map(({ id, name }) =>
      gate(async () => {
        await host.engine.stopContainer(id, stopSeconds);
        await host.engine.removeContainer(id);
        host.onProgress({ kind: "written", action: "delete", object: dockerRef("Container", name) });
      }),
    ),
  );
}

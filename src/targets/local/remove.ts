import { localLabels, manager } from "../../render/index.ts";
import { createGate } from "../index.ts";
import { allEnded } from "./all-ended.ts";
import type { ContainerSummary } from "./api/engine.ts";
import { stopSeconds } from "./containers/make.ts";
import type { Host } from "./host.ts";
import { parallel } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";

/** Stops and removes containers; each is asked to end first. In volumes of what others made may be data of theirs. */
export async function removeAll(
  host: Host,
  containers: readonly Pick<ContainerSummary, "id" | "name" | "labels">[],
): Promise<void> {
  const gate = createGate(parallel);
  await allEnded(
    containers.map(({ id, name, labels }) =>
      gate(async () => {
        await host.engine.stopContainer(id, stopSeconds);
        await host.engine.removeContainer(id, { keepsVolumes: labels[localLabels.manager] !== manager });
        host.onProgress({ kind: "written", action: "delete", object: dockerRef("Container", name) });
      }),
    ),
  );
}

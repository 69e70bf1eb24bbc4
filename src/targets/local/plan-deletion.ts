import type { Staged } from "../../diagnostics/index.ts";
import { localLabels } from "../../render/index.ts";
import type { Change, DeletionPermissions } from "../index.ts";
import type { Host } from "./host.ts";
import { type Observed, observe } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";
import { unknownStack } from "./unknown-stack.ts";
import type { VolumeDecision, Work } from "./work.ts";

/** What would be done to leave nothing of a stack but its data. Undefined, without findings, where there is nothing. */
export async function planDeletion(
  host: Host,
  stack: string,
  permissions: DeletionPermissions,
): Promise<Staged<Work | undefined>> {
  const observed = await observe(host, stack);
  const volumes = permissions.purge ? volumeDeletions(observed) : [];
  const { containers, record, isRebuilt } = observed;
  const isNothing = containers.size === 0 && (record === undefined || isRebuilt) && volumes.length === 0;
  if (isNothing) return { value: undefined, diagnostics: [] };
  return { value: workOf(host, { stack, permissions, observed, volumes }), diagnostics: [] };
}

const volumeDeletions = ({ volumes }: Observed): readonly VolumeDecision[] =>
  [...volumes.values()].map(({ name, labels }) => ({
    change: deletion({ object: dockerRef("Volume", name) }),
    labels,
  }));

const deletion = (about: Pick<Change, "object"> & Partial<Pick<Change, "uid" | "daemon">>): Change => ({
  action: "delete",
  path: "/stack",
  reason: { kind: "no-longer-declared" },
  fields: [],
  ...about,
});

function workOf(
  host: Host,
  { stack, permissions, observed, volumes }: Pick<Work, "stack" | "permissions" | "observed" | "volumes">,
): Work {
  const { record } = observed;
  const deletions = Array.from(observed.containers.values(), ({ id, name, labels }) => {
    const daemon = labels[localLabels.daemon];
    const whose = daemon === undefined ? {} : { daemon };
    return { change: deletion({ object: dockerRef("Container", name), uid: id, ...whose }) };
  });
  return {
    stack,
    platform: "local",
    place: host.engine.address,
    ir: record?.pending?.ir ?? record?.good?.ir ?? unknownStack(stack, observed.containers.values()),
    changes: [...deletions, ...volumes].map(({ change }) => change),
    approximate: false,
    desired: undefined,
    permissions,
    observed,
    decisions: [],
    deletions,
    leftovers: [],
    pulls: [],
    network: undefined,
    volumes,
    revision: undefined,
    isRecorded: false,
  };
}

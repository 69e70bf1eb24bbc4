import { type Diagnostic, finding, key } from "../../../diagnostics/index.ts";
import { localLabels } from "../../../render/index.ts";
import type { Action, Change, FieldChange, Reason } from "../../index.ts";
import type { Container, Image } from "../api/engine.ts";
import type { Observed, Wanted } from "../observe.ts";
import { dockerRef } from "../record/inventory.ts";
import type { Decision } from "../work.ts";
import { differences, type SecretValues, secretNames, shortId } from "./compare.ts";
import { type DesiredContainer, wasDeclaredSo } from "./desired.ts";
import { previousName } from "./names.ts";

export interface Deciding {
  readonly observed: Observed;
  readonly wanted: Pick<Wanted, "foreign" | "network">;
  /** What references and ids name now, where the engine has it. */
  readonly images: ReadonlyMap<string, Image>;
  /** References that will name another image once they are pulled, with the digest they will have. */
  readonly pulled: ReadonlyMap<string, string>;
  readonly secretValues: SecretValues;
  readonly adopt: boolean;
}

/** What will be done with the container of one daemon, or what speaks against it. */
export function decide(desired: DesiredContainer, deciding: Deciding): Decision | Diagnostic {
  const { name, path } = desired.daemon;
  const { observed, wanted, adopt } = deciding;
  const foreign = wanted.foreign.get(name);
  if (foreign !== undefined) {
    const owner = ownerOf(foreign);
    if (!adopt) return finding("object-not-ours", key(path), { kind: "Container", name, owner });
    return decision("adopt", { desired, live: foreign, reason: { kind: "not-ours", owner } });
  }
  const live = observed.containers.get(name) ?? observed.containers.get(previousName(name));
  if (live === undefined) return decision("create", { desired, live, reason: { kind: "not-there" } });
  return compared(desired, live, deciding);
}

/** Who made a container, in a few words that are names. */
function ownerOf({ labels }: Container): string {
  const stack = labels[localLabels.stack];
  if (stack !== undefined) return `stack ${stack}`;
  const project = labels["com.docker.compose.project"];
  return project === undefined ? "somebody else" : `Compose project ${project}`;
}

function compared(desired: DesiredContainer, live: Container, deciding: Deciding): Decision {
  const { images, pulled, secretValues, wanted } = deciding;
  const { image } = desired.daemon;
  const digest = pulled.get(image);
  const fields = differences({
    desired,
    live,
    image: images.get(image),
    liveImage: images.get(live.imageId),
    secretValues,
    networkId: wanted.network?.id ?? "",
  });
  if (digest !== undefined && live.image === image) {
    const before = images.get(live.imageId)?.digests[0]?.replace(/^[^@]*@/, "") ?? live.imageId;
    const reason = { kind: "image-changed", before: shortId(before), after: shortId(digest) } as const;
    return decision("replace", { desired, live, reason, fields });
  }
  const others = fields.filter(({ field }) => field !== "restartPolicy");
  if (others.length > 0) return decision("replace", { desired, live, reason: reasonOf(desired, live, others), fields });
  if (live.name !== desired.daemon.name) return decision("update", { desired, live, reason: { kind: "interrupted" } });
  if (fields.length > 0)
    return decision("update", { desired, live, reason: { kind: "drifted", managers: [] }, fields });
  if (isUp(live)) return decision("unchanged", { desired, live, reason: { kind: "same" } });
  return decision("update", { desired, live, reason: { kind: "stopped" } });
}

/** The engine runs it, or is about to start it again by itself. */
const isUp = ({ state: { status } }: Container): boolean => status === "running" || status === "restarting";

function reasonOf(desired: DesiredContainer, live: Container, fields: readonly FieldChange[]): Reason {
  const [first] = fields;
  if (fields.every(({ secret }) => secret)) {
    const names = secretNames(live);
    const keys = fields.map(({ field }) => field.slice("environment.".length)).filter(name => names.has(name));
    if (keys.length > 0) return { kind: "secret-changed", keys };
  }
  if (!wasDeclaredSo(desired, live.labels)) return { kind: "declared" };
  if (first?.field !== "image") return { kind: "drifted", managers: [] };
  return { kind: "image-changed", before: String(first.before), after: String(first.after) };
}

interface Decided extends Omit<Decision, "change"> {
  readonly reason: Reason;
  readonly fields?: readonly FieldChange[];
}

function decision(action: Action, { desired, live, reason, fields = [] }: Decided): Decision {
  const { id, name, path } = desired.daemon;
  const change: Change = {
    action,
    object: dockerRef("Container", name),
    ...(live === undefined ? {} : { uid: live.id }),
    path,
    daemon: id,
    reason,
    fields: action === "create" ? createdFields(desired) : fields,
  };
  return { change, desired, live };
}

/** What a new container says of itself in a plan. */
const createdFields = ({ daemon: { image, imagePath } }: DesiredContainer): readonly FieldChange[] => [
  { field: "image", path: imagePath, after: image },
];

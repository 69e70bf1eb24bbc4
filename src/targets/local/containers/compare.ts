import { containerSettings, type LocalVariable, localLabels } from "../../../render/index.ts";
import type { FieldChange } from "../../index.ts";
import type { Container, Image } from "../api/engine.ts";
import type { DesiredContainer } from "./desired.ts";

/** Values by name of secret; those that are not known are not compared. */
export type SecretValues = ReadonlyMap<string, string>;

export interface Comparison {
  readonly desired: DesiredContainer;
  readonly live: Container;
  /** What the reference of the live container names now, and what it was made from, where the engine has them. */
  readonly image: Image | undefined;
  readonly liveImage: Image | undefined;
  readonly secretValues: SecretValues;
  /** Id of the network that has the wanted name now; left out where nobody looked, empty where it is not there. */
  readonly networkId?: string;
}

export const { restartPolicy } = containerSettings;

/** What differs between a container and what the document wants, in the document's words, the image first. */
export const differences = (comparison: Comparison): readonly FieldChange[] => [
  ...imageChanges(comparison),
  ...environmentChanges(comparison),
  ...mountChanges(comparison),
  ...networkChanges(comparison),
  ...policyChanges(comparison),
];

/** The same reference counts as another image where it names another one by now. */
function imageChanges({ desired: { daemon }, live, image }: Comparison): readonly FieldChange[] {
  const isOther = image !== undefined && image.id !== live.imageId;
  if (live.image === daemon.image && !isOther) return [];
  const isMoved = live.image === daemon.image && image !== undefined;
  const [before, after] = isMoved ? [shortId(live.imageId), shortId(image.id)] : [live.image, daemon.image];
  return [{ field: "image", path: daemon.imagePath, before, after }];
}

/** `sha256:` and twelve digits, as the Docker CLI shows them. */
export const shortId = (id: string): string => id.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/, "$1$2");

function environmentChanges({ desired: { daemon }, live, liveImage, secretValues }: Comparison) {
  const there = variablesOf(live.environment);
  const own = new Set(daemon.environment.map(({ name }) => name));
  const secret = secretNames(live);
  const changed = daemon.environment.flatMap(variable =>
    variableChange(variable, { before: there.get(variable.name), wasSecret: secret.has(variable.name), secretValues }),
  );
  const fromImage = variablesOf(liveImage?.environment ?? []);
  const isGone = ([name, value]: readonly [string, string]) =>
    !own.has(name) && liveImage !== undefined && fromImage.get(name) !== value;
  const gone = [...there]
    .filter(isGone)
    .map(([name, before]) => ({ field: fieldOf(name), ...hidden(secret.has(name), { before }) }));
  return [...changed, ...gone];
}

export const variablesOf = (environment: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    environment.map(text => {
      const at = text.indexOf("=");
      return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );

/** Names of the variables of a container whose values are secret. */
export const secretNames = ({ labels }: Pick<Container, "labels">): ReadonlySet<string> =>
  new Set((labels[localLabels.secrets] ?? "").split(",").filter(name => name !== ""));

const hidden = (
  isSecret: boolean,
  values: Pick<FieldChange, "before" | "after">,
): Omit<FieldChange, "field" | "path"> => (isSecret ? { secret: true } : values);

function variableChange(
  { name, path, secrets, text }: LocalVariable,
  { before, wasSecret, secretValues }: { before: string | undefined; wasSecret: boolean; secretValues: SecretValues },
): readonly FieldChange[] {
  const isKnown = secrets.every(secret => secretValues.has(secret));
  if (!isKnown && before !== undefined) return [];
  const after = text(secret => secretValues.get(secret) ?? "");
  if (before === after) return [];
  const values = { ...(before === undefined ? {} : { before }), after };
  return [{ field: fieldOf(name), path, ...hidden(wasSecret || secrets.length > 0, values) }];
}

const fieldOf = (name: string): string => `environment.${name}`;

function mountChanges({ desired: { daemon }, live }: Comparison): readonly FieldChange[] {
  const said = (mounts: readonly { volume: string; target: string }[]) =>
    mounts.map(({ volume, target }) => `${volume}:${target}`).sort();
  const [before, after] = [said(live.mounts), said(daemon.mounts)];
  const wanted = after
    .filter(mount => !before.includes(mount))
    .map(mount => ({ field: "volumes", path: `${daemon.path}/links`, after: mount }));
  const gone = before.filter(mount => !after.includes(mount)).map(mount => ({ field: "volumes", before: mount }));
  return [...wanted, ...gone];
}

function networkChanges({ desired: { network, networkPath }, live, networkId }: Comparison): readonly FieldChange[] {
  const { networks, networkIds = {} } = live;
  const path = networkPath === undefined ? {} : { path: networkPath };
  if (networks.length !== 1 || networks[0] !== network)
    return [{ field: "network", ...path, before: networks.join(", "), after: network }];
  // It does not start again without the very network it was on.
  const before = networkIds[network];
  if (before === undefined || networkId === undefined || before === networkId) return [];
  return [{ field: "network", ...path, before: withId(network, before), after: withId(network, networkId) }];
}

const withId = (name: string, id: string): string => (id === "" ? name : `${name} (${id.slice(0, 12)})`);

const policyChanges = ({ live }: Comparison): readonly FieldChange[] =>
  live.restartPolicy === restartPolicy
    ? []
    : [{ field: "restartPolicy", before: live.restartPolicy, after: restartPolicy }];

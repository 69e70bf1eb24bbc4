import { localLabels } from "../../../render/index.ts";
import type { InventoryEntry } from "../../../state/index.ts";
import type { ObjectRef } from "../../index.ts";
import type { Container, Volume } from "../api/engine.ts";

/** What an object of an engine is called in plans and records. */
export const dockerRef = (kind: "Container" | "Volume" | "Network", name: string): ObjectRef => ({
  apiVersion: "docker",
  kind,
  name,
});

type Labelled = Pick<Container, "id" | "name" | "labels">;

/** What is there of a stack. */
export interface Present {
  readonly containers: Iterable<Labelled>;
  readonly volumes: Iterable<Pick<Volume, "name">>;
}

/** What a record says of what is there, in the order of the names. */
export const inventoryOf = ({ containers, volumes }: Present): readonly InventoryEntry[] => [
  ...[...containers].toSorted(byName).map(containerEntry),
  ...[...volumes].toSorted(byName).map(({ name }) => dockerRef("Volume", name)),
];

function containerEntry({ id, name, labels }: Labelled): InventoryEntry {
  const digest = labels[localLabels.configHash];
  return { ...dockerRef("Container", name), uid: id, ...(digest === undefined ? {} : { digest }) };
}

interface Named {
  readonly name: string;
}

/** Orders what has a name, the same everywhere. */
export const byName = (a: Named, b: Named): number => (a.name < b.name ? -1 : Number(a.name > b.name));

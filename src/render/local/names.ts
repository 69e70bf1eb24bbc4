import type { LinkableKind } from "../../ir/index.ts";
import { objectName } from "../kubernetes/names.ts";

/** Docker takes these as names, and they are ours from the first letter on. */
const taken = /^[A-Za-z0-9][A-Za-z0-9_.-]+$/;

const localName = (text: string): string => (taken.test(text) ? text : objectName(text));

/** Name of the container of a daemon. */
export const containerName = (stack: string, daemon: string): string => localName(`${stack}-${daemon}`);

/** Name of the volume with the data of a resource: it says its kind too, so that no data is read as another kind's. */
export const volumeName = (stack: string, kind: LinkableKind, resource: string): string =>
  localName(`${stack}-${kind}-${resource}`);

/** The network that all stacks share: no container on it reaches another. One for each would use up the engine's addresses. */
export const sharedNetwork = "alien";

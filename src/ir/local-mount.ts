import type { LinkableKind } from "./kinds.ts";

/** Where the data of a resource that Local brings itself is mounted in a daemon's container. */
export const localMount = (kind: LinkableKind, id: string): string => `/var/lib/alien/${kind}/${id}`;

/** A container that is made beside the one it will replace. Ids hold no dot, so nobody else's has such a name. */
export const nextName = (name: string): string => `${name}.next`;

/** The container that was replaced, until the new one has settled. */
export const previousName = (name: string): string => `${name}.previous`;

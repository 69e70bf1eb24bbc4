/** Band 63, from 6341: what speaks against a plan for a Docker engine. */
export const local = {} as const;

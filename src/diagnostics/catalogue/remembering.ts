/** Band 63, from 6321: what is remembered of stacks on a Docker engine. */
export const remembering = {} as const;

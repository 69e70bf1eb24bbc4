/** Band 63, from 6331: why a daemon does not run on a Docker engine. */
export const running = {} as const;

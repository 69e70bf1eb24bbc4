/** Band 63, from 6301: reaching a Docker engine. */
export const docker = {} as const;

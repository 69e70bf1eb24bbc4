/** Band 63, from 6311: why an image cannot be had. */
export const images = {} as const;

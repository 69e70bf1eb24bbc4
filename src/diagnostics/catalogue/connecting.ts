/** Band 60: reaching an engine, and being allowed to use it. */
export const connecting = {} as const;

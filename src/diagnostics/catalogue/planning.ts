/** Band 61: what speaks against a plan, before anything is touched. */
export const planning = {} as const;

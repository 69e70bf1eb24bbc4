/** Band 63, from 6361: filling vaults. */
export const vault = {} as const;

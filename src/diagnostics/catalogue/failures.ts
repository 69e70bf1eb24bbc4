/** Band 62: why a daemon does not run. */
export const failures = {} as const;

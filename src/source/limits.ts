/** What input may be at most (design: far beyond any real stack, well below what hurts). */
export const limits = {
  inputBytes: 10 * 1024 * 1024,
  depth: 100,
  /** Values of one document, aliases expanded. */
  expandedValues: 1_000_000,
  valueBytes: 128 * 1024,
} as const;

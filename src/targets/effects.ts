/** Time and chance, as the shell gives them. */
export interface Effects {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** The time of day, for what people read. */
  date(): Date;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted before. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), not to be guessed. */
  random(): number;
}

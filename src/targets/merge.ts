/** The items of several sources as they come. Ends when all have, or with the first that fails. */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncIterable<T> {
  const iterators = sources.map(source => source[Symbol.asyncIterator]());
  const next = async (index: number) => ({ index, result: await iterators[index]?.next() });
  const pending = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result === undefined || result.done) {
        pending.delete(index);
        continue;
      }
      pending.set(index, next(index));
      yield result.value;
    }
  } finally {
    // Sources that wait for a line end with their signal, not here.
    for (const promise of pending.values()) promise.catch(() => undefined);
  }
}

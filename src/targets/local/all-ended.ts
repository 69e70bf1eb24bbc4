/**
 * What all of them come to, once each has ended: where one fails, nothing goes on beside what is done about it. Throws the
 * first failure.
 */
export async function allEnded<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

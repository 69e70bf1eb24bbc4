import { distance } from "fastest-levenshtein";

/** The one of `known` that was most likely meant, if any is close enough. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const limit = word.length < 4 ? 1 : word.length < 9 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const candidateDistance = distance(word.toLowerCase(), candidate.toLowerCase());
    if (candidateDistance < bestDistance) [best, bestDistance] = [candidate, candidateDistance];
  }
  return best === word ? undefined : best;
}

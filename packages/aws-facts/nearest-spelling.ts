import { distance } from "fastest-levenshtein";

/** The candidate that `word` is most likely a misspelling of, if any is near enough to suggest. */
export function nearestSpelling(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      edits: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((left, right) => left.edits - right.edits);
  // Further away than a third of the word, a suggestion is a guess.
  return ranked.find(({ edits }) => edits <= Math.max(1, word.length / 3))?.candidate;
}

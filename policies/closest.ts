/** The candidate that `word` is most likely a misspelling of, if any is near enough to suggest. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  // Further away than this, a suggestion is a guess.
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  let best: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** The fewest insertions, deletions and replacements that turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current.push(
        Math.min(
          previous[column]! + 1,
          current[column - 1]! + 1,
          previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous[to.length]!;
}

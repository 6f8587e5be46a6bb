/** Guesses what was meant by a word that nothing is called. */

/** The nearest of the known words, if it is near: a third of its letters at most are wrong, swapped, missing or too many. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  const wanted = word.toLowerCase();
  for (const candidate of known) {
    const limit = Math.max(1, Math.floor(Math.max(candidate.length, word.length) / 3));
    const distance = distanceBetween(wanted, candidate.toLowerCase());
    if (distance <= limit && distance < least) [best, least] = [candidate, distance];
  }
  return best ?? [...known].find((candidate) => wanted.length > 2 && candidate.includes(wanted));
}

/** Damerau–Levenshtein (adjacent swaps count once). Words are ids and file names: short. */
function distanceBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return Infinity;
  let [before, current] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(current[column]! + 1, next[column - 1]! + 1, current[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, before[column - 2]! + 1);
      next.push(cost);
    }
    [before, current] = [current, next];
  }
  return current[b.length]!;
}

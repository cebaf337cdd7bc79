/** Longer words are no misspelling of a known one, and comparing costs length times length. */
const LENGTH_LIMIT = 64;

/** The known key a misspelt one most likely stands for, or undefined when none is near. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  if (key.length > LENGTH_LIMIT) return undefined;
  const word = normal(key);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word, normal(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** `stopMs`, `stop-ms` and `stop_ms` are the same word. */
function normal(key: string): string {
  return key.replaceAll(/[_-]/gu, "").toLowerCase();
}

/** Levenshtein's distance, with two neighbours swapped counting as one (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const change = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      row.push(swapped ? Math.min(change, at(beforeLast, j - 2) + 1) : change);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

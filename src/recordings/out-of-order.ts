/**
 * The fewest numbers without which the others stand in rising order: what is not part of a longest rising run (patience sorting).
 * The numbers are all different.
 */
export function outOfOrder(numbers: readonly number[]): Set<number> {
  /** For each length the index of the smallest number that a rising run of it can end with. */
  const ends: number[] = [];
  /** For each index that of the number before it in its run; -1 at the beginning. */
  const before = new Int32Array(numbers.length);
  const at = (index: number | undefined): number => numbers[index ?? -1] ?? Number.NaN;
  for (let n = 0; n < numbers.length; n++) {
    let low = 0;
    // Nearly everything is in order, and longer than all before.
    if (ends.length > 0 && at(ends.at(-1)) < at(n)) low = ends.length;
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (at(ends[middle]) < at(n)) low = middle + 1;
      else high = middle;
    }
    before[n] = ends[low - 1] ?? -1;
    ends[low] = n;
  }
  const out = new Set(ends.length === numbers.length ? [] : numbers);
  if (out.size > 0) for (let n = ends.at(-1) ?? -1; n >= 0; n = before[n] ?? -1) out.delete(at(n));
  return out;
}

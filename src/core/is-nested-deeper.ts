/** Deeper JSON is refused: ours, and far from any real event. Without a limit, serialising it would overflow the stack. */
export const mostLevels = 100;

/** Whether objects and arrays are nested deeper than so many levels. It looks no further down than that. */
export function isNestedDeeper(value: unknown, levels = mostLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isNestedDeeper(inner, levels - 1));
}

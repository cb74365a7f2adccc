/** Deeper JSON is refused: ours, and far from any real event. Without a limit, serialising it would overflow the stack. */
export const mostLevels = 100;

/** Whether objects and arrays are nested deeper than so many levels. It looks no further down than that. */
export function isNestedDeeper(value: unknown, levels = mostLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isNestedDeeper(inner, levels - 1));
  // Without a list of the values, which would cost every event more than the look itself.
  for (const name in value) if (isNestedDeeper((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
}

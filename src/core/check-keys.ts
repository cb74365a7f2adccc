import { fail } from '../errors.ts';
import { nearest } from './nearest.ts';

/**
 * Refuses what is not known: a misspelt condition would hold for everything.
 * @throws INVALID_OPTION with the nearest name
 */
export function checkKeys(where: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const close = nearest(key, known);
    const hint = close === undefined ? undefined : `did you mean ${close}?`;
    throw fail('INVALID_OPTION', {
      option: where,
      value: key,
      expected: `one of ${known.join(', ')}`,
      ...(hint && { hint }),
    });
  }
}

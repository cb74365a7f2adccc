import { fail } from '../errors.ts';

/**
 * The one of `ids` that a person means: the id itself, its beginning or its end as far as only one fits, or the form in which lines show
 * it (`019b…89a1`). Undefined when none fits. @throws AMBIGUOUS_ID
 */
export function matchId(given: string, ids: Iterable<string>, what: string): string | undefined {
  const [head = '', tail = ''] = given.split('…');
  const fits = given.includes('…')
    ? (id: string): boolean => id.startsWith(head) && id.endsWith(tail)
    : (id: string): boolean => id.startsWith(given) || id.endsWith(given);
  const found = new Set<string>();
  for (const id of ids) {
    if (id === given) return id;
    if (fits(id)) found.add(id);
  }
  if (found.size > 1) throw fail('AMBIGUOUS_ID', { what, id: given, count: found.size });
  return [...found][0];
}

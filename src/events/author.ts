import { fail } from '../errors.ts';

export const authorTypes = ['user', 'api', 'job', 'system', 'unknown-user-type'] as const;

/** Who caused an event: a username for `user`, a client id for `api`, `system` for `system` (contract, delivery: the envelope). */
export interface Author {
  identifier: string;
  type: (typeof authorTypes)[number];
}

/** An author in one word: `user:julia`. */
export type AuthorName = `${Author['type']}:${string}`;

/** `became-complete` and `became-incomplete` follow from a save; the benchmark has no PIM behind it: none of them has an author. */
const anonymous = /\.became-(?:in)?complete$|\.benchmark\./;

/** Whether the data of this type says who caused it. */
export const hasAuthor = (type: string): boolean => !anonymous.test(type);

/**
 * Reads an author as a command line names one: `user:julia`.
 * @throws INVALID_OPTION
 */
export function parseAuthor(text: string, option = 'as'): Author {
  const colon = text.indexOf(':');
  const type = authorTypes.find((known) => known === text.slice(0, colon));
  const identifier = text.slice(colon + 1);
  if (colon < 0 || !type || identifier === '') {
    throw fail('INVALID_OPTION', {
      option,
      value: text,
      expected: `type:identifier with a type of ${authorTypes.join(', ')}`,
    });
  }
  return { identifier, type };
}

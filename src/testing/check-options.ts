import { checkKeys } from '../core/check-keys.ts';
import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';

/** What a value has to be. */
export interface Rule {
  holds: (value: unknown) => boolean;
  expected: string;
  hint?: string;
}

export const milliseconds: Rule = {
  holds: (value) => typeof value === 'number' && value >= 0,
  expected: 'a number of milliseconds from 0',
};
export const someNumber: Rule = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  expected: 'a whole number from 1',
  hint: 'expectNever makes sure that there are none',
};
export const words: Rule = { holds: (value) => typeof value === 'string', expected: 'a text' };
export const oneOf = (values: readonly unknown[]): Rule => ({
  holds: (value) => values.includes(value),
  expected: `one of ${values.join(', ')}`,
});

/**
 * Checks the options of a call, as whoever writes plain JavaScript gives them: what is not known or not possible would be passed over.
 * @throws INVALID_OPTION
 */
export function checkOptions<Options extends object>(
  of: string,
  options: Options,
  rules: Record<keyof Options & string, Rule>,
): void {
  if (!isObject(options)) {
    const expected = `an object with ${Object.keys(rules).join(' or ')}`;
    throw fail('INVALID_OPTION', { option: `${of}, its options`, value: options, expected });
  }
  checkKeys(of, options, Object.keys(rules));
  for (const [name, { holds, expected, hint }] of Object.entries<Rule>(rules)) {
    const value = options[name];
    if (value !== undefined && !holds(value))
      throw fail('INVALID_OPTION', { option: `${of}, ${name}`, value, expected, ...(hint && { hint }) });
  }
}

import { fail } from '../errors.ts';

/** The type of an option: how it is read from text (a flag, a variable) and from data (the config file, a program). */
export interface Kind<T> {
  /** What the flag's value is called in the help. A switch has none. */
  placeholder?: string;
  /** The flag may be given several times. */
  repeatable?: true;
  /** Reads the texts of a flag; a variable gives one text. `where` names the place for the error. */
  parse(texts: readonly string[], where: string): T;
  /** Checks a value that is data already. */
  read(value: unknown, where: string): T;
}

/** The error for a value that an option does not take. */
export const rejectValue = (where: string, value: unknown, expected: string, hint?: string): Error =>
  fail('INVALID_OPTION', { option: where, value, expected, ...(hint === undefined ? {} : { hint }) });

/** A kind with one value: the last text wins, as with every command line. */
function scalar<T>(placeholder: string, fromText: (text: string) => unknown, read: Kind<T>['read']): Kind<T> {
  return { placeholder, parse: (texts, where) => read(fromText(texts.at(-1) ?? ''), where), read };
}

/** Text that is not empty. */
export const text = (placeholder: string): Kind<string> =>
  scalar(
    placeholder,
    (given) => given,
    (value, where) => {
      if (typeof value === 'string' && value.trim() !== '') return value;
      throw rejectValue(where, value, 'a text that is not empty');
    },
  );

/** A secret of bounded length. The error tells its length and never the secret. */
export const secret = (min: number, max: number): Kind<string> =>
  scalar(
    'secret',
    (given) => given,
    (value, where) => {
      if (typeof value === 'string' && value.length >= min && value.length <= max) return value;
      const given = typeof value === 'string' ? `its length is ${value.length}` : `it is no text`;
      throw rejectValue(where, '***', `a secret of ${min} to ${max} characters (${given})`);
    },
  );

const asNumber = (given: string): unknown => (given.trim() === '' ? given : Number(given));

/** A whole number within bounds. */
export const integer = (placeholder: string, min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> => {
  const limit = max === Number.MAX_SAFE_INTEGER ? ` from ${min}` : ` from ${min} to ${max}`;
  const expected = `a whole number${min === Number.MIN_SAFE_INTEGER ? '' : limit}`;
  const read: Kind<number>['read'] = (value, where) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw rejectValue(where, value, expected);
  };
  const parse: Kind<number>['parse'] = (texts, where) => {
    const given = texts.at(-1) ?? '';
    const number = asNumber(given);
    return read(Number.isNaN(number) ? given : number, where);
  };
  return { placeholder, parse, read };
};

/** One of a few words. */
export const choice = <const T extends string>(words: readonly T[]): Kind<T> =>
  scalar(
    words.join('|'),
    (given) => given,
    (value, where) => {
      const word = words.find((candidate) => candidate === value);
      if (word !== undefined) return word;
      throw rejectValue(where, value, `one of ${words.join(', ')}`);
    },
  );

const yes = new Set(['1', 'true', 'yes', 'on']);
const no = new Set(['0', 'false', 'no', 'off']);

/** On or off: a flag without a value. */
export const toggle: Kind<boolean> = {
  parse: (texts, where) => {
    const given = (texts.at(-1) ?? '').toLowerCase();
    if (yes.has(given)) return true;
    if (no.has(given)) return false;
    throw rejectValue(where, given, 'true or false');
  },
  read: (value, where) => {
    if (typeof value === 'boolean') return value;
    throw rejectValue(where, value, 'true or false');
  },
};

/** An absolute http(s) URL, kept without a trailing slash. */
export const httpUrl = (placeholder: string): Kind<string> =>
  scalar(
    placeholder,
    (given) => given,
    (value, where) => {
      const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
      if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/$/, '');
      throw rejectValue(where, value, 'an http:// or https:// URL', 'for example http://127.0.0.1:8090');
    },
  );

/** Several texts: a repeatable flag, separated by commas, or a list in the file. */
export function list(placeholder: string): Kind<string[]> {
  const read: Kind<string[]>['read'] = (value, where) => {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item) => {
      if (typeof item === 'string' && item.trim() !== '') return item.trim();
      throw rejectValue(where, value, 'a list of texts');
    });
  };
  const split = (texts: readonly string[]): string[] => texts.flatMap((item) => item.split(','));
  return { placeholder, repeatable: true, parse: (texts, where) => read(split(texts), where), read };
}

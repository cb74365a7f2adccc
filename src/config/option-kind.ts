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

/** Names a member of a value for an error: `"connections[0].kind" in file.json`, `--policy.probe`. */
export function memberOf(where: string, member: string): string {
  const quoted = /^([^"]*"[^"]*)(".*)$/s.exec(where);
  return quoted ? `${quoted[1]}${member}${quoted[2]}` : `${where}${member}`;
}

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
      throw rejectValue(where, value, 'a non-empty text');
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

/** A secret that an Authorization header carries as it is (RFC 9110, 5.5: anything but visible ASCII is not safe there). */
export const headerToken: Kind<string> = scalar(
  'secret',
  (given) => given,
  (value, where) => {
    if (typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)) return value;
    throw rejectValue(where, '***', 'a token of 1 to 256 letters, digits and signs of ASCII, without spaces');
  },
);

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
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

/** A number within bounds that may have a fraction. */
export function fraction(min: number, max: number): Kind<number> {
  const read: Kind<number>['read'] = (value, where) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw rejectValue(where, value, `a number from ${min} to ${max}`);
  };
  const parse: Kind<number>['parse'] = (texts, where) => {
    const given = texts.at(-1) ?? '';
    const number = asNumber(given);
    return read(Number.isNaN(number) ? given : number, where);
  };
  return { placeholder: 'n', parse, read };
}

/** A point in time as RFC 3339, kept as milliseconds since the epoch; a program may give those at once. */
export const instant: Kind<number> = scalar(
  'time',
  (given) => given,
  (value, where) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    const ms = typeof value === 'string' && rfc3339.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
    throw rejectValue(where, value, 'a time as RFC 3339', 'for example 2026-01-05T08:00:00Z');
  },
);

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

/** A running mock: a URL, `8090`, or `127.0.0.1:8090`, which is what people copy. */
export const serverUrl: Kind<string> = (() => {
  const url = httpUrl('url');
  const withScheme = (given: unknown): unknown => {
    if (typeof given !== 'string') return given;
    const text = given.trim();
    if (/^\d+\/?$/.test(text)) return `http://127.0.0.1:${text}`;
    return /^([\w.-]+|\[[0-9a-f:.]+\]):\d+(\/|$)/i.test(text) ? `http://${text}` : given;
  };
  return {
    ...url,
    parse: (texts, where) => url.parse([String(withScheme(texts.at(-1) ?? ''))], where),
    read: (value, where) => url.read(withScheme(value), where),
  };
})();

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

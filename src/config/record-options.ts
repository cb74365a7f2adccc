import { type Kind, rejectValue, secret, text } from './option-kind.ts';

const unitBytes: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
};

/** A size in bytes, with a unit: `100MB`, `1.5GiB`; a program may give the bytes at once. */
export const byteSize: Kind<number> = (() => {
  const read: Kind<number>['read'] = (value, where) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b)$/i.exec(String(value).trim()) ?? [];
    const bytes =
      typeof value === 'number' ? value : Number(amount) * (unitBytes[unit?.toUpperCase() ?? ''] ?? Number.NaN);
    if (Number.isFinite(bytes) && bytes >= 1) return Math.floor(bytes);
    throw rejectValue(where, value, 'a size with its unit', 'for example 100MB');
  };
  return { placeholder: 'size', parse: (texts, where) => read(texts.at(-1) ?? '', where), read };
})();

/** Several secrets, each as it is: a comma may be part of one. A text has one a line, because a variable is a single text. */
export const secrets: Kind<string[]> = (() => {
  const one = secret(1, 256);
  const read: Kind<string[]>['read'] = (value, where) => [value].flat().map((each) => one.read(each, where));
  const lines = (given: string): string[] => given.replace(/^[\r\n]+|[\r\n]+$/g, '').split(/[\r\n]+/);
  return { placeholder: 'secret', repeatable: true, parse: (texts, where) => read(texts.flatMap(lines), where), read };
})();

/** The file of a capture, which is written as plain text. */
export const captureFile: Kind<string> = (() => {
  const name = text('file');
  const read: Kind<string>['read'] = (value, where) => {
    const file = name.read(value, where);
    if (file === '-')
      throw rejectValue(
        where,
        file,
        'the name of a file',
        'for example capture.ndjson; standard output tells what happens',
      );
    if (!/\.gz$/i.test(file)) return file;
    const wayOut = `write ${file.slice(0, -'.gz'.length)} and gzip it afterwards: replay reads both`;
    throw rejectValue(where, file, 'the name of a plain file', wayOut);
  };
  return { ...name, parse: (texts, where) => read(texts.at(-1) ?? '', where), read };
})();

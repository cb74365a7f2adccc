import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonProblem } from '../../src/inspector/client/publish/json-problem.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place where a text stops being JSON', () => {
  it('is none for what JSON.parse takes, and one for what it refuses', () => {
    const json = fc
      .json({ noUnicodeString: false })
      .chain((text) =>
        fc.tuple(
          fc.constant(text),
          fc.nat(text.length),
          fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', '.', 'e', ' ', '\n', 't', '\u0001'),
        ),
      );
    fc.assert(
      fc.property(json, ([text, at, inserted]) => {
        const changed = text.slice(0, at) + inserted + text.slice(inserted === '' ? at + 1 : at);
        expect(jsonProblem(text)).toBeUndefined();
        expect(jsonProblem(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['', 'expected a value, and the text ends', 1, 1],
    ['{"a": 1,}', 'expected a name in double quotes', 1, 9],
    ['{"a": 1\n "b": 2}', 'expected a comma or }', 2, 2],
    ['{"a" 1}', 'expected a colon', 1, 6],
    ['{a: 1}', 'expected a name in double quotes, or }', 1, 2],
    ['[1, 2', 'expected a comma or ], and the text ends', 1, 6],
    ['{"a": nul}', 'expected a value', 1, 7],
    ['{} {}', 'expected nothing more', 1, 4],
    ['"a\nb"', 'a line break or control character within a text', 1, 3],
    ['"\\x"', 'no such escape', 1, 2],
    ['"abc', 'the text has no closing quote, and the text ends', 1, 5],
    ['[1 2]', 'expected a comma or ]', 1, 4],
    ['[01]', 'expected a comma or ]', 1, 3],
  ])('is told with what was expected: %j', (text, message, line, column) => {
    expect(jsonProblem(text)).toMatchObject({ message, line, column });
  });

  it('is found however deep the text is nested', () => {
    const deep = '['.repeat(100_000);
    expect(jsonProblem(deep)).toMatchObject({ offset: 100_000 });
    expect(jsonProblem(deep + ']'.repeat(100_000))).toBeUndefined();
  });
});

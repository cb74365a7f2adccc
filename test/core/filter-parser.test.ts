import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilterExpression, FilterProblem } from '../../src/core/filter.ts';
import { describeProblem, filterFields, parseFilter, userTypes } from '../../src/core/filter-parser.ts';
import { expressions, printFilter, withoutColumns } from './filter-expressions.ts';

function expressionOf(text: string): FilterExpression {
  const parsed = parseFilter(text);
  if ('problem' in parsed) throw new Error(describeProblem(text, parsed.problem));
  return parsed.expression;
}
function problemOf(text: string): FilterProblem {
  const parsed = parseFilter(text);
  if ('expression' in parsed) throw new Error(`${text} is taken`);
  return parsed.problem;
}
const is = (field: string, ...values: string[]) => ({ kind: 'test', field, operator: '=', values });
const among = (field: string, ...values: string[]) => ({ ...is(field, ...values), operator: 'in' });
const repeat = (text: string, times: number, separator = ' ') => Array(times).fill(text).join(separator);

describe('a filter', () => {
  it.each<[string, unknown]>([
    ['user="julia"', is('user', 'julia')],
    ['  user\n=\t"julia" ', is('user', 'julia')],
    ['attribute in ["name", "price"]', among('attribute', 'name', 'price')],
    ['attribute in["name"]', among('attribute', 'name')],
    ['user = "say \\"hi\\""', is('user', 'say "hi"')],
    ['user = "back\\\\slash"', is('user', 'back\\slash')],
    ['user = ""', is('user', '')],
    ['user = "and or ( \' é 🍮"', is('user', "and or ( ' é 🍮")],
    ['(user = "a")', is('user', 'a')],
    ['not user = "a"', { kind: 'not', part: is('user', 'a') }],
    ['not not user = "a"', { kind: 'not', part: { kind: 'not', part: is('user', 'a') } }],
    [
      'not user = "a" and user = "b" or user = "c"',
      {
        kind: 'or',
        parts: [{ kind: 'and', parts: [{ kind: 'not', part: is('user', 'a') }, is('user', 'b')] }, is('user', 'c')],
      },
    ],
    [
      'user = "a" and (user = "b" or user = "c")',
      { kind: 'and', parts: [is('user', 'a'), { kind: 'or', parts: [is('user', 'b'), is('user', 'c')] }] },
    ],
    [
      'user = "a" or user = "b" or user = "c"',
      { kind: 'or', parts: [is('user', 'a'), is('user', 'b'), is('user', 'c')] },
    ],
    ...filterFields.map((field): [string, unknown] => [`${field} = "user"`, is(field, 'user')]),
    ...userTypes.map((type): [string, unknown] => [`user_type in ["${type}"]`, among('user_type', type)]),
  ])('%j is understood', (text, expected) => {
    expect(withoutColumns(expressionOf(text))).toEqual(expected);
  });

  it('knows where each of its tests begins', () => {
    expect(expressionOf('user = "a" and locale = "b"')).toMatchObject({ parts: [{ column: 1 }, { column: 16 }] });
  });

  it.each<[string, number, string]>([
    [
      '',
      1,
      'expected a field (user, user_type, attribute, scope, channel, locale, ready_on_scopes), "not" or "(", got the end of the filter',
    ],
    ['atribute = "price"', 1, 'unknown field "atribute", did you mean attribute?; the fields are user, user_type'],
    ['User = "x"', 1, 'unknown field "User", did you mean user?'],
    ['user = "a" and', 15, 'got the end of the filter'],
    ['user = "a" and and', 16, 'expected a field'],
    ['"user" = "a"', 1, 'expected a field'],
    ['attribute = price', 13, 'a value is written in double quotes: "price"'],
    ["attribute = 'price'", 13, 'a value is written in double quotes: "price"'],
    ['attribute in ["a", b]', 20, 'a value is written in double quotes: "b"'],
    ['attribute = "price', 13, 'this double quote is not closed'],
    ['attribute = "price\\"', 13, 'this double quote is not closed'],
    ['attribute = ["price"]', 13, 'expected a value in double quotes, got "["'],
    ['attribute != "price"', 11, 'expected "=" or "in", got "!="'],
    ['attribute == "price"', 11, 'expected "=" or "in", got "=="'],
    ['attribute like "price"', 11, 'expected "=" or "in", got "like"'],
    ['attribute IN ["price"]', 11, 'keywords are written in lower case: in'],
    ['attribute', 10, 'expected "=" or "in", got the end of the filter'],
    ['attribute in "price"', 14, 'expected "[" after in, got "price"'],
    ['attribute in []', 15, 'expected a value in double quotes, got "]"'],
    ['attribute in ["a",]', 19, 'expected a value in double quotes, got "]"'],
    ['attribute in ["a" "b"]', 19, 'expected "," or "]", got "b"'],
    ['attribute in ["a"', 18, 'expected "," or "]", got the end of the filter'],
    ['(user = "a"', 12, 'expected ")", "and" or "or", got the end of the filter'],
    ['user = "a")', 11, 'this ")" closes nothing'],
    ['user = "a" AND user = "b"', 12, 'keywords are written in lower case: and'],
    ['user = "a" user = "b"', 12, 'expected "and" or "or", got "user"'],
    ['user = "a" && user = "b"', 12, 'expected "and" or "or", got "&&"'],
    ['user_type = "robot"', 13, '"robot" is no user type; they are user, api, job, system, unknown-user-type'],
    ['user_type in ["api", "User"]', 22, '"User" is no user type'],
    [
      repeat('user = "a"', 12, ' or '),
      12 + 10 * 14,
      'a filter has at most 10 operators; and, or, not, in each count as one',
    ],
    [`${repeat('user in ["a"]', 6, ' and ')}`, 5 * 18 + 6, 'a filter has at most 10 operators'],
    [`${repeat('not', 11)} user = "a"`, 41, 'a filter has at most 10 operators'],
    [`${'('.repeat(11)}user = "a"${')'.repeat(11)}`, 11, 'parentheses may be nested 10 deep, not deeper'],
    [`user = "${'x'.repeat(492)}"`, 501, 'a filter has at most 500 characters, this one has 501'],
  ])('%j is refused at column %i', (text, column, message) => {
    const problem = problemOf(text);
    expect(problem.message).toContain(message);
    expect(problem.column).toBe(column);
  });

  it.each([
    repeat('user = "a"', 11, ' or '),
    `${repeat('user in ["a"]', 5, ' and ')} and user = "a"`,
    `${repeat('not', 10)} user = "a"`,
    `${'('.repeat(10)}user = "a"${')'.repeat(10)} and ${'('.repeat(10)}user = "a"${')'.repeat(10)}`,
    `user = "${'x'.repeat(491)}"`,
  ])('may be as large as its limits: %j', (text) => {
    expect(expressionOf(text)).toBeDefined();
  });

  it('of any text is understood or refused at a column of that text, never more', () => {
    const words = fc.constantFrom(
      ...filterFields,
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      '[',
      ']',
      ',',
      '=',
      '"a"',
      '"',
      '\\',
      ' ',
      'x',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseFilter(text);
        if ('expression' in parsed) return;
        const { column } = parsed.problem;
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(text.length + 1);
        const [, line, caret] = describeProblem(text, parsed.problem).split('\n');
        if (column <= text.length && line !== undefined && caret !== undefined && !/\s/.test(text[column - 1] ?? ''))
          expect(line[caret.length - 1]).toBe(text[column - 1]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same when it is written out and read again', () => {
    fc.assert(
      fc.property(expressions(), (expression) => {
        expect(withoutColumns(expressionOf(printFilter(expression)))).toEqual(withoutColumns(expression));
      }),
    );
  });
});

describe('a problem', () => {
  it('is shown with its column, and a caret under the text', () => {
    const text = 'user = "julia" and atribute = "price"';
    expect(describeProblem(text, problemOf(text)).split('\n')).toEqual([
      'column 20: unknown field "atribute", did you mean attribute?; the fields are user, user_type, attribute, scope, channel, locale, ready_on_scopes',
      'user = "julia" and atribute = "price"',
      '                   ^',
    ]);
  });

  it('stays under its caret in a text of several lines, and in a long one', () => {
    const lines = describeProblem('user = "a"\nand x', problemOf('user = "a"\nand x')).split('\n');
    expect(lines.slice(1)).toEqual(['user = "a" and x', '               ^']);
    const long = `user = "${'x'.repeat(200)}" or ? = "${'y'.repeat(200)}"`;
    const [, line = '', caret = ''] = describeProblem(long, problemOf(long)).split('\n');
    expect(line).toMatch(/^…x+" or \? = "y+…$/);
    expect(line[caret.length - 1]).toBe('?');
  });
});

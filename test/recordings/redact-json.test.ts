import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonPath, redactJson } from '../../src/recordings/redact-json.ts';

const redact = (text: string, ...paths: string[]) =>
  redactJson(
    text,
    paths.map((path) => parseJsonPath(path, '--redact')),
  );

it('takes out a value of any kind and leaves everything else as it is written', () => {
  const text = '{ "id" : 9007199254740993, "data": {"author": {"identifier":"ju\\"lia]}"} , "list":[1.0, {"a":"x"}]}}';
  expect(redact(text, 'data.author', 'data.list.*.a', 'data.none')).toEqual({
    text: '{ "id" : 9007199254740993, "data": {"author": "***redacted***" , "list":[1.0, {"a":"***redacted***"}]}}',
    paths: ['data.author', 'data.list.*.a'],
  });
});

it.each(['', 'data..author', 'data.', '$.data.author', '/data/author', 'data.list[0]'])(
  'refuses %j: it would be found nowhere, and nothing be taken out',
  (path) => {
    expect(() => redact('{}', path)).toThrow(`--redact: ${JSON.stringify(path)} is not a path`);
  },
);

it('takes out every member of one name', () => {
  expect(redact('{"a":1,"a":2}', 'a')?.text).toBe('{"a":"***redacted***","a":"***redacted***"}');
});

it('cannot look into what is no JSON, or nested without end', () => {
  expect(redact('oops', 'a')).toBeUndefined();
  expect(redact('['.repeat(100_000) + ']'.repeat(100_000), 'a')).toBeUndefined();
});

it('finds every value at its path in any document', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      fc.string(),
      fc.nat(3),
      (drawn, name, indent) => {
        // JSON has no negative zero.
        const members: Record<string, unknown> = JSON.parse(JSON.stringify(drawn));
        fc.pre(name !== '*' && name !== '__proto__');
        const text = JSON.stringify({ ...members, [name]: members }, undefined, indent);
        const found = redactJson(text, [[name]]);
        expect(JSON.parse(found?.text ?? '')).toEqual({ ...members, [name]: '***redacted***' });
      },
    ),
  );
});

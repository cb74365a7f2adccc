import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AepMockError } from '../../src/errors.ts';
import { arrayItemLines } from '../../src/recordings/json-array-lines.ts';
import { type RecordedEvent, readRecording } from '../../src/recordings/read-recording.ts';
import { recordedEvent } from './recorded-event.ts';

const line = (id: string): string => JSON.stringify(recordedEvent(id));

function recording(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, content);
  return path;
}

async function read(file: string, onBadLine?: (error: AepMockError) => void): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const read of readRecording(file, { onBadLine })) events.push(...read);
  return events;
}
const idsAndLines = (events: RecordedEvent[]) => events.map(({ event: { id }, line: at }) => [id, at]);

describe('reading a recording', () => {
  const layouts: [string, string, [string, number][]][] = [
    [
      'one event a line',
      `${line('a')}\n${line('b')}\n`,
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [
      'no line break at the end',
      `${line('a')}\n${line('b')}`,
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [
      'Windows line breaks, blank lines and a byte order mark',
      `\uFEFF\r\n${line('a')}\r\n\r\n  \r\n${line('b')}\r\n`,
      [
        ['a', 2],
        ['b', 5],
      ],
    ],
    [
      'a JSON array on one line',
      `[${line('a')},${line('b')}]`,
      [
        ['a', 1],
        ['b', 1],
      ],
    ],
    [
      'a pretty-printed array',
      JSON.stringify([recordedEvent('a'), recordedEvent('b')], undefined, 1),
      [
        ['a', 2],
        ['b', 14],
      ],
    ],
    ['an array with a byte order mark', `\uFEFF\n[\n${line('a')}]`, [['a', 3]]],
    ['a pretty-printed event', JSON.stringify(recordedEvent('a'), undefined, 2), [['a', 1]]],
    ['an empty array', '[]', []],
    ['an empty file', '', []],
    ['blank lines only', '\n \n', []],
  ];
  it.each(layouts)('takes %s', async (_name, text, expected) => {
    expect(idsAndLines(await read(recording(text)))).toEqual(expected);
  });

  it('takes what is compressed, whatever its name says', async () => {
    const text = `${line('a')}\n${line('b')}\n`;
    expect(idsAndLines(await read(recording(gzipSync(text))))).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(await read(recording(gzipSync(`[${line('a')}]`)))).toHaveLength(1);
  });

  it('passes over a capture record that was cut off anywhere, and says so', async () => {
    const record = Buffer.from(
      JSON.stringify({ received_at: '2026-01-05T08:00:00.000Z', headers: {}, body: line('a') }),
    );
    for (let length = 1; length < record.length; length++) {
      const torn: number[] = [];
      const file = recording(Buffer.concat([record, Buffer.from('\n'), record.subarray(0, length)]));
      const events: RecordedEvent[] = [];
      for await (const each of readRecording(file, { onTornLine: (_file, at) => torn.push(at) })) events.push(...each);
      expect([events.length, torn], record.subarray(0, length).toString()).toEqual([1, [2]]);
    }
  });

  it.each([
    ['cut off', '{"specversion":"1.0","id":', 1],
    ['cut off in a value that the next line would be', '{"received_at":"2026-01-05T08:00:00.000Z","headers":', 0],
    ['bad', '{oops', 1],
  ])('gives what stands behind a first line that is %s, though the pipe stays open', async (_what, first, bad) => {
    const input = new PassThrough();
    const told: number[] = [];
    const torn: number[] = [];
    const events = readRecording('-', {
      input,
      onBadLine: ({ details }) => told.push(Number(details.line)),
      onTornLine: (_file, at) => torn.push(at),
    });
    input.write(`${first}\n${line('a')}\n`);
    const { value } = await events.next();
    expect([idsAndLines(value), told, torn]).toEqual([[['a', 2]], bad ? [1] : [], bad ? [] : [1]]);
    input.end();
    await events.return(undefined);
  });

  it('takes the exact body out of a capture record', async () => {
    const record = {
      received_at: '2026-01-05T08:00:00.000Z',
      headers: { 'content-type': 'application/json' },
      body: line('a'),
    };
    const [found] = await read(recording(JSON.stringify(record)));
    expect(found?.event).toEqual(recordedEvent('a'));
  });

  it('keeps events of types that the catalogue does not have', async () => {
    const [found] = await read(recording(JSON.stringify(recordedEvent('a', { type: 'com.example.custom' }))));
    expect(found?.event.type).toBe('com.example.custom');
  });

  it('reads text that is cut anywhere by the chunks of the stream', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => line(`${i}-${'é😀'.repeat(i % 50)}`));
    const found = await read(recording(many.join('\n')));
    expect(found.map((each) => JSON.stringify(each.event))).toEqual(many);
  });
});

describe('a bad line', () => {
  const bad: [string, string, RegExp][] = [
    ['that is no JSON', 'oops', /:2: it is not valid JSON \(/],
    ['that is no object', '5', /:2: it is not a CloudEvent: event itself: 5 is not a JSON object/],
    [
      'without an id',
      JSON.stringify({ ...recordedEvent('a'), id: undefined }),
      /:2: .*event id: it is missing, and has to be a non-empty text/,
    ],
    [
      'of another version',
      JSON.stringify(recordedEvent('a', { specversion: '0.3' })),
      /:2: .*event specversion: "0.3" is not "1.0"/,
    ],
    [
      'with a bad time',
      JSON.stringify(recordedEvent('a', { time: 'noon' })),
      /:2: .*event time: "noon" is not an RFC 3339 time/,
    ],
    ['with a bad attribute name', JSON.stringify(recordedEvent('a', { '7': 1 })), /:2: .*attribute name: "7"/],
    [
      'whose captured body is an object',
      JSON.stringify({ body: recordedEvent('a') }),
      /:2: the body of a capture record has to be the exact text/,
    ],
    ['whose captured body is no JSON', JSON.stringify({ body: 'x' }), /:2: its body: it is not valid JSON/],
  ];
  it.each(bad)('%s is named with file and line', async (_name, text, message) => {
    const file = recording(`${line('a')}\n${text}\n${line('b')}\n`);
    await expect(read(file)).rejects.toThrow(message);
    await expect(read(file)).rejects.toMatchObject({ code: 'RECORDING_LINE', details: { file, line: 2 } });
  });

  it('of other bytes than UTF-8 is named, and not quietly repaired', async () => {
    const bytes = Buffer.concat([Buffer.from(`${line('a')}\n`), Buffer.from(line('b').replace('ü', '\xfc'), 'latin1')]);
    await expect(read(recording(bytes))).rejects.toThrow(/:2: it is not valid UTF-8/);
    const array = Buffer.from(`[\n${line('a').replace('ü', '\xfc')}]`, 'latin1');
    await expect(read(recording(array))).rejects.toThrow(/:2: it is not valid UTF-8/);
  });

  it('over the limit is passed over up to its end', async () => {
    const file = recording(`${line('a')}\n${'x'.repeat(16 * 1024 * 1024 + 1)}\n${line('b')}\n`);
    const errors: AepMockError[] = [];
    expect(idsAndLines(await read(file, (error) => errors.push(error)))).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    expect(errors.map(({ message }) => message)).toEqual([`${file}:2: the line is longer than 16 MiB`]);
  });

  it('is passed over when the caller takes note of it', async () => {
    const errors: AepMockError[] = [];
    const found = await read(recording(`oops\n${line('a')}\n{}\n`), (error) => errors.push(error));
    expect(idsAndLines(found)).toEqual([['a', 2]]);
    expect(errors.map((error) => error.details.line)).toEqual([1, 3]);
  });

  it('of an array is the line where its item begins', async () => {
    await expect(read(recording(`[\n${line('a')},\n\n{"id":1}\n]`))).rejects.toMatchObject({ details: { line: 4 } });
  });
});

describe('a file that cannot be read', () => {
  it('is missing', () =>
    expect(read('/nowhere.ndjson')).rejects.toThrow('cannot read /nowhere.ndjson: there is no such file'));
  it('is a directory', () => expect(read(tmpdir())).rejects.toThrow(/it is a directory; name the files in it/));
  it('is compressed and cut off', () =>
    expect(read(recording(gzipSync(line('a')).subarray(0, 60)))).rejects.toThrow(/damaged or cut off/));
  it.each(['utf16le', 'big-endian'])('is UTF-16, %s', async (order) => {
    const bytes = Buffer.from(`\uFEFF${line('a')}`, 'utf16le');
    await expect(read(recording(order === 'utf16le' ? bytes : bytes.swap16()))).rejects.toThrow(/it is UTF-16/);
  });
  it('is an array that is no JSON', () => expect(read(recording('[\n1,\noops]'))).rejects.toThrow(/not valid JSON/));
});

describe('a number that JavaScript cannot hold', () => {
  const withNumber = (json: string): string => line('a').replace('"ü€😀"', json);

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['[1, -90071992547409931]', '-90071992547409931'],
    ['1e999', '1e999'],
    ['12345678901234567168', '12345678901234567168'],
    ['999999999999999983222784', '999999999999999983222784'],
  ])('is noticed: %s', async (json, text) => {
    const [found] = await read(recording(`\n${withNumber(json)}`));
    expect(found?.inexact).toEqual({ text, line: 2 });
    const capture = JSON.stringify({ body: withNumber(json) });
    expect((await read(recording(capture)))[0]?.inexact).toEqual({ text, line: 1 });
    const [ofArray] = await read(recording(`[${line('b')},\n${withNumber(json)}]`));
    expect(ofArray?.inexact).toEqual({ text, line: 2 });
  });

  it.each([
    '9007199254740992',
    '12345678901234567000',
    '-1000000000000000000000000',
    '"9007199254740993"',
    '"\\"9007199254740993"',
    '0.1',
    '1e21',
    '"1e999"',
  ])('is not %s', async (json) => {
    expect((await read(recording(withNumber(json))))[0]?.inexact).toBeUndefined();
  });
});

describe('arrayItemLines', () => {
  it('finds the line of every item of any array, however it is printed', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.integer({ min: 0, max: 3 }), (items, indent) => {
        const lines = arrayItemLines(JSON.stringify(items, undefined, indent));
        let next = indent === 0 ? 1 : 2;
        const expected = items.map((item) => {
          const at = next;
          if (indent > 0) next += JSON.stringify(item, undefined, indent).split('\n').length;
          return at;
        });
        expect(lines).toEqual(expected);
      }),
    );
  });
});

import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compareRecordings } from '../../src/recordings/compare-recordings.ts';
import { type EntrySource, fileSource } from '../../src/recordings/entry-source.ts';
import { outOfOrder } from '../../src/recordings/out-of-order.ts';
import { parseJsonPath } from '../../src/recordings/redact-json.ts';
import { recordedEvent } from './recorded-event.ts';

const fileOf = (...values: unknown[]): string => fileWith(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, text);
  return path;
}

const compare = async (a: string, b: string, ignore: string[] = []) =>
  compareSources(await fileSource(a), await fileSource(b), ignore);
const compareSources = (a: EntrySource, b: EntrySource, ignore: string[] = [], limit = 10) =>
  compareRecordings({ a, b, ignore: ignore.map((path) => parseJsonPath(path, '--ignore')), ordered: true, limit });

describe('comparing two recordings', () => {
  it('finds what is missing, extra, changed and moved, and where', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => recordedEvent(id));
    const changed = recordedEvent('c', { data: { product: { uuid: 'other' } } });
    const { counts, same, differences } = await compare(fileOf(a, b, c, d), fileOf(d, a, changed, recordedEvent('x')));
    expect(counts).toEqual({ missing: 1, extra: 1, changed: 1, reordered: 1 });
    expect(same).toBe(2);
    expect(differences.map(({ kind, key, line }) => [kind, key, line])).toEqual([
      ['changed', 'c', 3],
      ['extra', 'x', 4],
      ['missing', 'b', 2],
      ['reordered', 'd', 4],
    ]);
    expect(differences[0]?.fields).toEqual([{ path: 'data.product.uuid', before: 'ü€😀', after: 'other' }]);
  });

  it('tells the same of A when it can be read once only, but for the fields', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'a'].map((id) => recordedEvent(id, { type: `x.${id}` }));
    const path = fileOf(a, b, c, d);
    writeFileSync(path, `\n\n${readFileSync(path, 'utf8')}`);
    const other = await fileSource(fileOf(c, a, recordedEvent('x'), recordedEvent('a')));
    const file = await fileSource(path);
    for (const limit of [10, 1, 0]) {
      const expected = await compareSources(file, other, [], limit);
      expect(expected.counts).toEqual({ missing: 1, extra: 1, changed: 1, reordered: 1 });
      for (const { fields } of expected.differences) fields.length = 0;
      const pipe = await fileSource('-', createReadStream(path));
      expect(pipe.isRepeatable).toBe(false);
      expect(await compareSources(pipe, other, [], limit)).toEqual(expected);
    }
  });

  it('counts what is missing though A is another file when it is read again', async () => {
    const file = await fileSource(fileOf(recordedEvent('a'), recordedEvent('b')));
    let readings = 0;
    const a: EntrySource = {
      ...file,
      items: () => (readings++ === 0 ? file.items() : (async function* () {})()),
    };
    const { counts, differences } = await compareSources(a, await fileSource(fileOf(recordedEvent('a'))));
    expect([counts.missing, differences, readings]).toEqual([1, [], 2]);
  });

  it('takes a capture and plain events for the same, in whatever order their members are', async () => {
    const { data, ...rest } = recordedEvent('a');
    const capture = { received_at: '2026-01-05T08:00:00Z', headers: {}, body: JSON.stringify({ data, ...rest }) };
    expect((await compare(fileOf(recordedEvent('a')), fileOf(capture))).counts).toEqual({
      missing: 0,
      extra: 0,
      changed: 0,
      reordered: 0,
    });
  });

  it('leaves out what is to be ignored', async () => {
    const later = recordedEvent('a', { time: '2027-01-01T00:00:00Z', data: { product: { uuid: 'x' } } });
    const files = [fileOf(recordedEvent('a')), fileOf(later)] as const;
    expect((await compare(...files, ['time', 'data.*.uuid'])).same).toBe(1);
    expect((await compare(...files, ['time'])).counts.changed).toBe(1);
  });

  it('counts the second of the same as another one', async () => {
    const { counts } = await compare(fileOf(recordedEvent('a'), recordedEvent('a')), fileOf(recordedEvent('a')));
    expect(counts.missing).toBe(1);
  });

  it('compares a journal of the terminal with one of the control API', async () => {
    const attempt = { type: 'attempt.finished', attempt: 1, outcome: { kind: 'answered', status: 200 } };
    const terminal = { ...attempt, seq: 3, at: 1, eventId: 'a', subscriptionId: 's', time: 'now' };
    const page = { items: [{ ...attempt, seq: 9, at: 'then', event_id: 'a', subscription_id: 's' }], last_seq: 9 };
    expect((await compare(fileOf({ type: 'ready' }, terminal), fileOf(page))).same).toBe(1);
  });

  it('refuses a line that is neither', async () => {
    await expect(compare(fileOf(recordedEvent('a')), fileOf(5))).rejects.toMatchObject({ code: 'RECORDING_LINE' });
    const odd = { received_at: '2026-01-05T08:00:00Z', headers: {}, body: 5 };
    await expect(compare(fileOf(recordedEvent('a')), fileOf(odd))).rejects.toThrow('it has no text as its body');
  });

  it('compares deliveries without an event by what they said and where', async () => {
    const said = (more: object) => ({ received_at: '2026-01-05T08:00:00Z', url: '/hook', headers: {}, ...more });
    const bodies = [{ body: 'log=admin' }, { body: '' }, { body: '{"a":1}' }, { body_base64: '//4A' }];
    const a = fileOf(recordedEvent('a'), ...bodies.map(said));
    expect(await compare(a, fileOf(recordedEvent('a'), ...bodies.map(said)))).toMatchObject({
      same: 5,
      differences: [],
    });
    const others = [{ body: 'log=root' }, { body: '', url: '/' }, { body: '{"a":1}' }, { body: '//4A' }];
    const { counts, differences } = await compare(a, fileOf(recordedEvent('a'), ...others.map(said)));
    expect(counts).toEqual({ missing: 2, extra: 2, changed: 1, reordered: 0 });
    expect(differences.map(({ kind, key, line }) => [kind, key, line])).toEqual([
      ['extra', 'no event, to /hook, body 716577d0c4f1', 2],
      ['extra', 'no event, to /, body empty', 3],
      ['changed', expect.stringMatching('no event, to /hook, body '), 5],
      ['missing', expect.stringMatching('no event, to /hook, body '), 2],
      ['missing', 'no event, to /hook, body empty', 3],
    ]);
  });

  it('tells numbers apart that JavaScript takes for the same', async () => {
    const text = (digits: string): string =>
      JSON.stringify(recordedEvent('a', { data: { n: 5 } })).replace('5}', `${digits}}`);
    const [one, two] = [text('12345678901234567891'), text('12345678901234567892')];
    const captured = (body: string): string =>
      JSON.stringify({ received_at: '2026-01-05T08:00:00Z', headers: {}, body });
    const forms = [
      (event: string) => `${event}\n`,
      captured,
      (event: string) => `[\n${text('1').replace('"a"', '"b"')},\n${event}]`,
    ];
    for (const form of forms) {
      expect((await compare(fileWith(form(one)), fileWith(form(one)))).counts.changed).toBe(0);
      const { differences } = await compare(fileWith(form(one)), fileWith(form(two)));
      expect(differences).toMatchObject([
        {
          kind: 'changed',
          eventId: 'a',
          fields: [{ path: 'data.n', before: 'number 12345678901234567891', after: 'number 12345678901234567892' }],
        },
      ]);
      expect((await compare(fileWith(form(one)), fileWith(form(two)), ['data.n'])).counts.changed).toBe(0);
    }
  });

  it('names the line that is nested too deep, in a document too', async () => {
    const deep = JSON.stringify(recordedEvent('a', { data: 5 })).replace(
      '"data":5',
      `"data":${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    );
    const captured = JSON.stringify({ received_at: '2026-01-05T08:00:00Z', headers: {}, body: deep });
    for (const text of [`\n${deep}`, `\n${captured}`, `[\n${deep}]`]) {
      const refused = compare(fileOf(recordedEvent('a')), fileWith(text));
      await expect(refused).rejects.toThrow('events.ndjson:2: it is nested deeper than 100 levels');
    }
  });

  it('refuses to compare a recording with a journal, or what is both', async () => {
    const entry = { type: 'event.published', seq: 1, at: 1, eventId: 'a', eventType: 'x' };
    const files = [fileOf(recordedEvent('a')), fileOf({ type: 'ready' }, entry)] as const;
    await expect(compare(...files)).rejects.toMatchObject({
      code: 'NOT_COMPARABLE',
      message: `cannot compare ${files[1]}: it is a journal, and ${files[0]} is a recording`,
    });
    await expect(compare(files[1], files[0])).rejects.toThrow('is a recording, and');
    await expect(compare(files[0], fileOf(recordedEvent('a'), entry))).rejects.toThrow(
      'events.ndjson:2: it is an entry of a journal, and what stands before it is an event of a recording',
    );
  });

  it('passes over and names a line that was cut off', async () => {
    const entry = JSON.stringify({ type: 'event.published', seq: 1, at: 1, eventId: 'a', eventType: 'x' });
    const capture = JSON.stringify({ received_at: '2026-01-05T08:00:00Z', headers: {}, body: '{}' });
    for (const line of [entry, capture]) {
      const torn: unknown[] = [];
      const notes = { onTornLine: (file: string, at: number) => torn.push([file, at]) };
      const [a, b] = [
        await fileSource(fileWith(`${line}\n`)),
        await fileSource(fileWith(`${line}\n${line.slice(0, 30)}`)),
      ];
      const { same } = await compareRecordings({ a, b, ignore: [], ordered: true, limit: 10, notes });
      expect([same, torn]).toEqual([1, [[b.name, 2]]]);
    }
    const inside = `${entry}\n${entry.slice(0, 30)}\n${entry}\n`;
    await expect(compare(fileWith(inside), fileWith(entry))).rejects.toThrow('events.ndjson:2: it is not valid JSON');
  });

  it('refuses a journal whose other pages are missing, and tells of entries that the mock had forgotten', async () => {
    const entry = (seq: number) => ({ type: 'event.published', seq, at: 1, event_id: `e${seq}`, event_type: 'x' });
    const page = (seqs: number[], more: object) => ({
      items: seqs.map(entry),
      first_seq: 1,
      last_seq: 3,
      missed: 0,
      ...more,
    });
    const [first, second] = [page([1, 2], { next_after: 2 }), page([3], { next_after: 3 })];
    const whole = fileOf(first, second);
    expect((await compare(whole, fileOf(page([1, 2, 3], { next_after: 3 })))).same).toBe(3);
    for (const [a, b] of [
      [fileOf(first), whole],
      [whole, fileOf(first)],
    ] as const) {
      await expect(compare(a, b)).rejects.toMatchObject({
        code: 'NOT_COMPARABLE',
        message: expect.stringMatching('it ends at entry 2 of 3: '),
        hint: expect.stringMatching('after=2 '),
      });
    }
    const forgotten: number[] = [];
    const notes = { onForgotten: (_name: string, entries: number) => forgotten.push(entries) };
    const anew = { ...second, items: [{ type: 'mock.reset', seq: 3, at: 1 }], missed: 2 };
    const [a, b] = [await fileSource(fileOf({ ...second, missed: 2 })), await fileSource(fileOf(anew))];
    await compareRecordings({ a, b, ignore: [], ordered: true, limit: 10, notes });
    expect(forgotten).toEqual([2]);
  });
});

it('takes the fewest out of order: the rest rises, and none of them could stay', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(50), { maxLength: 9 }), (numbers) => {
      const rest = numbers.filter((n) => !outOfOrder(numbers).has(n));
      expect(rest).toEqual([...rest].sort((a, b) => a - b));
      const subsets = Array.from({ length: 2 ** numbers.length }, (_, bits) =>
        numbers.filter((_n, i) => bits & (1 << i)),
      );
      const longest = Math.max(
        ...subsets.filter((set) => set.every((n, i) => i === 0 || n > (set[i - 1] ?? n))).map(({ length }) => length),
      );
      expect(rest).toHaveLength(longest);
    }),
  );
});

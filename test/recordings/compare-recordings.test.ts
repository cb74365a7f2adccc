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

function fileOf(...values: unknown[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
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
    const binary = { received_at: '2026-01-05T08:00:00Z', headers: {}, body_base64: '//4A' };
    await expect(compare(fileOf(recordedEvent('a')), fileOf(binary))).rejects.toThrow('its body is not UTF-8');
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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ReplayEvent, replayEvents } from '../../src/recordings/replay-events.ts';
import { type ReplayWishes, replaySelection } from '../../src/recordings/replay-selection.ts';
import { recordedEvent } from './recorded-event.ts';

const startsAt = Date.parse('2026-01-05T08:00:00Z');
const timeAt = (minute: number): string => new Date(startsAt + minute * 60_000).toISOString().replace('.000', '');
const now = Date.parse('2030-01-01T00:00:00Z');

/** One event a minute. */
function recordingOf(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  const lines = Array.from({ length: count }, (_, n) => JSON.stringify(recordedEvent(`e${n}`, { time: timeAt(n) })));
  writeFileSync(path, lines.join('\n'));
  return path;
}

async function replayed(file: string, wishes: ReplayWishes, seed = 7): Promise<ReplayEvent[]> {
  const selection = replaySelection(wishes, { seed, now, nameOf: (wish) => wish });
  const events: ReplayEvent[] = [];
  for await (const each of replayEvents({ ...selection, files: [file], reading: {} })) events.push(...each);
  return events;
}
const ids = (events: ReplayEvent[]): string[] => events.map(({ event }) => event.id);

describe('what a replay publishes', () => {
  it('is chosen by time, filter and number', async () => {
    const file = recordingOf(6);
    expect(ids(await replayed(file, { from: timeAt(1), to: timeAt(4), limit: 3, skip: 1 }))).toEqual(['e2', 'e3']);
    expect(await replayed(file, { filter: 'user = "julia"' })).toEqual([]);
    expect(await replayed(file, { types: ['family.*'] })).toEqual([]);
  });

  it('goes through the recording as often as asked, each lap behind the one before', async () => {
    const events = await replayed(recordingOf(3), { loop: 2, speed: '2x' });
    expect(ids(events)).toEqual(['e0', 'e1', 'e2', 'e0', 'e1', 'e2']);
    expect(events.map(({ afterMs }) => afterMs)).toEqual([0, 30_000, 60_000, 60_000, 90_000, 120_000]);
  });

  it('begins at once where it goes on, and keeps the distances', async () => {
    const events = await replayed(recordingOf(4), { skip: 2, speed: 'real' });
    expect(events.map(({ afterMs }) => afterMs)).toEqual([0, 60_000]);
  });

  it('has its times moved so that the first that is published is now, or the first of all is what is asked for', async () => {
    const file = recordingOf(3);
    const times = async (wishes: ReplayWishes) => (await replayed(file, wishes)).map(({ event }) => event.time);
    expect(await times({ shiftTime: 'now', skip: 1 })).toEqual(['2030-01-01T00:00:00Z', '2030-01-01T00:01:00Z']);
    expect(await times({ shiftTime: '2027-01-01T00:00:00Z', skip: 2 })).toEqual(['2027-01-01T00:02:00Z']);
  });

  it('comes twice under one id where chance has it', async () => {
    const events = ids(await replayed(recordingOf(4), { duplicates: 1 }));
    expect(events).toHaveLength(8);
    expect(new Set(events).size).toBe(4);
    expect(events[0]).toBe(events[1]);
  });

  it('is the same for the same seed, and goes on exactly where it was left, whatever was asked for', async () => {
    const file = recordingOf(60);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(200),
        fc.integer(),
        async (shuffle, duplicates, loop, skip, seed) => {
          const wishes = { shuffle, duplicates, loop, keepIds: true };
          const whole = ids(await replayed(file, wishes, seed));
          expect(ids(await replayed(file, { ...wishes, skip }, seed))).toEqual(whole.slice(skip));
          expect(new Set(whole).size).toBe(60);
        },
      ),
      { numRuns: 30 },
    );
  });
});

it.each<[ReplayWishes, RegExp]>([
  [{ speed: 'fast' }, /speed: "fast" is not real, max or a factor/],
  [{ filter: 'user = julia' }, /filter: .* is not a filter \(column 8/],
  [{ from: 'noon' }, /from: "noon" is not a time as RFC 3339/],
  [{ from: 2, to: 1 }, /to: 1 is not a time from from on/],
  [{ duplicates: 2 }, /duplicates: 2 is not a number from 0 to 1/],
  [{ exact: true, shiftTime: 'now' }, /exact and shiftTime exclude each other/],
])('%j is refused', (wishes, message) => {
  expect(() => replaySelection(wishes, { seed: 1, now, nameOf: (wish) => wish })).toThrow(message);
});

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LiveRow, LiveRows } from '../../src/inspector/client/live/live-rows.ts';
import { Entries } from './entries.ts';

let entries: Entries;
let live: LiveRows;
beforeEach(() => {
  entries = new Entries();
  live = new LiveRows();
});

const only = (): LiveRow | undefined => {
  expect(live.rows).toHaveLength(1);
  return live.rows[0];
};

describe('an attempt', () => {
  it('is a row from its start on, and the same row when it has ended', () => {
    live.add([entries.started(1)]);
    const row = only();
    expect(row).toMatchObject({ kind: 'attempt', deliveryId: 'd1', attempt: 1, subscriptionId: 'sub-1' });
    expect(row).not.toHaveProperty('result');
    live.add([entries.finished(1)]);
    expect(only()).toBe(row);
    expect(row).toMatchObject({ result: { outcome: { kind: 'answered', status: 200 }, verdict: { do: 'deliver' } } });
  });

  it('has the time that was measured beside the journal', () => {
    const finished = entries.finished(1);
    live.add([finished], { [finished.seq]: 12.5 });
    expect(only()).toMatchObject({ measuredMs: 12.5 });
  });

  it('has a row of its own for each try', () => {
    live.add([entries.started(1), entries.failed(1), entries.started(1, 2), entries.finished(1, 2)]);
    expect(live.rows).toMatchObject([
      { attempt: 1, result: { verdict: { do: 'retry', attempt: 1, of: 3, delayMs: 300_000 } } },
      { attempt: 2, result: { verdict: { do: 'deliver' } } },
    ]);
  });

  it('whose beginning was before the page was opened is a row all the same', () => {
    entries.started(1);
    live.add([entries.finished(1)]);
    expect(only()).toMatchObject({ deliveryId: 'd1', result: { verdict: { do: 'deliver' } } });
  });

  it('tells of the answer that came too late, though the next try has begun', () => {
    live.add([entries.started(1), entries.failed(1), entries.started(1, 2), entries.late(1, 1)]);
    expect(live.rows).toMatchObject([{ attempt: 1, late: { status: 200, durationMs: 4_200 } }, { attempt: 2 }]);
    expect(live.rows[1]).not.toHaveProperty('late');
  });

  it('tells that no retry follows when its subscription was suspended meanwhile', () => {
    live.add([entries.started(1), entries.failed(1), entries.discarded(1)]);
    expect(only()).toMatchObject({ ended: 'lost: the subscription was suspended' });
  });

  it('that suspends its subscription itself keeps its own words for that', () => {
    const health = {
      requests: 20,
      successRate: 0.9,
      nearest: { measure: '5xx', value: 0.1, limit: 0.05 },
      leastRequests: 20,
      suspends: true,
    };
    live.add([entries.started(1), entries.failed(1, 1, { health }), entries.discarded(1)]);
    expect(only()).not.toHaveProperty('ended');
  });
});

describe('what is not an attempt', () => {
  it('a delivery that ended untried is a row', () => {
    live.add([entries.discarded(1)]);
    expect(only()).toMatchObject({ kind: 'untried', because: 'lost: the subscription was suspended' });
  });

  it('an event that somebody took is none, one that nobody took is', () => {
    live.add([entries.published('a', 1), entries.published('b', 0)]);
    expect(only()).toMatchObject({ kind: 'untaken', eventId: 'b', because: 'no subscription takes it' });
  });

  it('an event that a filter kept back says which', () => {
    live.add([entries.published('a', 0), entries.filtered('a', 'user = "julia" is false')]);
    expect(only()).toMatchObject({ because: 'filtered: user = "julia" is false' });
  });

  it('an event that is lost to a suspended subscription names it', () => {
    live.add([entries.suspended(), entries.published('a', 0)]);
    expect(live.rows).toMatchObject([
      { kind: 'notice', tone: 'bad', subscriptionId: 'sub-1' },
      { kind: 'untaken', because: expect.stringContaining('subscription sub-1 is suspended') },
    ]);
  });

  it('a warning is said as it is', () => {
    live.add([entries.warning('<b>mind</b>')]);
    expect(only()).toMatchObject({ kind: 'notice', tone: 'warn', text: '<b>mind</b>' });
  });
});

it('what was told twice after a lost connection is shown once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 8 }), (again) => {
      const source = new Entries();
      const all = Array.from({ length: 6 }, (_, n) => [source.started(n), source.finished(n)]).flat();
      const rows = new LiveRows();
      let told = 0;
      for (const from of [...again, 12]) {
        const upTo = Math.min(12, Math.max(told, from) + 3);
        rows.add(all.slice(Math.min(from, told), upTo));
        told = upTo;
      }
      expect(rows.rows.map((row) => row.kind === 'attempt' && row.deliveryId)).toEqual([
        'd0',
        'd1',
        'd2',
        'd3',
        'd4',
        'd5',
      ]);
    }),
  );
});

it('the oldest rows go when there are more than a page needs, and are not remembered in secret', () => {
  live = new LiveRows(3);
  for (let n = 1; n <= 5; n++) live.add([entries.started(n)]);
  expect(live.rows.map((row) => 'deliveryId' in row && row.deliveryId)).toEqual(['d3', 'd4', 'd5']);
  live.add([entries.finished(1)]);
  expect(live.rows.at(-1)).toMatchObject({ deliveryId: 'd1', result: { verdict: { do: 'deliver' } } });
});

it('another run begins the table anew and says so, and its numbers count from one again', () => {
  live.add([entries.started(1), entries.started(2)]);
  const { lastKey } = live;
  live.begin('2026-01-05T08:00:00.000Z');
  live.add([new Entries().started(7)]);
  expect(live.rows).toMatchObject([
    { kind: 'notice', text: expect.stringContaining('another run') },
    { kind: 'attempt', deliveryId: 'd7' },
  ]);
  expect(live.rows[0]?.key).toBeGreaterThan(lastKey);
});

it('a reset begins the table anew: what comes has the ids of what was', () => {
  live.add([entries.started(1), entries.failed(1), entries.reset(), entries.discarded(1)]);
  expect(live.rows).toMatchObject([
    { kind: 'notice', text: 'everything reset' },
    { kind: 'untried', deliveryId: 'd1' },
  ]);
});

it('the types and subscriptions to choose from are those of this run', () => {
  live.add([entries.started(1)]);
  expect([...live.seen.types]).toEqual(['com.akeneo.pim.v1.product.updated']);
  expect([...live.seen.subscriptions]).toEqual(['sub-1']);
  live.begin('2026-01-05T08:00:00.000Z');
  expect(live.seen.types.size).toBe(0);
});

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { type Handler, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const events = 10_000;

/** A hostile day in virtual time, over real sockets: everything that was journalled, line by line. */
async function hostileDay(handler: Handler, seed: number): Promise<{ lines: string[]; kinds: Set<string> }> {
  const mock = await start({
    seed,
    clock: 'virtual',
    scenario: 'hostile',
    allowHttp: true,
    // Suspension would end the story early.
    policy: { windowLeastRequests: 1_000_000 },
  });
  const lines: string[] = [];
  const kinds = new Set<string>();
  mock.journal.subscribe((entry: JournalEntry) => {
    lines.push(JSON.stringify(entry));
    if (entry.type === 'attempt.started' && entry.fault) kinds.add(entry.fault.kind);
    if (entry.type === 'attempt.finished') kinds.add(entry.verdict.do);
  });
  const shop = await Integration.connect(mock);
  await shop.subscribe(handler.url, { events: ['com.akeneo.pim.v1.product.updated'] });
  for (let n = 0; n < events; n += 1_000) {
    await mock.generate({ types: ['product.updated'], count: 1_000 });
    await mock.clock.advance(15_000);
  }
  await mock.clock.runUntilIdle();
  await mock.close();
  return { lines, kinds };
}

const digest = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex');

it('two runs of a hostile day with ten thousand events write the same journal, byte for byte', async () => {
  const handler = await startHandler();
  const one = await hostileDay(handler, 42);
  const two = await hostileDay(handler, 42);
  expect(one.lines.length).toBeGreaterThan(3 * events);
  // The first difference says more than two digests.
  expect(two.lines.find((line, at) => line !== one.lines[at])).toBeUndefined();
  expect(digest(two.lines)).toBe(digest(one.lines));
  expect([...one.kinds]).toEqual(expect.arrayContaining(['deliver', 'retry', 'status', 'timeout', 'delay']));

  const other = await hostileDay(handler, 43);
  expect(digest(other.lines)).not.toBe(digest(one.lines));
}, 240_000);

import { expect, it } from 'vitest';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

it('an answer after the deadline is a timeout all the same, and is told in the journal, with the delivery and in the state', async () => {
  let release = (): void => {};
  const mock = await start({ allowHttp: true, policy: { ackDeadlineMs: 200 } });
  const handler = await startHandler((request, response) => {
    if (request.method === 'HEAD') response.end();
    else release = () => response.end();
  });
  const late = new Promise<JournalEntry>((resolve) => {
    mock.journal.subscribe((entry) => {
      if (entry.type === 'attempt.finished') release();
      if (entry.type === 'attempt.late') resolve(entry);
    });
  });
  const shop = await Integration.connect(mock);
  const { id } = await shop.subscribe(handler.url);
  await mock.generate({ types: ['product.updated'], count: 1 });

  expect(await late).toMatchObject({ deliveryId: 'd1', attempt: 1, status: 200, subscriptionId: id });
  expect(mock.deliveries()).toMatchObject([
    {
      state: 'scheduled',
      attempts: [
        {
          outcome: { kind: 'timeout', durationMs: expect.any(Number) },
          verdict: { do: 'retry', attempt: 1, of: 3, delayMs: 300_000, dueAt: expect.any(Number) },
          late: { status: 200 },
        },
      ],
    },
  ]);
  const state = await (await fetch(`${mock.url}/_mock/state`)).json();
  expect(state).toMatchObject({ subscriptions: [{ latency: { timeouts: 1, late: 1, answers: 1 } }] });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ResendMode } from '../../src/core/resend.ts';
import type { Resent } from '../../src/http/inspect-api.ts';
import { rejectionOf } from '../rejection-of.ts';
import { startHandler } from '../runtime/handler.ts';
import { start } from './integration.ts';

/** A mock in virtual time with one subscription, and one event that has been delivered to it. */
async function delivered() {
  const mock = await start({ clock: 'virtual', allowHttp: true });
  const handler = await startHandler();
  const subscription = await mock.subscribe({ url: handler.url, events: ['product.*'] });
  const event = await mock.publish('product.updated');
  await mock.drain();
  handler.received.splice(0);
  /** What the handler got since. */
  const got = () => handler.received.map(({ body }) => body.toString());
  return { mock, handler, subscription, event, got };
}

const idOf = (body = '{}'): string => (JSON.parse(body) as { id: string }).id;

describe('resend', () => {
  it('delivers the same bytes again', async () => {
    const { mock, event, got } = await delivered();
    const { id, eventId, duplicateOf } = await mock.resend('d1');
    expect({ id, eventId, duplicateOf }).toEqual({ id: 'd2', eventId: event.id, duplicateOf: undefined });
    await mock.resend('d2');
    await mock.drain();
    const [first, second] = got();
    expect(idOf(first)).toBe(event.id);
    expect(second).toBe(first);
    expect(mock.deliveries().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('as a duplicate says what it repeats', async () => {
    const { mock, event, got } = await delivered();
    expect(await mock.resend('d1', { as: 'duplicate' })).toMatchObject({ id: 'd2', duplicateOf: 'd1' });
    await mock.drain();
    expect(got().map(idOf)).toEqual([event.id]);
  });

  it('as a new event has another id and the same content, and goes to that subscription alone', async () => {
    const { mock, event, got } = await delivered();
    const another = await mock.subscribe({ handler: () => new Response() });
    await mock.resend('d1');
    const again = await mock.resend('d1', { as: 'new_event' });
    await mock.drain();
    const [before = '', body = ''] = got();
    const { id } = JSON.parse(body) as { id: string };
    expect(id).toBe(again.eventId);
    expect(id).not.toBe(event.id);
    expect(body).toBe(before.replace(event.id, id));
    expect(another.deliveries()).toEqual([]);
    expect(again.event).toEqual({ ...event, id });
    await mock.expectAllDelivered();
  });

  it('does the same in every run', async () => {
    const runs = [];
    for (let run = 0; run < 2; run++) {
      const { mock } = await delivered();
      for (const as of ['itself', 'duplicate', 'new_event'] as const) await mock.resend('d1', { as });
      await mock.drain();
      const { id: next } = await mock.publish('product.updated');
      runs.push({ next, entries: [...mock.journal.entries()].map(({ type, at }) => ({ type, at })) });
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it('a refused one shifts no later id', async () => {
    const ids = [];
    for (const refusals of [0, 3]) {
      const { mock, subscription } = await delivered();
      subscription.suspend();
      for (let n = 0; n < refusals; n++) await rejectionOf(() => mock.resend('d1', { as: 'new_event' }));
      ids.push((await mock.publish({ type: 'product.updated' })).id);
    }
    expect(ids[1]).toBe(ids[0]);
  });

  it('says why nothing can be sent again', async () => {
    const { mock, subscription } = await delivered();
    expect(await rejectionOf(() => mock.resend('d7'))).toMatchObject({ code: 'DELIVERY_NOT_FOUND' });
    expect(await rejectionOf(() => mock.resend('d1', { as: 'copy' as ResendMode }))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('itself, duplicate, new_event'),
    });
    subscription.suspend();
    expect(await rejectionOf(() => mock.resend('d1'))).toMatchObject({
      code: 'SUBSCRIPTION_SUSPENDED',
      hint: expect.stringContaining(`ctl resume ${subscription.id}`),
    });
    subscription.delete();
    expect(await rejectionOf(() => mock.resend('d1'))).toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
    await mock.close();
    expect(await rejectionOf(() => mock.resend('d1'))).toMatchObject({ code: 'MOCK_CLOSED' });
  });

  it('is possible after a recording has gone past under the same ids with nobody to take it', async () => {
    const { mock, event, got, subscription } = await delivered();
    const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'past.ndjson');
    writeFileSync(file, JSON.stringify({ ...event, subject: 'another' }));
    subscription.suspend();
    expect(await mock.replay(file, { keepIds: true })).toMatchObject({ published: 1, deliveries: 0 });
    subscription.resume();
    mock.faults.add({ status: 503, first: 1 });
    await mock.resend('d1');
    // A retry that a snapshot has to hold.
    await mock.restore(await mock.snapshot());
    await mock.clock.runUntilIdle();
    expect(got().map(idOf)).toEqual([event.id]);
  });
});

describe('POST /_mock/deliveries/{id}/resend', () => {
  it('answers what came of it, as itself unless it is told otherwise', async () => {
    const { mock, event, subscription } = await delivered();
    const ask = async (body?: object) => {
      const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(`${mock.url}/_mock/deliveries/d1/resend`, { method: 'POST', ...(body && json) });
      return { status: answer.status, body: (await answer.json()) as Resent };
    };
    const ids = { event_id: event.id, subscription_id: subscription.id };
    expect(await ask()).toEqual({ status: 202, body: { delivery_id: 'd2', ...ids } });
    expect(await ask({ as: 'duplicate' })).toEqual({
      status: 202,
      body: { delivery_id: 'd3', ...ids, duplicate_of: 'd1' },
    });
    subscription.suspend();
    expect((await ask()).status).toBe(409);
  });
});

it('what was sent again is explained, and nobody else misses it', async () => {
  const { mock, event } = await delivered();
  const other = await mock.subscribe({ handler: () => new Response() });
  other.suspend();
  const { eventId } = await mock.resend('d1', { as: 'new_event' });
  await mock.resend('d1', { as: 'duplicate' });
  await mock.drain();
  const why = async (id: string) =>
    (await (await fetch(`${mock.url}/_mock/why?event_id=${id}`)).json()) as { items: object[] };
  expect((await why(eventId)).items).toMatchObject([
    { reason: 'delivered', delivery_id: 'd2' },
    { subscription_id: other.id, reason: 'addressed_elsewhere' },
  ]);
  expect((await why(event.id)).items).toMatchObject([
    { reason: 'delivered', delivery_id: 'd1' },
    { reason: 'delivered', delivery_id: 'd3', duplicate_of: 'd1' },
    { reason: 'created_later' },
  ]);
  expect(mock.timeline()).toContain('d1 sent again to sub');
  other.resume();
  expect([...mock.journal.entries()].filter(({ type }) => type === 'subscription.missed')).toEqual([]);
});
